"""Spans of time, and which files of a table may hold rows of them.

What lives here: months as half-open spans of instants, and the test of a file's bounds
against them. What does not: reading files, the months of cases (`issue_months`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from functools import reduce
from operator import or_
from zoneinfo import ZoneInfo

import polars as pl

from hub.errors import MisuseError
from hub.metrics.issue_loop.cohort import bounds
from hub.metrics.units import last_days
from hub.storage.parts import DataFile

Span = tuple[datetime, datetime]
INSTANT = pl.Datetime("us", "UTC")


def refuse_unbegun(periods: Collection[str], as_of: datetime, zone: str) -> None:
    """Refuse a month that has not begun when the hub's knowledge ends.

    Raises:
        MisuseError: it has not.
    """
    last_days(periods)
    running = as_of.astimezone(ZoneInfo(zone)).strftime("%Y-%m")
    for period in periods:
        if period > running:
            raise MisuseError(
                f"compute figures of {period}",
                seen=f"the newest delivery is of {running}",
                next_step=f"Name {running} or a month before it.",
            )


def month_spans(periods: Sequence[str], zone: str) -> list[Span]:
    """First instant of each month and of the next one.

    Raises:
        MisuseError: a period is no month.
    """
    return [bounds(period, zone) for period in sorted(set(periods))]


def in_spans(column: str, spans: Sequence[Span]) -> pl.Expr:
    """Whether an instant lies in one of the spans."""
    at = pl.col(column)
    claims = [
        (at >= pl.lit(first).cast(INSTANT)) & (at < pl.lit(following).cast(INSTANT))
        for first, following in spans
    ]
    return reduce(or_, claims, pl.lit(value=False))


def overlaps(file: DataFile, columns: Sequence[str], spans: Sequence[Span]) -> bool:
    """Whether any of the columns may hold an instant of any span.

    A column of which the log says nothing may; one that is null throughout does not.
    """
    return any(_may_hold(file, column, spans) for column in columns)


def overlaps_days(file: DataFile, column: str, periods: Sequence[str]) -> bool:
    """Whether a column of days may hold a day of any month `YYYY-MM`."""
    low, high = file.stats_min.get(column), file.stats_max.get(column)
    if not isinstance(low, date) or not isinstance(high, date):
        return file.null_count.get(column) != file.rows
    least, most = f"{low:%Y-%m}", f"{high:%Y-%m}"
    return any(least <= period <= most for period in periods)


def _may_hold(file: DataFile, column: str, spans: Sequence[Span]) -> bool:
    low, high = file.stats_min.get(column), file.stats_max.get(column)
    if not isinstance(low, datetime) or not isinstance(high, datetime):
        return file.null_count.get(column) != file.rows
    least, most = (at if at.tzinfo else at.replace(tzinfo=UTC) for at in (low, high))
    return any(least < following and most >= first for first, following in spans)
