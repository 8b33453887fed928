"""Attempts at handling the platform's cases: when work on them begins and ends.

What lives here: one row per attempt in one unit of the city, for the partners that
tell of handling but own no case. A case that is reworked or reopened has several. What
does not: what a partner writes about an attempt (`hub.demo.systems`).
"""

from __future__ import annotations

import polars as pl

from hub.demo.days import day_of
from hub.demo.ground.cases import Happenings, is_untroubled
from hub.demo.lives import described


def attempts_in(made: Happenings, unit: str | None = None) -> pl.DataFrame:
    """Every attempt at the platform's sound cases in one unit, by begin.

    Cases that the platform tells wrongly are left out: nothing could be linked to them.
    Who tells of attempts must show only what lies before the evening it speaks of.

    Args:
        made: what happens in the city.
        unit: assessment unit; None = the whole city.

    Returns:
        case, case_id (the platform's key), case_no, day and nth (of the case),
        attempt (from 1), begin, end (null = never), pick (the case's number for
        whatever is left to chance), and the columns of the place, see `Plan`.
    """
    places = made.plan.places
    mine = places if unit is None else places.filter(pl.col("unit_code") == unit)
    cases = (
        made.platform.cases.filter(is_untroubled())
        .join(mine, on="place")
        .with_columns(case_id=platform_id("day", "nth"), case_no=platform_no())
        .select(*("case", "case_id", "case_no", "day", "nth", "pick"), *places.columns)
    )
    own = made.platform.steps.join(cases.select("case"), on="case", how="semi")
    begins = (pl.col("sets") == "disposeBeginTime") | (pl.col("counts") == "rework")
    life = (
        described(own.sort("case", "no"), made.platform.paths)
        .with_columns(is_begin=begins.fill_null(value=False))
        .with_columns(attempt=pl.col("is_begin").cum_sum().over("case").cast(pl.Int64))
    )
    ends = life.filter(pl.col("sets") == "disposeEndTime")
    return (
        life.filter("is_begin")
        .select("case", "attempt", begin="at")
        .join(
            ends.select("case", "attempt", end="at"), on=["case", "attempt"], how="left"
        )
        .join(cases, on="case")
        .sort("begin", "case", "attempt")
    )


def platform_id(day: str = "day", nth: str = "nth") -> pl.Expr:
    """The platform's key of a case, by its day and number within the day."""
    number = pl.col(nth).cast(pl.String).str.zfill(8)
    return pl.concat_str(pl.lit("4201"), _stamp(day), number)


def platform_no(day: str = "day", nth: str = "nth") -> pl.Expr:
    """The platform's case number, which people quote."""
    return pl.concat_str(_stamp(day), pl.col(nth).cast(pl.String).str.zfill(5))


def _stamp(day: str) -> pl.Expr:
    on = pl.lit(day_of(1)) + pl.duration(days=pl.col(day) - 1)
    return on.dt.strftime("%y%m%d")
