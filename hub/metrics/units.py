"""Which assessment unit an issue counts for, month by month.

What lives here: units and their members as of the last day of a month (metrics
§8, trap T54): a member of kind AREA goes before the street that it lies in, the
street before the district, and an issue belongs to one unit per level. What does
not: which area an issue lies in.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date

import polars as pl

from hub.errors import MisuseError

DISTRICT_UNIT = "DISTRICT_UNIT"
STREET_UNIT = "STREET_UNIT"
SPAN = ("valid_from_on", "valid_to_on")


def last_days(periods: Iterable[str]) -> pl.DataFrame:
    """The last day of every month `YYYY-MM`: period, day."""
    months = list(dict.fromkeys(periods))
    return pl.DataFrame(
        {"period": months, "day": [_last_day(month) for month in months]},
        schema={"period": pl.String, "day": pl.Date},
    )


def _last_day(month: str) -> date:
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise MisuseError(
            "compute figures",
            seen=f"{month!r} is no month",
            next_step="Name months like 2026-10.",
        ) from None
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def on_day(rows: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """The versions in force on each day of `days` (period, day), once per day."""
    first, until = (pl.col(name) for name in SPAN)
    return rows.join(days, how="cross").filter(
        (first <= pl.col("day")) & (until.is_null() | (until > pl.col("day")))
    )


def units_of(units: pl.DataFrame, days: pl.DataFrame, *, level: str) -> pl.DataFrame:
    """The units of one level that exist on each last day: period, unit_code."""
    return (
        on_day(units.filter(pl.col("level_code") == level), days)
        .select("period", "unit_code")
        .unique()
        .sort("period", "unit_code")
    )


def place_in_units(
    cases: pl.DataFrame,
    existing: pl.DataFrame,
    members: pl.DataFrame,
    days: pl.DataFrame,
    column: str = "unit_code",
) -> pl.DataFrame:
    """`cases` with their unit as `column`; null where no unit claims the place.

    Should two units claim one member, the earlier membership, then the lesser
    unit_code holds (F21).

    Args:
        cases: period, area_id, street_code, district_code.
        existing: period, unit_code of the level (`units_of`).
        members: rows of dataset assessment_unit_member.
        days: `last_days`.
        column: name of the column that is added.
    """
    claims = (
        on_day(members, days)
        .join(existing, on=["period", "unit_code"], how="semi")
        .sort("valid_from_on", "unit_code")
        .unique(["period", "member_kind_code", "member_id"], keep="first")
    )

    def claimed(kind: str, place: str, name: str) -> pl.DataFrame:
        return claims.filter(pl.col("member_kind_code") == kind).select(
            "period", pl.col("member_id").alias(place), pl.col("unit_code").alias(name)
        )

    # Without the hundred other columns that a join would copy.
    placed = (
        cases.select("period", "area_id", "street_code", "district_code")
        .join(
            claimed("AREA", "area_id", "by_area"),
            on=["period", "area_id"],
            how="left",
            maintain_order="left",
        )
        .join(
            claimed("DIVISION", "street_code", "by_street"),
            on=["period", "street_code"],
            how="left",
            maintain_order="left",
        )
        .join(
            claimed("DIVISION", "district_code", "by_district"),
            on=["period", "district_code"],
            how="left",
            maintain_order="left",
        )
        .select(pl.coalesce("by_area", "by_street", "by_district").alias(column))
    )
    return cases.with_columns(placed.to_series())
