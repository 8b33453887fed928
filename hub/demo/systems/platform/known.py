"""The platform's cases on an evening, with everything that its lists may name.

What lives here: keys and numbers, the defects of the first cases of each day, where
a case says it lies, and what its steps amount to. What does not: how it is written
(`lists`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from hub.demo.days import told_at
from hub.demo.ground.attempts import platform_id, platform_no
from hub.demo.ground.cases import PLATFORM, Cases
from hub.demo.ground.coordinates import as_gcj02
from hub.demo.ground.rechecks import failures
from hub.demo.lives import PIECE, described
from hub.demo.paths import CITY_PATHS, number_of
from hub.demo.systems.base import Surroundings
from hub.demo.systems.defects import mark
from hub.demo.told.issues import listed, placed, waits_for_areas, with_chief

# Cases that are told so that a rule keeps them out, and that rule.
RULES = {
    "state": "P06",  # T14, a state that the product does not have
    "state_once": "P06",  # T14, corrected on the next day
    "date": "P03",  # T9
    "created": "P01",  # T26, no time of report
    "street": "F09",  # T62
    "future": "K14",  # T29
}
ONCE = "state_once"
# `number` stands where its odd cases are told under the number of one that enters.
KINDS = ("swapped", "coarse", "number", "zero", "torn", "backwards", *RULES)
PLACELESS = ("coarse", "zero")
# Property of a case that is being checked: whatever passes on from it is a check.
CHECKING, CHECKED_TO = 11, (7, 8, 12, 14)


def platform_cases(around: Surroundings) -> Cases:
    """The platform's cases with everything about them that does not change.

    Returns:
        Cases, oldest first, with the columns of place, category and chief, and defect,
        case_id, case_no, method (how the hub finds the area), lng and north_lat
        (texts).
    """
    made = mark(around.cases(PLATFORM), KINDS)
    told = made.cases.with_columns(**_told()).with_columns(
        case_id=platform_id(), case_no=platform_no(nth="told_nth")
    )
    named = with_chief(listed(placed(told, around.plan), "old"), around.people)
    named = named.with_columns(method=_method(around.days))
    told = _with_points(named, around.plan.places).sort("created_at", "case")
    return replace(made, cases=told)


def known_on(made: Cases, day: int) -> pl.DataFrame:
    """The cases as the platform tells of them on an evening, oldest first.

    Returns:
        What `Cases.known` says; `defect` is null once it is corrected.
    """
    repaired = (pl.col("defect") == ONCE) & (pl.col("day") < day)
    return made.known(told_at(day)).with_columns(
        defect=pl.when(~repaired.fill_null(value=False)).then("defect")
    )


def with_life(known: pl.DataFrame, made: Cases, day: int) -> pl.DataFrame:
    """Cases with what their steps and other people's re-checks amount to.

    Returns:
        Cases with path, is_seen_to (supervised), looked_at (the last check) and
        failed_at (a re-check that failed).
    """
    if len(known) > PIECE:
        return pl.concat(
            with_life(
                some,
                replace(made, steps=made.steps.join(some, on="case", how="semi")),
                day,
            )
            for some in known.iter_slices(PIECE)
        )
    steps = described(made.steps.filter(pl.col("at") < told_at(day)), made.paths)
    is_check = (pl.col("left") == CHECKING) & pl.col("entered").is_in(CHECKED_TO)
    folded = steps.group_by("case").agg(
        pl.col("path").first(),
        is_seen_to=(pl.col("item") == "820").any(),
        looked_at=pl.col("at").filter(is_check).last(),
    )
    failed = failures(made, told_at(day))
    return known.join(folded, on="case", how="left", maintain_order="left").join(
        failed, on="case", how="left", maintain_order="left"
    )


def _told() -> dict[str, pl.Expr]:
    """What is told of a case: its number (T12), and where it says it lies."""
    again = (pl.col("defect") == "number") & (pl.col("nth") % 2 == 1)
    shares = pl.col("pick")
    return {
        "told_nth": pl.col("nth") - again.fill_null(value=False).cast(pl.Int64),
        "area_told": _plain((shares // 13) % 10 < 4),
        "community_told": _plain((shares // 131) % 10 < 6) | has("torn"),
    }


def _plain(drawn: pl.Expr) -> pl.Expr:
    """What is told of a case by chance; cases about places tell their own story."""
    return drawn & ~has("coarse", "zero", "torn")


def has(*defects: str) -> pl.Expr:
    """Whether a case has one of these defects."""
    return pl.col("defect").is_in(defects).fill_null(value=False)


def is_on(*paths: str) -> pl.Expr:
    """Whether a case takes one of these paths."""
    return pl.col("path").is_in([number_of(CITY_PATHS, name) for name in paths])


def _method(days: int) -> pl.Expr:
    told = (
        pl.when("area_told")
        .then(pl.lit("SOURCE"))
        .when("community_told")
        .then(pl.lit("CODE"))
        .when(has(*PLACELESS))
        .then(pl.lit("NONE"))
        .otherwise(pl.lit("POINT"))
    )
    return pl.when(waits_for_areas(days)).then(pl.lit("NONE")).otherwise(told)


def _with_points(known: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Points in GCJ-02; those of torn cases lie in a neighbouring place (T37)."""
    near = places.select(
        place="place",
        other_lon=((pl.col("west") + pl.col("east")) / 2).round(6),
        other_lat=((pl.col("south") + pl.col("north")) / 2).round(6),
        street="street",
    )
    here, other = (pl.col("place"), pl.col("street"))
    neighbours = near.select(
        place=pl.when(other.shift(-1) == other).then(here + 1).otherwise(here - 1),
        of=here,
    ).join(near.drop("street"), on="place", how="left")
    moved = known.join(
        neighbours.drop("place"),
        left_on="place",
        right_on="of",
        how="left",
        maintain_order="left",
    )
    torn = has("torn") & pl.col("other_lon").is_not_null()
    moved = moved.with_columns(
        lon=pl.when(torn).then("other_lon").otherwise("lon"),
        lat=pl.when(torn).then("other_lat").otherwise("lat"),
    ).drop("other_lon", "other_lat")
    lng, north = as_gcj02(
        np.asarray(moved["lon"].to_numpy()), np.asarray(moved["lat"].to_numpy())
    )
    return moved.with_columns(lng=lng, north_lat=north)
