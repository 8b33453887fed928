"""Re-checks: road chiefs look again at what the platform has checked.

What lives here: which checked cases of the platform a chief sees again, when, and
what comes of it; both the road chiefs' system, which tells of re-checks, and the
platform, whose cases fall back after a failed one, know it from here. What does not:
what either of them writes (`hub.demo.systems`).
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from hub.demo.ground.cases import Cases, is_untroubled
from hub.demo.lives import described

EVERY = 8  # one of so many checked cases is looked at again
FAILED, UNABLE = (3, 17), (5, 11)  # places in a count of 20
LEAST_HOURS, HOURS = 2, 20
# A few that fail are seen before the case is closed, which takes a minute at least.
SOON_EVERY, SOON_SECONDS = 4, 30


def rechecks(made: Cases) -> pl.DataFrame:
    """Every re-check of the platform's cases, by instant.

    It comes some hours after the last check that a case passes, when the case is closed
    as a rule; what fails then falls back to handling, and nobody handles it again.

    Args:
        made: the platform's cases.

    Returns:
        case, day and nth (of the case), place, pick, attempt (of handling), at,
        result (REVIEW_RESULT).
    """
    chosen = made.cases.filter(
        is_untroubled() & (pl.col("pick") // 7 % EVERY == 0)
    ).select("case", "day", "nth", "place", "pick")
    own = made.steps.join(chosen, on="case", how="semi").sort("case", "no")
    told = (
        described(own, made.paths)
        .group_by("case", maintain_order=True)
        .agg(
            attempt=(pl.col("sets") == "disposeEndTime").sum().cast(pl.Int64),
            passed=pl.col("at").filter(pl.col("sets") == "checkTime").last(),
        )
    )
    drawn = pl.col("pick") // 61 % 20
    hours = LEAST_HOURS + pl.col("pick") // 1009 % HOURS
    is_soon = drawn.is_in(FAILED) & (pl.col("pick") // 1223 % SOON_EVERY == 0)
    seconds = hours * 3600 + pl.col("pick") // 31 % 3600
    after = pl.when(is_soon).then(SOON_SECONDS).otherwise(seconds)
    return (
        chosen.join(told.drop_nulls("passed"), on="case")
        .with_columns(
            at=pl.col("passed") + pl.duration(seconds=after),
            result=pl.when(drawn.is_in(FAILED))
            .then(pl.lit("FAIL"))
            .when(drawn.is_in(UNABLE))
            .then(pl.lit("UNABLE"))
            .otherwise(pl.lit("PASS")),
        )
        .drop("passed")
        .sort("at", "case")
    )


def failures(made: Cases, at: datetime) -> pl.DataFrame:
    """Case and failed_at of re-checks that have failed before an instant."""
    return (
        rechecks(made)
        .filter((pl.col("result") == "FAIL") & (pl.col("at") < at))
        .select("case", failed_at="at")
    )
