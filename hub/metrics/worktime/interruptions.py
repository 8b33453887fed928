"""What stops or moves the clock of a case: suspensions and extensions in its trail.

What lives here: reading SUSPEND, RESUME and EXTEND off the events, and saying where
the trail cannot be complete. What does not: what that does to a deadline
(`computed_limits`).
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

SUSPENSION_UNKNOWN = "SUSPENSION_UNKNOWN"
EXTENSION_UNKNOWN = "EXTENSION_UNKNOWN"


class Interruptions(NamedTuple):
    """What is known about some cases.

    `pauses`: issue_id, from_at, until_at (null: still suspended). `extensions`:
    issue_id, extended_at, new_limit_at; the last one of each case. `unknown`:
    issue_id, reason: a suspension or extension of which the trail says too little.
    """

    pauses: pl.DataFrame
    extensions: pl.DataFrame
    unknown: pl.DataFrame


def read_interruptions(issues: pl.DataFrame, events: pl.DataFrame) -> Interruptions:
    """Suspensions and extensions of some cases.

    Args:
        issues: issue_id, is_suspended, has_been_suspended, extension_count; a null
            acts as false and 0.
        events: their events that count: issue_id, action_code, happened_at,
            source_id, deadline_at.
    """
    trail = events.select(
        "issue_id", "action_code", "happened_at", "source_id", "deadline_at"
    ).sort("issue_id", "happened_at", "source_id")
    switched = trail.filter(pl.col("action_code").is_in(["SUSPEND", "RESUME"]))
    # Suspended twice in a row is suspended once, from the first time on.
    turns = switched.with_columns(
        last=pl.col("action_code").shift(1).over("issue_id")
    ).filter(pl.col("action_code").ne_missing(pl.col("last")))
    pauses = turns.with_columns(
        until_at=pl.col("happened_at").shift(-1).over("issue_id")
    ).filter(pl.col("action_code") == "SUSPEND")
    early = turns.filter((pl.col("action_code") == "RESUME") & pl.col("last").is_null())
    extensions = (
        trail.filter(pl.col("action_code") == "EXTEND")
        .unique("issue_id", keep="last", maintain_order=True)
        .select("issue_id", extended_at="happened_at", new_limit_at="deadline_at")
    )
    return Interruptions(
        pauses.select("issue_id", "until_at", from_at="happened_at"),
        extensions,
        _unknown(issues, pauses, early, extensions),
    )


def _unknown(
    issues: pl.DataFrame,
    pauses: pl.DataFrame,
    early: pl.DataFrame,
    extensions: pl.DataFrame,
) -> pl.DataFrame:
    def of(frame: pl.DataFrame) -> pl.Expr:
        return pl.col("issue_id").is_in(frame["issue_id"].unique().implode())

    now, ever = (
        pl.col(name).fill_null(value=False)
        for name in ("is_suspended", "has_been_suspended")
    )
    is_open = of(pauses.filter(pl.col("until_at").is_null()))
    unseen = (ever & ~of(pauses)) | (now & ~is_open) | of(early)
    bare = of(extensions.filter(pl.col("new_limit_at").is_null()))
    uncounted = (pl.col("extension_count").fill_null(0) > 0) & ~of(extensions)
    return issues.select(
        "issue_id",
        reason=pl.when(unseen)
        .then(pl.lit(SUSPENSION_UNKNOWN))
        .when(bare | uncounted)
        .then(pl.lit(EXTENSION_UNKNOWN)),
    ).drop_nulls("reason")
