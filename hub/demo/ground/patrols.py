"""Patrols of the road chiefs: what each of them did on each day in post.

What lives here: one patrol per chief and day with its outcome, the makers' own
knowledge of duty (作为). What does not: how the road chiefs' system tells of it
(`hub.demo.systems.lzz`).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from hub.demo.days import INSTANT, midnight
from hub.demo.ground.people import People
from hub.demo.ground.plan import Plan

STREAM = 7001  # the random stream of patrols, apart from those of cases
STATUSES = ("DONE", "MISSED", "EXCUSED")
SHARES = (0.85, 0.93)  # up to here done, up to there missed, else excused
LATE_SHARE = 0.04  # told as planned on the evening, with its outcome a day later
INSIDE, UNKNOWN = 0.8, 0.92  # inside the area, nobody knows, else outside
POINTS = 5
TRACK_EVERY = 50
HOUR = 3600


def patrols_on(seed: int, plan: Plan, people: People, day: int) -> pl.DataFrame:
    """Every patrol of a day, by place.

    Returns:
        patrol (key), day, place, person, post, area_no, status (PATROL_STATUS),
        is_late, and of what was done: started_at, minutes, checkpoints (of POINTS),
        inside (null = nobody knows), shops, track (WKT, for few).
    """
    chiefs = people.chiefs(day).sort("place", "post").unique("place", keep="first")
    rng = np.random.default_rng([seed, day, STREAM])
    # Drawn for every place, so that a vacant post changes no other patrol.
    count = len(plan.places)
    outcome, late, inside = rng.random((3, count))
    first = int(midnight(day).timestamp())
    drawn = plan.places.select(
        "place", "area_no", "community_code", "west", "south", "east", "north"
    ).with_columns(
        day=pl.lit(day, dtype=pl.Int64),
        status=pl.Series(np.array(STATUSES)[np.searchsorted(SHARES, outcome)].tolist()),
        is_late=pl.Series(late < LATE_SHARE),
        start=pl.Series(first + 7 * HOUR + rng.integers(0, 10 * HOUR, count)),
        minutes=pl.Series(rng.integers(12, 150, count)),
        checkpoints=pl.Series(rng.integers(1, POINTS + 1, count)),
        shops=pl.Series(rng.integers(0, 9, count)),
        inside=pl.Series(inside),
    )
    done = pl.col("status") == "DONE"
    inside_area = (
        pl.when(pl.col("inside") < INSIDE)
        .then(pl.lit(value=True))
        .when(pl.col("inside") >= UNKNOWN)
        .then(pl.lit(value=False))
    )
    return (
        drawn.join(chiefs, on="place", maintain_order="left")
        .with_columns(patrol=_key())
        .select(
            "patrol",
            "day",
            "place",
            "person",
            "post",
            "area_no",
            "status",
            "is_late",
            started_at=pl.when(done).then(pl.from_epoch("start").cast(INSTANT)),
            minutes=pl.when(done).then("minutes"),
            checkpoints=pl.when(done).then("checkpoints"),
            inside=pl.when(done).then(inside_area),
            shops=pl.when(done).then("shops"),
            track=pl.when(done & (pl.col("place") % TRACK_EVERY == 1)).then(_track()),
        )
    )


def patrols(seed: int, plan: Plan, people: People, days: int) -> pl.DataFrame:
    """The patrols of the first days, see `patrols_on`."""
    return pl.concat(
        [patrols_on(seed, plan, people, day) for day in range(1, days + 1)]
    )


def _key() -> pl.Expr:
    return pl.format("XL{}-{}", "day", "community_code")


def _track() -> pl.Expr:
    """A way across the area."""
    ends = [
        pl.concat_str(x, y, separator=" ")
        for x, y in (("west", "south"), ("east", "north"))
    ]
    return pl.format("LINESTRING({}, {})", *ends)
