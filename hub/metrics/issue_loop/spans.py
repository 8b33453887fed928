"""How long each part of a case's way took, in running and in shift minutes.

What lives here: from which instant to which every span runs (metrics §4, R25, R32).
Whole minutes, rounded down; null where either instant is not known, and where the
instants run backwards, which is no duration but an error (K13). What does not: the
work calendar (`hub.metrics.worktime`).
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

US_PER_MINUTE = 60_000_000
# From one column to another: whole minutes of the work calendar, null in null out.
ShiftMinutes = Callable[[str, str], pl.Expr]
SPANS = {
    "accept": ("reported_at", "accepted_at"),
    "register": ("accepted_at", "registered_at"),
    "dispatch": ("registered_at", "dispatched_at"),
    "receive": ("dispatched_at", "received_at"),
    "handle": ("handle_from_at", "handled_at"),
    "check": ("handled_at", "checked_at"),
    "close": ("handled_at", "closed_at"),
    "answer": ("reported_at", "answer_at"),
    "first_response": ("reported_at", "responded_at"),
    "whole": ("reported_at", "closed_at"),
}
# Ends of spans that are no column of the case.
ENDS = {
    "handle_from_at": pl.when(pl.col("handling_mode_code") == "SELF_HANDLED")
    .then("reported_at")
    .otherwise("dispatched_at"),
    "answer_at": pl.coalesce("fed_back_at", "answered_at"),
    "responded_at": pl.min_horizontal(
        "accepted_at", "received_at", "first_contact_at", "handling_started_at"
    ),
}


def span_minutes(work: ShiftMinutes | None) -> dict[str, pl.Expr]:
    """Minutes by name; shift minutes are null where the city has no calendar."""
    spans: dict[str, pl.Expr] = {}
    for name, (start, end) in SPANS.items():
        from_at, to_at = pl.col(start), pl.col(end)
        spans[f"{name}_minutes"] = pl.when(to_at >= from_at).then(
            minutes_between(from_at, to_at)
        )
        spans[f"{name}_shift_minutes"] = (
            pl.lit(None) if work is None else work(start, end)
        ).cast(pl.Int64)
    return spans


def minutes_between(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Running minutes from one instant to another, rounded down."""
    return (end - start).dt.total_microseconds() // US_PER_MINUTE
