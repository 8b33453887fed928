"""Which cases are a road chief's, and were responded to in time (ACT-HANDLE, -RESP).

What lives here: flags of a case for the road chief who answers for it. The first
response is judged on the instants themselves: rounded to minutes, thirty minutes and a
half would pass for thirty. What does not: when the first response was, the other flags
of a case (`issue_loop`).
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl


def chief_case_flags(minutes: int) -> dict[str, pl.Expr]:
    """assigned, responded, response_in_limit; null is false.

    Over chief_person_id, reported_at and responded_at.

    Args:
        minutes: x of metrics §6.3; exactly x minutes are in time.
    """
    limit = pl.col("reported_at") + timedelta(minutes=minutes)
    return {
        "assigned": pl.col("chief_person_id").is_not_null(),
        "responded": pl.col("responded_at").is_not_null(),
        "response_in_limit": pl.col("responded_at") <= limit,
    }
