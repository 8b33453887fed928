"""Which month a case belongs to, by each of the four bases.

What lives here: the limits that a case is judged by, and its cohorts. A month is
half-open in the city's zone; a case without a basis instant is in no cohort of that
basis, but for MD-1, by which a case without a deadline falls due when it was
dispatched, else handled, else registered (metrics §1). What does not: what is
counted there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl

from hub.metrics.issue_loop.facts import INSTANT
from hub.metrics.units import last_days

COHORTS = ("in_reported", "in_registered", "in_due", "in_due_instead", "in_closed")
LIMITS = {
    "limit_at": pl.coalesce("bundle_deadline_at", "deadline_at"),
    "close_limit_at": pl.coalesce("close_deadline_at", "deadline_at"),
}
BASES = {
    "in_reported": pl.col("reported_at"),
    "in_registered": pl.col("registered_at"),
    "in_due": pl.col("limit_at"),
    "in_due_instead": pl.when(pl.col("limit_at").is_null()).then(
        pl.coalesce("dispatched_at", "handled_at", "registered_at")
    ),
    "in_closed": pl.col("closed_at"),
}


def bounds(period: str, zone: str) -> tuple[datetime, datetime]:
    """First instant of a month `YYYY-MM`, and of the next one.

    Raises:
        MisuseError: it is no month.
    """
    last = last_days([period])["day"][0]
    local = ZoneInfo(zone)
    first = datetime(last.year, last.month, 1, tzinfo=local)
    year, month = divmod(last.year * 12 + last.month, 12)
    following = datetime(year, month + 1, 1, tzinfo=local)
    return first.astimezone(UTC), following.astimezone(UTC)


def cohorts_of(period: str, zone: str) -> dict[str, pl.Expr]:
    """Whether a case is in each cohort of a month; never null."""
    first, following = (pl.lit(at).cast(INSTANT) for at in bounds(period, zone))
    return {
        name: ((at >= first) & (at < following)).fill_null(value=False)
        for name, at in BASES.items()
    }


def belongs(periods: Iterable[str], zone: str) -> pl.Expr:
    """Whether any basis puts a case, its LIMITS added, into one of the months."""
    every = [claim for period in periods for claim in cohorts_of(period, zone).values()]
    return pl.any_horizontal(pl.lit(value=False), *every)


def monthly(cases: pl.DataFrame, periods: Iterable[str], zone: str) -> pl.DataFrame:
    """One row per month and case that some basis puts there, cohorts added.

    Args:
        cases: the instants that BASES rest on, in any order, which is kept.
        periods: months, each once.
        zone: the city's.
    """
    found = [
        cases.with_columns(period=pl.lit(period), **cohorts_of(period, zone)).filter(
            pl.any_horizontal(COHORTS)
        )
        for period in periods
    ]
    empty = cases.clear().with_columns(
        pl.lit("").alias("period"), *(pl.lit(value=False).alias(n) for n in COHORTS)
    )
    return pl.concat(found) if found else empty
