"""The deadline that counts for an issue.

What lives here: choosing between the deadline as delivered and the hub's own, which
are both kept (model §3.1). What does not: working one out from limits and the work
calendar (`hub.metrics.worktime`).
"""

from __future__ import annotations

from typing import Literal

import polars as pl


def settle_deadlines(
    issues: pl.DataFrame, *, counts: Literal["SOURCE", "COMPUTED"] = "SOURCE"
) -> pl.DataFrame:
    """The deadline of every issue and where it comes from (DEADLINE_SOURCE).

    Args:
        issues: issue_id, source_deadline_at and computed_deadline_at.
        counts: the one that counts where there are both.

    Returns:
        issue_id, deadline_at, deadline_source_code, in the order given.
    """
    columns = {"SOURCE": "source_deadline_at", "COMPUTED": "computed_deadline_at"}
    order = sorted(columns, key=lambda source: source != counts)
    source = pl.coalesce(
        *(
            pl.when(pl.col(columns[one]).is_not_null()).then(pl.lit(one))
            for one in order
        ),
        pl.lit("NONE"),
    )
    return issues.select(
        "issue_id",
        deadline_at=pl.coalesce(*(columns[one] for one in order)),
        deadline_source_code=source,
    )
