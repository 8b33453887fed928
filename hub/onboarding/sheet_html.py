"""The acceptance sheet as one HTML file: printable, readable on a phone.

What lives here: filling the template `sheet.html.j2`. Every value is escaped by the
template engine; the page asks nothing of anybody (no script, no font, no picture).
What does not: what stands on the sheet (`report`).
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from hub.onboarding.report import Sheet
from hub.onboarding.report_words import SEVERITIES, percent

MARKS = {"合格": "good", "有条件合格": "fair", "不合格": "bad"}


def write_html(sheet: Sheet) -> str:
    """The sheet as a complete HTML document."""
    environment = Environment(
        loader=PackageLoader("hub.onboarding", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = percent
    template = environment.get_template("sheet.html.j2")
    return template.render(
        sheet=sheet,
        made=local(sheet.made_at, sheet.zone),
        marks=MARKS,
        severities=SEVERITIES,
    )


def local(instant: datetime, zone: str) -> str:
    """An instant as the partner's staff reads it."""
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
