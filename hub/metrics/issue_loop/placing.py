"""Where a case counts: divisions that exist then, and its unit of each level.

What lives here: places of cases as of the last day of their month (metrics §8),
settled once per place and not once per case. What does not: membership (`units`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.levels import Places
from hub.metrics.units import DISTRICT_UNIT, last_days, on_day, place_in_units, units_of

STREET_UNIT = "STREET_UNIT"
DIVISIONS = {
    "district_code": "DISTRICT",
    "street_code": "STREET",
    "community_code": "COMMUNITY",
}
SPOT = ("period", "area_id", *DIVISIONS)
UNITS = {"unit_code": DISTRICT_UNIT, "street_unit_code": STREET_UNIT}


def place_cases(cases: pl.DataFrame, places: Places) -> pl.DataFrame:
    """`cases` with their units; a division that does not exist then becomes null.

    Units are found by the code that the case has, whether or not it exists.

    Args:
        cases: the columns of SPOT.
        places: the city's.
    """
    spots = cases.select(SPOT).unique()
    days = last_days(spots["period"].unique().sort())
    settled = spots
    for column, level in UNITS.items():
        found = place_in_units(
            spots, units_of(places.units, days, level=level), places.members, days
        )
        settled = settled.join(
            found.select(*SPOT, pl.col("unit_code").alias(column)),
            on=SPOT,
            how="left",
            nulls_equal=True,
        )
    exists = on_day(
        places.divisions.filter(pl.col("level_code").is_in(list(DIVISIONS.values()))),
        days,
    ).select("period", "level_code", "division_code")
    for column, level in DIVISIONS.items():
        known = exists.filter(pl.col("level_code") == level).select(
            "period",
            pl.col("division_code").alias(column),
            pl.col("division_code").alias(f"{column}_known"),
        )
        settled = settled.join(known.unique(), on=["period", column], how="left")
    joined = cases.join(
        settled, on=SPOT, how="left", nulls_equal=True, maintain_order="left"
    )
    return joined.with_columns(
        pl.col(f"{column}_known").alias(column) for column in DIVISIONS
    ).drop(f"{column}_known" for column in DIVISIONS)
