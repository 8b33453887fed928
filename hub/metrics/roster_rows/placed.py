"""Where rows of a roster count: the columns of a place, filled from what names it.

What lives here: the place columns that every level is told by, and the places of
organisations, of which the assessment unit may be stated (model §3.11). What does
not: from street to unit (`units`), from area to street (`area_rows`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.levels import OWN_STREET_UNIT, OWN_UNIT, Places
from hub.metrics.units import DISTRICT_UNIT, on_day, units_of

PLACE = (
    "area_id",
    "street_code",
    "district_code",
    "community_code",
    "org_id",
    "chief_person_id",
)


def with_place(rows: pl.DataFrame, places: Places) -> pl.DataFrame:
    """`rows` with every column of `PLACE`, the district from the street.

    What a row does not name is null; a district that it names itself stays.
    """
    text = pl.lit(None, dtype=pl.String)
    filled = rows.with_columns(
        text.alias(name) for name in PLACE if name not in rows.columns
    ).rename({"district_code": "named_district"})
    streets = places.parents("STREET", "street_code", "district_code")
    return (
        filled.join(streets, on="street_code", how="left", maintain_order="left")
        .with_columns(district_code=pl.coalesce("named_district", "district_code"))
        .drop("named_district")
    )


def main_units(places: Places, days: pl.DataFrame) -> pl.DataFrame:
    """period, district_code, unit_code: the unit that holds most of a district.

    A department of a district names no street. Where two units hold equally many
    streets of its district neither is taken.
    """
    streets = places.parents("STREET", "member_id", "district_code")
    existing = units_of(places.units, days, level=DISTRICT_UNIT)
    district = ("period", "district_code")
    held = (
        on_day(places.members.filter(pl.col("member_kind_code") == "DIVISION"), days)
        .join(existing, on=["period", "unit_code"], how="semi")
        .join(streets, on="member_id")
        .group_by(*district, "unit_code")
        .agg(streets=pl.col("member_id").n_unique())
    )
    most = held.filter(pl.col("streets") == pl.col("streets").max().over(district))
    return most.filter(pl.len().over(district) == 1).select(*district, "unit_code")


def org_places(orgs: pl.DataFrame, places: Places, days: pl.DataFrame) -> pl.DataFrame:
    """Where organisations lie on each day.

    The unit that an organisation states goes before its division; a unit of street
    level counts for its parent too.

    Returns:
        period, org_id, street_code, district_code, own_unit_code and
        own_street_unit_code (null: the place decides).
    """
    known = (
        places.divisions.sort("valid_from_on")
        .unique("division_code", keep="last")
        .select("division_code", "level_code", "parent_code")
    )
    units = (
        on_day(places.units, days)
        .select("period", "unit_code", "parent_unit_code", unit_level="level_code")
        .unique(["period", "unit_code"], keep="any")
    )
    level, code = pl.col("level_code"), pl.col("division_code")
    is_district_unit = pl.col("unit_level") == DISTRICT_UNIT
    standing = (
        on_day(orgs, days)
        .select("period", "org_id", "division_code", "unit_code")
        .unique(["period", "org_id"], keep="any")
        .join(known, on="division_code", how="left")
        .join(units, on=["period", "unit_code"], how="left")
        .with_columns(
            street_code=pl.when(level == "STREET")
            .then(code)
            .when(level == "COMMUNITY")
            .then("parent_code"),
            district_code=pl.when(level == "DISTRICT").then(code),
        )
    )
    main = main_units(places, days).rename({"unit_code": "main_unit"})
    return standing.join(main, on=["period", "district_code"], how="left").select(
        "period",
        "org_id",
        "street_code",
        "district_code",
        pl.when(is_district_unit)
        .then("unit_code")
        .otherwise(pl.coalesce("parent_unit_code", "main_unit"))
        .alias(OWN_UNIT),
        pl.when(pl.col("unit_level") == "STREET_UNIT")
        .then("unit_code")
        .alias(OWN_STREET_UNIT),
    )
