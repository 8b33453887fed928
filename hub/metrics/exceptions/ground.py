"""Ground that no area holds, or several do (R05), and what each chief has (R61).

What lives here: communities and unit grids by the areas that list them, and how much
falls to each road chief. A community is held by an area that lists it or one of its
unit grids; in a street with an area that is drawn only as a boundary nobody can tell
from the lists, so its communities are on none. What does not: boundaries themselves,
which `hub.flow` compares.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from hub.metrics.carried import carry
from hub.metrics.duty_days import main_posts
from hub.metrics.exceptions.lists import on_list
from hub.metrics.posts import held_on, road_chief_posts
from hub.metrics.roster_rows.streets import Terrain
from hub.metrics.told import told_homes, with_untold
from hub.metrics.units import DISTRICT_UNIT, on_day, units_of

COMMUNITY_DIGITS = 12
SQUARE_METRES = 1_000_000


def ground(terrain: Terrain) -> Iterator[pl.DataFrame]:
    """Where the plan of areas leaves gaps or lies twice."""
    standing = terrain.standing().filter("is_in_plan")
    succession = terrain.places.succession
    listed = (
        standing.select("period", "area_id", "street_code", code="community_codes")
        .explode("code")
        .pipe(carry, "code", succession, terrain.days)
    )
    grids = standing.select(
        "period", "area_id", "street_code", "is_in_use", code="unit_grid_codes"
    ).explode("code")
    by_grid = grids.select(
        "period", "area_id", "street_code", pl.col("code").str.head(COMMUNITY_DIGITS)
    ).pipe(carry, "code", succession, terrain.days)
    named = pl.concat([listed, by_grid]).drop_nulls("code")
    drawn = standing.join(named, on=["period", "area_id"], how="anti")
    areas, assignments, _ = terrain.roster
    told = told_homes(areas, assignments, terrain.places, terrain.days)
    known = terrain.places.divisions.filter(pl.col("level_code") == "COMMUNITY")
    communities = with_untold(
        on_day(known, terrain.days).select(
            "period",
            subject_id="division_code",
            community_code="division_code",
            street_code="parent_code",
        ),
        told,
        terrain.places,
        terrain.days,
    )
    yield on_list(
        "community_uncovered",
        communities.filter(~pl.col("is_untold"))
        .join(
            named.select("period", subject_id="code"),
            on=["period", "subject_id"],
            how="anti",
        )
        .join(drawn, on=["period", "street_code"], how="anti"),
    )
    units = units_of(terrain.places.units, terrain.days, level=DISTRICT_UNIT)
    yield on_list(
        "roster_missing",
        units.join(
            told.select("period", unit_code="home"),
            on=["period", "unit_code"],
            how="anti",
        ).select("period", subject_id="unit_code", own_unit_code="unit_code"),
    )
    in_use = standing.filter("is_in_use").select("period", "area_id")
    twice = _several(listed.join(in_use, on=["period", "area_id"]))
    yield on_list("community_overlap", twice.with_columns(community_code="subject_id"))
    yield on_list("grid_overlap", _several(grids.filter("is_in_use")))


def _several(listed: pl.DataFrame) -> pl.DataFrame:
    """Codes that more than one area lists, with a street that does."""
    return (
        listed.drop_nulls("code")
        .group_by("period", subject_id="code")
        .agg(
            street_code=pl.col("street_code").min(),
            amount=pl.col("area_id").n_unique().cast(pl.Int64),
        )
        .filter(pl.col("amount") > 1)
    )


def workload(terrain: Terrain, cases: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """What falls to each road chief in post; what is not filed is not on the list.

    Args:
        terrain: the roster.
        cases: period, chief_person_id, one row per case of the month.
    """
    active = terrain.standing().filter("is_in_use")
    held = (
        held_on(road_chief_posts(terrain.roster.assignments), terrain.days)
        .select("period", "person_id", "area_id")
        .unique()
        .join(
            active.select("period", "area_id", "population_count", "area_km2"),
            on=["period", "area_id"],
        )
    )
    main = main_posts(terrain.roster.assignments, terrain.days).select(
        "period", "area_id", subject_id="person_id"
    )
    streets = active.select("period", "area_id", "street_code")
    at_home = main.join(streets, on=["period", "area_id"], how="left")
    metres = (pl.col("area_km2") * SQUARE_METRES).cast(pl.Int64)
    for name, column, frame in (
        ("load_population", "population_count", held),
        ("load_ground", "metres", held.with_columns(metres=metres)),
    ):
        total = (
            frame.drop_nulls(column)
            .group_by("period", subject_id="person_id")
            .agg(amount=pl.col(column).sum())
        )
        yield on_list(name, at_home.join(total, on=["period", "subject_id"]))
    counted = cases.group_by("period", subject_id="chief_person_id").agg(
        amount=pl.len().cast(pl.Int64)
    )
    yield on_list(
        "load_cases",
        at_home.join(counted, on=["period", "subject_id"], how="left").with_columns(
            pl.col("amount").fill_null(0)
        ),
    )
