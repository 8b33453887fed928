"""Limits: whether each step, the handling and the closing came in time.

What lives here: the limit of a step, which is that of its event or review, else the
rule's (metrics §1), and the comparison with the instant of the step. A step whose
instant is not known was not done in time; one without a limit is told as such, and
caliber MD decides. What does not: that decision, limits by rule and calendar
(`hub.metrics.worktime`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import polars as pl

from hub.metrics.issue_loop.facts import INSTANT, LIMIT
from hub.metrics.issue_loop.reviews import NTH

HANDLING = "HANDLING"


class Step(NamedTuple):
    """Columns that hold when a step was done, and its own limits, in order."""

    name: str
    done: tuple[str, ...]
    limits: tuple[str, ...]

    @property
    def by_rule(self) -> str:
        """Column of the rule's limit."""
        return f"{self.name}_rule_at"


STEPS = (
    Step("accept", ("accept_step_at", "accepted_at"), ("accept_limit_at",)),
    Step(
        "verify",
        ("verify_done_at", "verified_at"),
        ("verify_limit_at", "verify_task_limit_at"),
    ),
    Step("register", ("registered_at",), ("register_limit_at",)),
    Step("dispatch", ("dispatched_at",), ("dispatch_limit_at",)),
    Step("check", ("check_done_at",), ("check_limit_at", "check_task_limit_at")),
)


def rule_limits(limits: pl.DataFrame | None, ids: pl.DataFrame) -> list[pl.DataFrame]:
    """Limits by rule as frames by case number, one column each.

    Args:
        limits: issue_id, step_code (LIMIT_STEP), computed_limit_at; or None.
        ids: nth, issue_id.
    """
    told = pl.DataFrame(schema=LIMIT) if limits is None else limits.select(list(LIMIT))
    numbered = told.drop_nulls("computed_limit_at").join(ids, on="issue_id")
    named = [(step.name.upper(), step.by_rule) for step in STEPS]
    return [
        numbered.filter(pl.col("step_code") == code)
        .unique(NTH, keep="any")
        .select(NTH, pl.col("computed_limit_at").alias(name))
        for code, name in (*named, (HANDLING, "handling_rule_at"))
    ]


def step_flags(as_of: datetime, tolerance: timedelta) -> dict[str, pl.Expr]:
    """Flags of limits by name; where null, they are false.

    Deadlines of hub and partner differ if they lie further apart than `tolerance`.

    Columns they rest on: those of STEPS and `rule_limits`, limit_at, close_limit_at,
    computed_limit_at.
    """
    now = pl.lit(as_of).cast(INSTANT)
    limit, close_limit = pl.col("limit_at"), pl.col("close_limit_at")
    done, closed = pl.coalesce("handled_at", "closed_at"), pl.col("closed_at")
    apart = pl.col("computed_limit_at") - pl.col("source_deadline_at")
    flags = {
        "without_deadline": limit.is_null(),
        "without_dispose_time": done.is_null(),
        "done_in_limit": done <= limit,
        "overdue_now": now > limit,
        "closed_in_limit": closed <= close_limit,
        "without_close_limit": close_limit.is_null(),
        "close_limit_passed": close_limit <= now,
        "deadline_differs": apart.abs() > pl.lit(tolerance),
    }
    for step in STEPS:
        own = pl.coalesce(*step.limits, step.by_rule)
        flags[f"{step.name}_in_limit"] = pl.coalesce(*step.done) <= own
        flags[f"{step.name}_without_limit"] = own.is_null()
    return flags
