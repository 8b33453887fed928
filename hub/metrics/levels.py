"""The levels at which every figure is told, from the city down to a road chief.

What lives here: the one declaration of levels, the codes that exist at each on the
last day of a month, and putting rows into them. Each level is a column of the
evidence, so a figure of any level is counted from the same rows. What does not:
membership of assessment units (`units`), counting (`counting`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl

from hub.metrics.carried import COMMUNITY, DIVISION_COLUMNS, carry, later
from hub.metrics.units import (
    DISTRICT_UNIT,
    STREET_UNIT,
    on_day,
    place_in_units,
    units_of,
)
from hub.partners.succession import NOTHING, Succession

STAND_IN = "stands_in"
# Columns of rows that name their assessment unit themselves: organisations, papers.
OWN_UNIT, OWN_STREET_UNIT = "own_unit_code", "own_street_unit_code"
OWN_UNITS = {"unit_code": OWN_UNIT, "street_unit_code": OWN_STREET_UNIT}


@dataclass(frozen=True)
class Level:
    """One level.

    Attributes:
        name: word of the surface.
        column: column that holds a row's code; None for the city.
        division: division level whose codes are listed.
        unit_level: level of the assessment units that are listed.
        name_zh: its Chinese name.

    A level without a list of codes tells only codes with something in the
    denominator; the others every existing code, 0/0 included.
    """

    name: str
    column: str | None
    name_zh: str
    division: str | None = None
    unit_level: str | None = None

    @property
    def is_listed(self) -> bool:
        """Whether every existing code has a figure."""
        return not (self.column and self.division is None and self.unit_level is None)

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
    Level(UNIT, "unit_code", "考核单位", unit_level=DISTRICT_UNIT),
    Level("street_unit", "street_unit_code", "街道考核单位", unit_level=STREET_UNIT),
    Level("district", "district_code", "区", division="DISTRICT"),
    Level("street", "street_code", "街道", division="STREET"),
    Level("community", "community_code", "社区(村)"),
    Level("area", "area_id", "责任区"),
    Level("org", "org_id", "处置单位"),
    Level(CHIEF, "chief_person_id", "路长"),
)
COLUMNS = tuple(level.column for level in LEVELS if level.column is not None)


@dataclass(frozen=True)
class Places:
    """Rows of the datasets that say which places there are.

    Attributes:
        units: assessment_unit.
        members: assessment_unit_member.
        divisions: division.
        successors: which of them took over from others (SUCCESSOR).
        carried_to: a day to which communities are carried over (`carried`); None =
            they count under the codes of their month.
    """

    units: pl.DataFrame
    members: pl.DataFrame
    divisions: pl.DataFrame
    successors: pl.DataFrame = field(default_factory=NOTHING.clone)
    carried_to: date | None = None

    @cached_property
    def succession(self) -> Succession:
        """The successors with the divisions over whose days they are followed."""
        return Succession(self.divisions, self.successors)

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
        elif level.unit_level is not None:
            frame = units_of(places.units, days, level=level.unit_level)
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

    One that has a successor then is that (`carried`).

    Args:
        rows: period, area_id, street_code, district_code, and what they have of
            community_code, org_id and chief_person_id.
        places: the city's.
        codes: `existing_codes` of the same days.
        days: `last_days`.
    """
    lacking = [name for name in COLUMNS if name not in rows.columns]
    placed = rows.with_columns(pl.lit(None, dtype=pl.String).alias(n) for n in lacking)
    for column in DIVISION_COLUMNS:
        placed = carry(placed, column, places.succession, days)
    placed = carry(placed, COMMUNITY, places.succession, later(days, places.carried_to))
    for level in LEVELS:
        if level.column is None or level.unit_level is None:
            continue
        units = codes.filter(level=level.name).select("period", "unit_code")
        placed = place_in_units(
            placed.drop(level.column),
            units,
            places.members,
            days,
            column=level.column,
        )
        own = OWN_UNITS[level.column]
        if own in rows.columns:
            stated = pl.coalesce(own, level.column)
            placed = placed.with_columns(stated.alias(level.column))
    return known_places(placed, codes)


def known_places(rows: pl.DataFrame, codes: pl.DataFrame) -> pl.DataFrame:
    """Rows whose codes of listed levels exist in their month; others become null."""
    told: list[pl.Series | pl.Expr] = []
    months = rows["period"].unique()
    for level in LEVELS:
        if level.column is None or not level.is_listed:
            continue
        of_level = codes.filter(pl.col("level") == level.name)
        if len(months) == 1:  # a set of codes is asked, not pairs of month and code
            here = of_level.filter(period=months[0])["unit_code"].implode()
            code = pl.col(level.column)
            told.append(pl.when(code.is_in(here)).then(code).alias(level.column))
            continue
        known = of_level.select(
            "period",
            pl.col("unit_code").alias(level.column),
            is_known=pl.lit(value=True),
        )
        # The two columns alone: a join of all would copy a hundred others each time.
        marked = rows.select("period", level.column).join(
            known, on=["period", level.column], how="left", maintain_order="left"
        )
        kept = pl.when("is_known").then(level.column)
        told.append(marked.select(kept.alias(level.column)).to_series())
    return rows.with_columns(told)


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
