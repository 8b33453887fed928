"""Months and days as scores name them.

What lives here: the last day of a period. What does not: cohorts of cases.
"""

from __future__ import annotations

import calendar
import re
from datetime import date

from hub.errors import MisuseError
from hub.scoring.spec import Heading

SHAPES = {"month": re.compile(r"\d{4}-\d\d"), "day": re.compile(r"\d{4}-\d\d-\d\d")}


def last_day(period: str, length: str | None = None) -> date:
    """The last day of a month `YYYY-MM`, or the day `YYYY-MM-DD` itself.

    Args:
        period: as written.
        length: "month" or "day", where only one of them will do.

    Raises:
        MisuseError: it is not written like that, or there is no such day.
    """
    fits = [name for name, shape in SHAPES.items() if shape.fullmatch(period)]
    if fits and length in (None, fits[0]):
        try:
            if fits == ["day"]:
                return date.fromisoformat(period)
            first = date.fromisoformat(f"{period}-01")
            return first.replace(day=calendar.monthrange(first.year, first.month)[1])
        except ValueError:
            pass
    example = "2026-10-05" if length == "day" else "2026-10"
    raise MisuseError(
        "score a period",
        seen=f"{period!r} is no {length or 'month or day'}",
        next_step=f"Name it like {example}.",
    )


def refuse_early(policy: Heading, period: str, length: str = "month") -> None:
    """Refuse a period that ends before the policy was valid.

    Raises:
        MisuseError: it does, or the period is not of the policy's length.
    """
    if last_day(period, length) < policy.valid_from:
        raise MisuseError(
            f"score {period}",
            seen=f"the policy {policy.id} is valid from {policy.valid_from} on",
            next_step="Name a policy that was valid then.",
        )
