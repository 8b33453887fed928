"""What the trail of a case says that its own columns do not.

What lives here: limits that single steps carry, tasks given, the last suspension,
and how often it was sent back, returned or extended. What does not: times of stages;
linking has filled them from the same events.
"""

from __future__ import annotations

from typing import Literal

import polars as pl

from hub.metrics.issue_loop.reviews import NTH

COUNTED = {
    "REWORK": "rework_events",
    "RETURN": "return_events",
    "EXTEND": "extension_events",
}


def event_marks(events: pl.DataFrame, cases: pl.DataFrame) -> list[pl.DataFrame]:
    """Frames by case number, each of the cases that have such a step.

    An ACCEPT after the first dispatch is the handling unit's receipt (codes §6), not
    the acceptance. Of registrations and dispatches the first is the step, as in the
    columns of the case; of acceptances and tasks the last. An inferred event gives no
    time, but counts.

    Args:
        events: nth, and the columns of EVENT.
        cases: nth, dispatched_at.

    Returns:
        accept_step_at and accept_limit_at; register_limit_at; dispatch_limit_at;
        verify_task_limit_at and has_verify_task; check_task_limit_at and
        has_check_task; last_suspended_at; and the three counts.
    """
    action = pl.col("action_code")

    def steps(code: str) -> pl.DataFrame:
        return events.filter(action == code)

    is_late = (pl.col("happened_at") > pl.col("dispatched_at")).fill_null(value=False)
    is_inferred = pl.col("is_inferred").fill_null(value=False)
    accepts = (
        steps("ACCEPT")
        .join(cases.select(NTH, "dispatched_at"), on=NTH, how="left")
        .filter(~is_late & ~is_inferred)
    )
    return [
        _step(accepts, "last").select(
            NTH, accept_step_at="happened_at", accept_limit_at="deadline_at"
        ),
        _step(steps("REGISTER"), "first").select(NTH, register_limit_at="deadline_at"),
        _step(steps("DISPATCH"), "first").select(NTH, dispatch_limit_at="deadline_at"),
        _step(steps("VERIFY_TASK"), "last").select(
            NTH, verify_task_limit_at="deadline_at", has_verify_task=pl.lit(value=True)
        ),
        _step(steps("CHECK_TASK"), "last").select(
            NTH, check_task_limit_at="deadline_at", has_check_task=pl.lit(value=True)
        ),
        steps("SUSPEND")
        .group_by(NTH)
        .agg(last_suspended_at=pl.col("happened_at").max()),
        *(
            steps(code).group_by(NTH).agg(pl.len().cast(pl.Int64).alias(name))
            for code, name in COUNTED.items()
        ),
    ]


def _step(rows: pl.DataFrame, keep: Literal["first", "last"]) -> pl.DataFrame:
    return rows.sort(NTH, "happened_at", "event_seq").unique(
        NTH, keep=keep, maintain_order=True
    )
