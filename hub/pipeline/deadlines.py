"""The deadline that counts for an issue.

What lives here: taking the delivered deadline where there is one (model §3.1).
What does not: the hub's own deadline from limits and the work calendar, which is
kept beside it; until it is computed, an issue without a delivered one has none.
"""

from __future__ import annotations

import polars as pl


def settle_deadlines(issues: pl.DataFrame) -> pl.DataFrame:
    """The deadline of every issue and where it comes from (DEADLINE_SOURCE).

    Args:
        issues: issue_id and source_deadline_at.

    Returns:
        issue_id, deadline_at, deadline_source_code, in the order given.
    """
    delivered = pl.col("source_deadline_at")
    return issues.select(
        "issue_id",
        deadline_at=delivered,
        deadline_source_code=pl.when(delivered.is_not_null())
        .then(pl.lit("SOURCE"))
        .otherwise(pl.lit("NONE")),
    )
