"""The fixed days of the simulated city.

What lives here: which days there are, when each of them is told, and the span
that a delivery of that day covers. They lie in the past and cross the end of a
month, because a clock that is eight hours off moves cases into another month
(trap T24). What does not: anything that happens on a day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

ZONE_NAME = "Asia/Shanghai"
ZONE = ZoneInfo(ZONE_NAME)
START = date(2026, 6, 30)
SEED = 20260930  # of the usual city
MOST_DAYS = 31
TOLD_AT = time(23, 59)
INSTANT = pl.Datetime("us", "UTC")
FORM = "%Y-%m-%d %H:%M:%S"


class Span(NamedTuple):
    """A half-open span of time, both ends aware and in UTC."""

    since: datetime
    until: datetime


def day_of(number: int) -> date:
    """The local date of day 1, 2, …; day 0 is the day before the first."""
    return START + timedelta(days=number - 1)


def told_at(number: int) -> datetime:
    """The instant at which everybody tells of a day: 23:59 local, in UTC.

    What happens in the last minute belongs to the next delivery.
    """
    return datetime.combine(day_of(number), TOLD_AT, ZONE).astimezone(UTC)


def span_of(number: int) -> Span:
    """What the delivery of one day covers; neighbouring spans touch."""
    return Span(told_at(number - 1), told_at(number))


def midnight(number: int) -> datetime:
    """The first instant of a day, in UTC."""
    return datetime.combine(day_of(number), time(), ZONE).astimezone(UTC)


def written(column: str, form: str = FORM) -> pl.Expr:
    """A column of instants as naive local text; null becomes an empty text."""
    local = pl.col(column).dt.convert_time_zone(ZONE_NAME).dt.strftime(form)
    return local.fill_null("").alias(column)
