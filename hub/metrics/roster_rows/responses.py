"""Which cases were responded to in time (ACT-RESP).

What lives here: the first response to a case, and whether it came within the minutes
that the city allows, judged on the instants themselves: rounded to minutes, thirty
minutes and a half would pass for thirty. What does not: the other flags of a case.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

RESPONSES = ("accepted_at", "received_at", "first_contact_at")


def response_flags(
    issues: pl.DataFrame, handlings: pl.DataFrame, minutes: int
) -> pl.DataFrame:
    """Per case, whether anybody responded, and in time.

    Args:
        issues: issue_id, reported_at and `RESPONSES`.
        handlings: issue_id, started_at.
        minutes: x of metrics §6.3; exactly x minutes are in time.

    Returns:
        issue_id, responded, response_in_limit; never null.
    """
    begun = handlings.group_by("issue_id").agg(pl.col("started_at").min())
    first = pl.min_horizontal(*RESPONSES, "started_at")
    limit = pl.col("reported_at") + timedelta(minutes=minutes)
    return issues.join(begun, on="issue_id", how="left").select(
        "issue_id",
        responded=first.is_not_null(),
        response_in_limit=(first <= limit).fill_null(value=False),
    )
