"""Where a case counts: divisions that exist then, and its unit of each level.

What lives here: places of cases as of the last day of their month (metrics §8),
settled once per code and not once per case. What does not: membership (`units`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.carried import COMMUNITY, carry, later
from hub.metrics.levels import Places
from hub.metrics.units import DISTRICT_UNIT, last_days, on_day, place_in_units, units_of

STREET_UNIT = "STREET_UNIT"
UNITS = {"unit_code": DISTRICT_UNIT, "street_unit_code": STREET_UNIT}
# By which code a unit claims a case, the first that one claims (`place_in_units`).
CLAIMED_BY = ("area_id", "street_code", "district_code")
DIVISIONS = {
    "district_code": "DISTRICT",
    "street_code": "STREET",
    "community_code": "COMMUNITY",
}
CODES = (*CLAIMED_BY, "community_code")


def place_cases(cases: pl.DataFrame, places: Places) -> pl.DataFrame:
    """`cases` with their units; a division that does not exist then becomes null.

    One that has a successor then is that. Units are found by the code that the case
    has, whether or not it exists, unless there is a successor.

    Args:
        cases: period and CODES, those of one month side by side.
        places: the city's.
    """
    months = [
        month.with_columns(_placed(month.select(CODES), places, month["period"][0]))
        for month in cases.partition_by("period", maintain_order=True)
    ]
    nothing = [pl.lit(None, dtype=pl.String).alias(name) for name in UNITS]
    return pl.concat(months) if months else cases.with_columns(nothing)


def _placed(codes: pl.DataFrame, places: Places, period: str) -> pl.DataFrame:
    """District, street and community codes and units of the cases of one month."""
    told = codes
    for column in CODES:
        told = told.join(
            _of_code(codes[column], places, period),
            on=column,
            how="left",
            maintain_order="left",
        )
    return told.select(
        *(pl.col(f"{column}_known").alias(column) for column in DIVISIONS),
        *(
            pl.coalesce(f"{unit}_by_{column}" for column in CLAIMED_BY).alias(unit)
            for unit in UNITS
        ),
    )


def _of_code(codes: pl.Series, places: Places, period: str) -> pl.DataFrame:
    """Each code of a column, whether it exists, and the units that claim it."""
    column, days = codes.name, last_days([period])
    found = codes.drop_nulls().unique().to_frame()
    found = found.with_columns(period=pl.lit(period), held=column)
    if column in DIVISIONS:
        found = carry(found, "held", places.succession, days)
    if column in CLAIMED_BY:
        others = [name for name in CLAIMED_BY if name != column]
        asked = found.select(
            "period",
            pl.col("held").alias(column),
            *(pl.lit(None, dtype=pl.String).alias(name) for name in others),
        )
        for unit, level in UNITS.items():
            existing = units_of(places.units, days, level=level)
            claimed = place_in_units(asked, existing, places.members, days)
            found = found.with_columns(
                claimed["unit_code"].alias(f"{unit}_by_{column}")
            )
    if column in DIVISIONS:
        own = pl.col("level_code") == DIVISIONS[column]
        exists = on_day(places.divisions.filter(own), days)["division_code"]
        told = found.with_columns(told="held")
        if column == COMMUNITY:
            on = later(days, places.carried_to)
            told = carry(told, "told", places.succession, on)
        is_known = pl.col("held").is_in(exists.implode())
        known = told.select(pl.when(is_known).then("told")).to_series()
        found = found.with_columns(known.alias(f"{column}_known"))
    return found.drop("period", "held")
