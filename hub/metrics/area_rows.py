"""Responsibility areas as rows to be counted: one per area and month.

What lives here: areas as they stand on the day that speaks for a month, with what
coverage asks of them, and the communities that stand in where a place has filed no
required area. What does not: the definition of coverage (`coverage`).

The day is the last of the month; while a month still runs it is the local day of
`as_of`, the last one known. A month that has not begun has no rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from hub.metrics.carried import carry
from hub.metrics.evidence import named
from hub.metrics.levels import STAND_IN, Places
from hub.metrics.posts import (
    PostRules,
    chief_state,
    held_on,
    persons_on,
    road_chief_posts,
)
from hub.metrics.told import told_homes, with_untold
from hub.metrics.units import last_days, on_day

FLAGS = ("has_post", "is_listed", "has_active", "has_phone", "has_chief")


def last_known_days(periods: Iterable[str], as_of: datetime, zone: str) -> pl.DataFrame:
    """period, day: the last day of each month, or `as_of`'s while it runs."""
    today = as_of.astimezone(ZoneInfo(zone)).date()
    known = last_days(periods).with_columns(
        day=pl.min_horizontal("day", pl.lit(today, dtype=pl.Date))
    )
    return known.filter(pl.col("day").dt.to_string("%Y-%m") == pl.col("period"))


def standing_areas(
    areas: pl.DataFrame,
    assignments: pl.DataFrame,
    persons: pl.DataFrame,
    *,
    days: pl.DataFrame,
    rules: PostRules,
) -> pl.DataFrame:
    """The areas of each day with their chiefs: one row per period and area.

    Returns:
        the columns of the dataset, period, day, is_in_plan, is_in_use and FLAGS (see
        `chief_state`; false for an area that is not in use).
    """
    status = pl.col("status_code")
    standing = (
        on_day(areas, days)
        .with_columns(
            is_in_plan=status.is_in(["PLANNED", "ACTIVE"]), is_in_use=status == "ACTIVE"
        )
        .unique(["period", "area_id"], keep="any")
    )
    state = chief_state(
        held_on(road_chief_posts(assignments), days),
        persons_on(persons, days, rules),
        standing.filter("is_in_use").select("period", "area_id", "street_code"),
        rules,
    )
    return standing.join(state, on=["period", "area_id"], how="left").with_columns(
        pl.col(FLAGS).fill_null(value=False)
    )


def area_rows(
    areas: pl.DataFrame,
    assignments: pl.DataFrame,
    persons: pl.DataFrame,
    places: Places,
    *,
    days: pl.DataFrame,
    rules: PostRules,
) -> pl.DataFrame:
    """Every area that exists on the day of a month, and every community.

    Args:
        areas, assignments, persons: rows of the datasets of these names.
        places: the city's.
        days: `last_known_days`.
        rules: the city's rules of posts.

    Returns:
        period, subject ("area" or "community"), subject_id, the place, is_required,
        is_in_plan, is_in_use, is_untold (see `told`), FLAGS, stands_in.
    """
    standing = standing_areas(areas, assignments, persons, days=days, rules=rules)
    own = standing.select(
        "period",
        "area_id",
        "street_code",
        "is_required",
        "is_in_plan",
        "is_in_use",
        *FLAGS,
        pl.lit(value=False).alias(STAND_IN),
        *named("area", "area_id"),
        community_code=pl.lit(None, dtype=pl.String),
        is_untold=pl.lit(value=False),
    )
    told = told_homes(areas, assignments, places, days)
    stand_ins = covered_communities(standing, places, days, told).select(
        "period",
        pl.lit(None, dtype=pl.String).alias("area_id"),
        "street_code",
        pl.lit(value=True).alias("is_required"),
        pl.lit(value=True).alias("is_in_plan"),
        pl.lit(value=True).alias("is_in_use"),
        *(pl.col("is_covered").alias(name) for name in FLAGS),
        pl.lit(value=True).alias(STAND_IN),
        *named("community", "community_code"),
        community_code="community_code",
        is_untold="is_untold",
    )
    streets = places.parents("STREET", "street_code", "district_code")
    return (
        pl.concat([own, stand_ins.select(own.columns)])
        .join(streets, on="street_code", how="left")
        .with_columns(chief_person_id=pl.lit(None, dtype=pl.String))
    )


def covered_communities(
    standing: pl.DataFrame, places: Places, days: pl.DataFrame, told: pl.DataFrame
) -> pl.DataFrame:
    """Communities in scope: covered by any area in use with a chief in post.

    Args:
        standing: `standing_areas`.
        places: the city's.
        days: `last_known_days`.
        told: `told_homes`.

    Returns:
        period, community_code, street_code, is_covered, is_untold.
    """
    covered = (
        standing.filter("has_chief")
        .select("period", division_code="community_codes")
        .explode("division_code")
        .drop_nulls()
        .pipe(carry, "division_code", places.succession, days)
        .unique()
        .with_columns(is_covered=pl.lit(value=True))
    )
    known = places.divisions.filter(pl.col("level_code") == "COMMUNITY")
    here = (
        on_day(known, days)
        .join(covered, on=["period", "division_code"], how="left")
        .select(
            "period",
            pl.col("is_covered").fill_null(value=False),
            community_code="division_code",
            street_code="parent_code",
        )
    )
    return with_untold(here, told, places, days)
