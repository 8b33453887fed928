"""Which units have told of a roster at all: without one there is no data, not zero.

What lives here: the units in which any area or post was ever filed. A unit that has
filed a roster without areas is counted by its communities; one of which nothing ever
came is left out, so that silence is not shown as a coverage of zero. What does not:
what is then counted (`area_rows`, `roster_rows`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.levels import Places
from hub.metrics.units import DISTRICT_UNIT, place_in_units, units_of


def told_homes(
    areas: pl.DataFrame,
    assignments: pl.DataFrame,
    places: Places,
    days: pl.DataFrame,
) -> pl.DataFrame:
    """period, home: units (streets of no unit) with an area or post by that day.

    Posts count by the community or street that they are over; those over areas and
    sections by the areas themselves.
    """
    communities = places.parents("COMMUNITY", "target_id", "street_code")
    over = assignments.filter(
        pl.col("target_kind_code").is_in(["COMMUNITY", "STREET"])
    ).join(communities, on="target_id", how="left")
    is_street = pl.col("target_kind_code") == "STREET"
    posts = over.select(
        pl.when(is_street).then("target_id").otherwise("street_code").alias("street"),
        since="start_on",
    )
    filed = areas.select(street="street_code", since="valid_from_on")
    known = (
        pl.concat([filed, posts])
        .drop_nulls("street")
        .group_by("street")
        .agg(pl.col("since").min())
        .join(days, how="cross")
        .filter(pl.col("since") <= pl.col("day"))
        .select("period", street_code="street")
    )
    return _with_home(known, places, days).select("period", "home").unique()


def with_untold(
    rows: pl.DataFrame, told: pl.DataFrame, places: Places, days: pl.DataFrame
) -> pl.DataFrame:
    """`rows` (period, street_code) with `is_untold`: no roster of their unit came."""
    marked = told.with_columns(is_told=pl.lit(value=True))
    return (
        _with_home(rows, places, days)
        .join(marked, on=["period", "home"], how="left", maintain_order="left")
        .with_columns(is_untold=pl.col("is_told").is_null())
        .drop("home", "is_told")
    )


def _with_home(rows: pl.DataFrame, places: Places, days: pl.DataFrame) -> pl.DataFrame:
    streets = places.parents("STREET", "street_code", "district_code")
    homes = (
        rows.select("period", "street_code")
        .unique()
        .join(streets, on="street_code", how="left")
        .with_columns(area_id=pl.lit(None, dtype=pl.String))
    )
    existing = units_of(places.units, days, level=DISTRICT_UNIT)
    placed = place_in_units(homes, existing, places.members, days).select(
        "period", "street_code", home=pl.coalesce("unit_code", "street_code")
    )
    return rows.join(
        placed, on=["period", "street_code"], how="left", maintain_order="left"
    )
