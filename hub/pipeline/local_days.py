"""Local days of the city, and half-open intervals of them.

What lives here: the two expressions by which every reference that has a history
is asked "on that day". What does not: clocks; an instant is always handed in.
"""

from __future__ import annotations

import polars as pl


def local_day(instant: pl.Expr, zone: str) -> pl.Expr:
    """The calendar date of an instant in an IANA zone."""
    return instant.dt.convert_time_zone(zone).dt.date()


def holds_on(day: str, *, first: str, until: str) -> pl.Expr:
    """Whether [first, until) holds the day; a null `until` is open (model §2)."""
    is_over = pl.col(until).is_not_null() & (pl.col(until) <= pl.col(day))
    return (pl.col(first) <= pl.col(day)) & ~is_over
