"""The levels at which every figure is told: city, unit, district, street, chief.

What lives here: the one declaration of levels, the codes that exist at each on the
last day of a month, and putting rows into them. Each level is a column of the
evidence, so a figure of any level is counted from the same rows. What does not:
membership of assessment units (`units`), counting (`counting`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from hub.metrics.units import DISTRICT_UNIT, on_day, place_in_units, units_of

STAND_IN = "stands_in"
# Columns of rows that name their assessment unit themselves: organisations, papers.
OWN_UNIT, OWN_STREET_UNIT = "own_unit_code", "own_street_unit_code"


@dataclass(frozen=True)
class Level:
    """One level.

    Attributes:
        name: word of the surface.
        column: column that holds a row's code; None for the city.
        division: division level whose codes are listed.
        is_listed: whether every existing code has a figure, 0/0 included; else
            only codes with something in the denominator have one.
        name_zh: its Chinese name.
    """

    name: str
    column: str | None
    name_zh: str
    division: str | None = None
    is_listed: bool = True

    @property
    def code(self) -> pl.Expr:
        """The code of each row at this level, as `unit_code`."""
        if self.column is None:
            return pl.lit(None, dtype=pl.String).alias("unit_code")
        return pl.col(self.column).alias("unit_code")

    @property
    def counts(self) -> pl.Expr:
        """Whether a row of the evidence counts at this level (`levels` null: all)."""
        named = pl.col("levels")
        return named.is_null() | named.list.contains(self.name)


CITY, UNIT, CHIEF = "city", "unit", "chief"
LEVELS = (
    Level(CITY, None, "全市"),
    Level(UNIT, "unit_code", "考核单位"),
    Level("district", "district_code", "区", division="DISTRICT"),
    Level("street", "street_code", "街道", division="STREET"),
    Level(CHIEF, "chief_person_id", "路长", is_listed=False),
)
COLUMNS = tuple(level.column for level in LEVELS if level.column is not None)


@dataclass(frozen=True)
class Places:
    """Rows of the datasets that say which places there are.

    Attributes:
        units: assessment_unit.
        members: assessment_unit_member.
        divisions: division.
    """

    units: pl.DataFrame
    members: pl.DataFrame
    divisions: pl.DataFrame

    def parents(self, level: str, child: str, parent: str) -> pl.DataFrame:
        """Code of a division of some level, and of the one above it.

        Of several versions the latest speaks, as a parent seldom changes.
        """
        return (
            self.divisions.filter(pl.col("level_code") == level)
            .sort("valid_from_on")
            .unique("division_code", keep="last")
            .select(
                pl.col("division_code").alias(child),
                pl.col("parent_code").alias(parent),
            )
        )


def existing_codes(places: Places, days: pl.DataFrame) -> pl.DataFrame:
    """Codes of listed levels on the last days: period, level, unit_code (T54)."""
    found = []
    for level in LEVELS:
        if level.column is None:
            frame = days.select("period", level.code)
        elif level.division is not None:
            chosen = places.divisions.filter(pl.col("level_code") == level.division)
            frame = on_day(chosen, days).select("period", unit_code="division_code")
        elif level.is_listed:
            frame = units_of(places.units, days, level=DISTRICT_UNIT)
        else:
            continue
        found.append(
            frame.select("period", pl.lit(level.name).alias("level"), "unit_code")
        )
    return pl.concat(found).unique().sort("period", "level", "unit_code")


def place_rows(
    rows: pl.DataFrame, places: Places, codes: pl.DataFrame, days: pl.DataFrame
) -> pl.DataFrame:
    """Rows with a code per level; a code that does not exist then becomes null.

    Args:
        rows: period, area_id, street_code, district_code, chief_person_id.
        places: the city's.
        codes: `existing_codes` of the same days.
        days: `last_days`.
    """
    units = codes.filter(pl.col("level") == UNIT).select("period", "unit_code")
    placed = place_in_units(rows, units, places.members, days)
    if OWN_UNIT in rows.columns:
        placed = _own_unit(placed, units)
    for level in LEVELS:
        if level.column is None or level.division is None:
            continue
        known = codes.filter(pl.col("level") == level.name).select(
            "period",
            pl.col("unit_code").alias(level.column),
            is_known=pl.lit(value=True),
        )
        placed = (
            placed.join(
                known, on=["period", level.column], how="left", maintain_order="left"
            )
            .with_columns(pl.when("is_known").then(level.column).alias(level.column))
            .drop("is_known")
        )
    return placed


def _own_unit(placed: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """The unit that a row names, if it exists then, before that of its place."""
    known = units.select(
        "period", pl.col("unit_code").alias(OWN_UNIT), is_known=pl.lit(value=True)
    )
    return (
        placed.join(known, on=["period", OWN_UNIT], how="left", maintain_order="left")
        .with_columns(
            unit_code=pl.coalesce(pl.when("is_known").then(OWN_UNIT), "unit_code")
        )
        .drop("is_known")
    )


def settle_stand_ins(cohort: pl.DataFrame, levels: Sequence[str]) -> pl.DataFrame:
    """The cohort with `levels`: null, or the levels at which a stand-in counts.

    Rows that bring `levels` with them keep it. A stand-in counts for a code that
    has no proper row in its denominator; one that counts nowhere is no part of the
    cohort.
    """
    if "levels" in cohort.columns:
        return cohort
    if STAND_IN not in cohort.columns:
        return cohort.with_columns(levels=pl.lit(None, dtype=pl.List(pl.String)))
    proper = cohort.filter(~pl.col(STAND_IN) & pl.col("is_denominator"))
    named = []
    for level in LEVELS:
        if level.name not in levels:
            continue
        keys = ["period"] if level.column is None else ["period", level.column]
        taken = proper.select(keys).drop_nulls().unique()
        cohort = cohort.join(
            taken.with_columns(pl.lit(value=True).alias(f"taken_{level.name}")),
            on=keys,
            how="left",
            maintain_order="left",
        )
        free = pl.col(f"taken_{level.name}").is_null()
        if level.column is not None:
            free &= pl.col(level.column).is_not_null()
        named.append(pl.when(free).then(pl.lit(level.name)))
    counted = pl.when(STAND_IN).then(pl.concat_list(named).list.drop_nulls())
    return (
        cohort.with_columns(levels=counted)
        .filter(pl.col("levels").is_null() | (pl.col("levels").list.len() > 0))
        .drop(f"taken_{name}" for name in levels)
    )
