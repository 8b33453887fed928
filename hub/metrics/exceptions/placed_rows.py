"""Rows of all lists as one table, each with the units that it counts for.

What lives here: filling the places, units of both levels, a row per unit for flags,
and the order of rows. What does not: which rows there are.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from hub.metrics.exceptions.lists import COLUMNS
from hub.metrics.levels import OWN_STREET_UNIT, OWN_UNIT, Places
from hub.metrics.roster_rows.placed import with_place
from hub.metrics.units import DISTRICT_UNIT, place_in_units, units_of

UNIT_LEVELS = (
    ("unit_code", DISTRICT_UNIT, OWN_UNIT),
    ("street_unit_code", "STREET_UNIT", OWN_STREET_UNIT),
)
WIDE = {**COLUMNS, OWN_UNIT: pl.String(), OWN_STREET_UNIT: pl.String()}


def exception_table(
    lists: Iterable[pl.DataFrame], places: Places, days: pl.DataFrame
) -> pl.DataFrame:
    """All rows in the columns of `COLUMNS`, sorted; the same row once.

    Args:
        lists: rows of each list, with what they know of `COLUMNS` and their own units.
        places: the city's.
        days: `last_known_days`.
    """
    empty = pl.DataFrame(schema=WIDE).drop("unit_code", "street_unit_code")
    rows = pl.concat(
        [
            empty,
            *(
                one.select(
                    pl.col(name).cast(kind)
                    if name in one.columns
                    else pl.lit(None, dtype=kind).alias(name)
                    for name, kind in empty.schema.items()
                )
                for one in lists
            ),
        ]
    )
    placed = _in_units(with_place(rows, places), places, days)
    told = pl.concat([placed, _by_unit(placed)])
    return told.select(list(COLUMNS)).unique().sort(list(COLUMNS), nulls_last=True)


def _in_units(rows: pl.DataFrame, places: Places, days: pl.DataFrame) -> pl.DataFrame:
    """Units of both levels: the one that a row names, else that of its place."""
    for column, level, own in UNIT_LEVELS:
        existing = units_of(places.units, days, level=level)
        keys = rows.select("period", "area_id", "street_code", "district_code").unique()
        found = place_in_units(keys, existing, places.members, days).rename(
            {"unit_code": "claimed"}
        )
        rows = (
            rows.join(
                found,
                on=["period", "area_id", "street_code", "district_code"],
                how="left",
                nulls_equal=True,
            )
            .with_columns(pl.coalesce(own, "claimed").alias(column))
            .drop("claimed")
        )
    return rows


def _by_unit(placed: pl.DataFrame) -> pl.DataFrame:
    """Flags of all road chiefs or closers of a unit, added up."""
    keys = ["period", "kind", "unit_code", "note_zh", "note_en"]
    summed = (
        placed.filter(pl.col("kind").str.starts_with("FLAG-"))
        .drop_nulls("unit_code")
        .group_by(keys)
        .agg(amount=pl.col("amount").sum())
        .with_columns(subject=pl.lit("unit"), subject_id="unit_code")
    )
    missing = {name: kind for name, kind in placed.schema.items() if name not in summed}
    return summed.with_columns(
        pl.lit(None, dtype=kind).alias(name) for name, kind in missing.items()
    ).select(placed.columns)
