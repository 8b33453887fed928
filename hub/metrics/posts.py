"""Who is road chief of what on a day, and whether he can be reached.

What lives here: posts, persons and areas as they stand on given days (R15, K05),
and who holds the posts of other roles.
Coverage asks for one day of each month, action for every working day. What does
not: which rows count in a figure (`coverage`, `action`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import polars as pl

from hub.metrics.units import on_day


@dataclass(frozen=True)
class PostRules:
    """The city's rules of posts.

    Attributes:
        max_areas: areas that one road chief may hold (K05).
        street_max_areas: the same, where a street settles it differently.
        mobile, phone: regular expressions of valid numbers; None = any will do.
    """

    max_areas: int = 1
    street_max_areas: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType({})
    )
    mobile: str | None = None
    phone: str | None = None


def road_chief_posts(assignments: pl.DataFrame) -> pl.DataFrame:
    """Posts of road chiefs over areas, the area as `area_id`."""
    is_chief = (pl.col("role_code") == "ROAD_CHIEF") & (
        pl.col("target_kind_code") == "AREA"
    )
    return assignments.filter(is_chief).rename({"target_id": "area_id"})


def held_on(posts: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """The posts held on each day of `days`: start_on ≤ day < end_on."""
    return posts.join(days, how="cross").filter(
        (pl.col("start_on") <= pl.col("day"))
        & (pl.col("end_on").is_null() | (pl.col("end_on") > pl.col("day")))
    )


def post_state(
    assignments: pl.DataFrame,
    persons: pl.DataFrame,
    days: pl.DataFrame,
    *,
    rules: PostRules,
    roles: Sequence[str],
    target_kind: str,
) -> pl.DataFrame:
    """Per target, how far it has somebody in post (metrics §6.2).

    Of several people over one target, one that counts is enough.

    Args:
        assignments, persons: rows of the datasets of these names.
        days: period, day.
        rules: the city's.
        roles: role codes, any of which will do.
        target_kind: kind of the targets.

    Returns:
        period, target_id, has_post, is_listed, has_active, has_phone, each a
        condition beyond the one before; the last means in post.
    """
    is_it = pl.col("role_code").is_in(roles) & (
        pl.col("target_kind_code") == target_kind
    )
    return (
        held_on(assignments.filter(is_it), days)
        .select("period", "target_id", "person_id")
        .unique()
        .join(
            persons_on(persons, days, rules).drop("day"),
            on=["period", "person_id"],
            how="left",
        )
        .with_columns(is_listed=pl.col("is_active").is_not_null())
        .with_columns(pl.col("is_active", "has_phone").fill_null(value=False))
        .group_by("period", "target_id")
        .agg(
            has_post=pl.lit(value=True),
            is_listed=pl.col("is_listed").any(),
            has_active=pl.col("is_active").any(),
            has_phone=(pl.col("is_active") & pl.col("has_phone")).any(),
        )
    )


def persons_on(
    persons: pl.DataFrame, days: pl.DataFrame, rules: PostRules
) -> pl.DataFrame:
    """period, day, person_id, is_active, has_phone: as known on each day."""
    return (
        on_day(persons, days)
        .select(
            "period",
            "day",
            "person_id",
            "is_active",
            has_phone=_fits("mobile", rules.mobile) | _fits("duty_phone", rules.phone),
        )
        .unique(["day", "person_id"], keep="any")
    )


def _fits(column: str, pattern: str | None) -> pl.Expr:
    number = pl.col(column)
    if pattern is None:
        return number.is_not_null()
    return number.str.contains(pattern).fill_null(value=False)


def chief_state(
    posts: pl.DataFrame,
    persons: pl.DataFrame,
    active_areas: pl.DataFrame,
    rules: PostRules,
) -> pl.DataFrame:
    """Per area, how far it has a road chief in post (metrics §6.2).

    Of a person with more areas than allowed only the first count, by
    (start_on, area_id), among areas in use; the limit is that of each area's own
    street. Of several chiefs of one area, one that counts is enough.

    Args:
        posts: period, area_id, person_id, start_on, held on the day.
        persons: `persons_on` of the same days.
        active_areas: period, area_id, street_code of the areas in use.
        rules: the city's.

    Returns:
        period, area_id, has_post, is_listed (the roster of people knew him on that
        day), has_active, has_phone, has_chief, each a condition beyond the one before.
    """
    allowed = (
        pl.col("street_code").replace_strict(
            dict(rules.street_max_areas),
            default=rules.max_areas,
            return_dtype=pl.Int64,
        )
        if rules.street_max_areas
        else pl.lit(rules.max_areas)
    )
    held = (
        posts.group_by("period", "area_id", "person_id")
        .agg(pl.col("start_on").min())
        .join(active_areas, on=["period", "area_id"])
        .sort("period", "person_id", "start_on", "area_id")
        .with_columns(nth=pl.int_range(1, pl.len() + 1).over("period", "person_id"))
        .join(persons.drop("day"), on=["period", "person_id"], how="left")
        .with_columns(
            pl.col("is_active", "has_phone").fill_null(value=False),
            is_listed=pl.col("is_active").is_not_null(),
        )
        .with_columns(has_phone=pl.col("is_active") & pl.col("has_phone"))
    )
    return held.group_by("period", "area_id").agg(
        has_post=pl.lit(value=True),
        is_listed=pl.col("is_listed").any(),
        has_active=pl.col("is_active").any(),
        has_phone=pl.col("has_phone").any(),
        has_chief=(pl.col("has_phone") & (pl.col("nth") <= allowed)).any(),
    )
