"""How often a case was reworked, returned, extended, supervised, and how long it hung.

What lives here: the counts with their rule for nulls (metrics §1): what the partner
does not say is counted from the events where the feed sends all of them; else it is
not known, and the case leaves the metric. What does not: events (`events`).
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from hub.metrics.issue_loop.facts import INSTANT
from hub.metrics.issue_loop.spans import minutes_between

# Count → its events, the flag that it is above zero, the flag that it is not known.
COUNTS = {
    "rework_count": ("rework_events", "rework", "rework_unknown"),
    "return_count": ("return_events", "returned", "return_unknown"),
    "extension_count": ("extension_events", "postponed", "extension_unknown"),
}


def counts() -> dict[str, pl.Expr]:
    """Each count, null where it is not known."""
    is_complete = pl.col("events_complete").fill_null(value=False)
    return {
        name: pl.coalesce(name, pl.when(is_complete).then(pl.col(told).fill_null(0)))
        for name, (told, _, _) in COUNTS.items()
    }


def count_flags() -> dict[str, pl.Expr]:
    """Whether each count is above zero, and whether it is not known."""
    flags = {}
    for name, (_, above, unknown) in COUNTS.items():
        flags[above] = pl.col(name) > 0
        flags[unknown] = pl.col(name).is_null()
    return flags


def suspended_minutes(as_of: datetime) -> pl.Expr:
    """as_of − last SUSPEND of a case that is suspended; null where not known."""
    since = minutes_between(pl.col("last_suspended_at"), pl.lit(as_of).cast(INSTANT))
    return pl.when("is_suspended").then(since)
