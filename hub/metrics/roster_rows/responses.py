"""Which cases are a road chief's, and were responded to in time (ACT-HANDLE, -RESP).

What lives here: the first response to a case, and whether it came within the minutes
that the city allows, judged on the instants themselves: rounded to minutes, thirty
minutes and a half would pass for thirty. What does not: the other flags of a case.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

RESPONSES = ("accepted_at", "received_at", "first_contact_at")


def chief_case_flags(
    issues: pl.DataFrame, handlings: pl.DataFrame, minutes: int
) -> pl.DataFrame:
    """Per case, whether a road chief answers for it and anybody responded, in time.

    Args:
        issues: issue_id, chief_assignment_id, reported_at and `RESPONSES`.
        handlings: issue_id, started_at.
        minutes: x of metrics §6.3; exactly x minutes are in time.

    Returns:
        issue_id, assigned, responded, response_in_limit; never null.
    """
    begun = handlings.group_by("issue_id").agg(pl.col("started_at").min())
    first = pl.min_horizontal(*RESPONSES, "started_at")
    limit = pl.col("reported_at") + timedelta(minutes=minutes)
    return issues.join(begun, on="issue_id", how="left").select(
        "issue_id",
        assigned=pl.col("chief_assignment_id").is_not_null(),
        responded=first.is_not_null(),
        response_in_limit=(first <= limit).fill_null(value=False),
    )
