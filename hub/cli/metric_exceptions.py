"""`hub metric exceptions`: what is missing or odd, list by list.

What lives here: the command's answer. What does not: the lists (`hub.metrics`), the
command itself (`metric`). People are named by the first signs of their pseudonymous id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.flow.house import House

SHOWN = 50
SHOWN_ID = 12
PLACES = ("unit_code", "street_unit_code", "district_code", "street_code")


def found_exceptions(
    house: House, period: str, kind: str | None, unit: str | None
) -> pl.DataFrame:
    """The exceptions of a month, of one kind and place if asked.

    Raises:
        MisuseError: there is no such kind or place, or the month is none, or has not
            begun.
    """
    from hub.flow.exceptions import exceptions
    from hub.flow.figures import known_at
    from hub.metrics.area_rows import last_known_days
    from hub.metrics.exceptions.lists import KINDS

    if kind is not None and kind not in KINDS:
        raise MisuseError(
            "list exceptions",
            seen=f"there is no kind {kind!r}",
            next_step=f"Use one of {', '.join(KINDS)}.",
        )
    as_of = known_at(house)
    if last_known_days([period], as_of, house.city.timezone).is_empty():
        raise MisuseError(
            "list exceptions",
            seen=f"{period} has not begun by the newest delivery",
            next_step="Name a month that has.",
        )
    if unit is not None and unit not in _places(house):
        raise MisuseError(
            "list exceptions",
            seen=f"there is no unit, district or street {unit!r}",
            next_step="`hub metric compute --level unit` lists the units.",
        )
    rows = exceptions(house, [period], as_of)
    if kind is not None:
        rows = rows.filter(pl.col("kind") == kind)
    if unit is not None:
        rows = rows.filter(pl.any_horizontal(pl.col(name) == unit for name in PLACES))
    return rows


def _places(house: House) -> set[str]:
    units = house.city.reference("assessment_unit")["unit_code"]
    return {*units, *house.city.reference("division")["division_code"]}


def show_exceptions(page: Page, rows: pl.DataFrame) -> None:
    """Counts by kind, then the first rows."""
    counted = rows.group_by("kind", "note_zh").len().sort("kind", "note_zh")
    page.table(
        ("kind", "事项", "rows"),
        counted.rows(),
        empty="No exceptions; units that never sent a roster would be listed here.",
    )
    page.title("Rows")
    shown = rows.head(SHOWN)
    columns = {
        "kind": pl.col("kind"),
        "unit": pl.col("unit_code"),
        "street": pl.col("street_code"),
        "subject": pl.col("subject"),
        "id": pl.col("subject_id").str.slice(0, SHOWN_ID),
        "other": pl.col("other_id").str.slice(0, SHOWN_ID),
        "since": pl.col("since_on"),
        "amount": pl.col("amount"),
    }
    if shown["other_id"].is_null().all():
        del columns["other"]
    page.table(tuple(columns), shown.select(**columns).rows(), empty="None.")
    if len(rows) > SHOWN:
        page.line(f"… {len(rows) - SHOWN} more; --json gives them all.")
