"""Times, counts and conditions of a case that its steps tell.

What lives here: steps 7 and 8 of the derivation (codes §6) and the column rules
of close_type_code and handling_mode_code (model §3.1): a delivered value stays,
a null one is filled from events that are not inferred and from reviews. What
does not: the stage (`stage`), to which nothing filled here ever returns.
"""

from __future__ import annotations

import polars as pl

from hub.pipeline.stage_chain import CHECKS

CLOSES = ("CLOSE", "FORCE_CLOSE")


def told_times(
    events: pl.DataFrame, reviews: pl.DataFrame, dispatch: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Step 7, the instants on offer: per issue from events, and from reviews."""
    action, at = pl.col("action_code"), pl.col("happened_at")
    after = (at > pl.col("first_at")).fill_null(value=False)

    def when(*actions: str) -> pl.Expr:
        return at.filter(action.is_in(actions))

    own = (
        events.filter(~pl.col("is_inferred"))
        .join(dispatch, on="issue", how="left")
        .group_by("issue")
        .agg(
            at.filter((action == "ACCEPT") & ~after).min().alias("accepted_at"),
            at.filter((action == "ACCEPT") & after).min().alias("received_at"),
            when("REGISTER").min().alias("registered_at"),
            when("DISPATCH").min().alias("dispatched_at"),
            when("HANDLE").max().alias("handled_at"),
            when(*CLOSES).max().alias("closed_at"),
            when("CANCEL").max().alias("cancelled_at"),
            when("FEEDBACK").max().alias("fed_back_at"),
        )
    )
    kind, done = pl.col("review_kind_code"), pl.col("done_at")
    looked = reviews.group_by("issue").agg(
        done.filter(kind == "VERIFY").max().alias("verified_at"),
        done.filter(kind.is_in(CHECKS)).max().alias("checked_at"),
    )
    return own, looked


def fill_times(
    issues: pl.DataFrame,
    events: pl.DataFrame,
    reviews: pl.DataFrame,
    *,
    dispatch: pl.DataFrame,
    weighed: pl.DataFrame,
) -> pl.DataFrame:
    """Step 7: null times filled; `closed_at` cleared where the closing did not hold.

    `weighed` has issue and is_reopened; both frames keep the order of `issues`.
    """
    filled = issues
    for told in told_times(events, reviews, dispatch):
        names = [name for name in told.columns if name != "issue"]
        filled = (
            filled.join(
                told, on="issue", how="left", suffix="_told", maintain_order="left"
            )
            .with_columns(pl.coalesce(name, f"{name}_told") for name in names)
            .drop(f"{name}_told" for name in names)
        )
    return (
        filled.join(
            weighed.select("issue", "is_reopened"),
            on="issue",
            how="left",
            maintain_order="left",
        )
        .with_columns(pl.when(~pl.col("is_reopened")).then("closed_at"))
        .drop("is_reopened")
    )


def _last_hold(events: pl.DataFrame, name: str) -> pl.DataFrame:
    """Whether the last SUSPEND or RESUME, by (happened_at, event_id), suspends."""
    return (
        events.filter(pl.col("action_code").is_in(["SUSPEND", "RESUME"]))
        .sort("happened_at", "event_id")
        .group_by("issue")
        .agg((pl.col("action_code").last() == "SUSPEND").alias(name))
    )


def told_conditions(events: pl.DataFrame, weighed: pl.DataFrame) -> pl.DataFrame:
    """What the events tell beside times, one row per issue that has any event.

    Returns:
        issue, rework_events, told_suspended, told_supervised, had_hold,
        held_at_closing, was_forced, was_passed (a CHECK_PASS precedes the close).
    """
    action, at = pl.col("action_code"), pl.col("happened_at")
    placed = events.join(
        weighed.select("issue", "fell_at", "closed_on_evidence_at"),
        on="issue",
        how="left",
    )
    since_fall = pl.col("fell_at").is_null() | (at > pl.col("fell_at"))
    until_close = at <= pl.col("closed_on_evidence_at")
    told = placed.group_by("issue").agg(
        rework_events=(action == "REWORK").sum().cast(pl.Int64),
        told_supervised=(action == "SUPERVISE").any(),
        had_hold=action.is_in(["SUSPEND", "RESUME"]).any(),
        was_forced=((action == "FORCE_CLOSE") & since_fall).any(),
        was_passed=((action == "CHECK_PASS") & since_fall & until_close).any(),
    )
    at_closing = _last_hold(placed.filter(until_close), "held_at_closing")
    return told.join(_last_hold(events, "told_suspended"), on="issue", how="left").join(
        at_closing, on="issue", how="left"
    )


def fill_conditions(
    issues: pl.DataFrame,
    events: pl.DataFrame,
    *,
    dispatch: pl.DataFrame,
    weighed: pl.DataFrame,
) -> pl.DataFrame:
    """Rework count, overlays, handling mode and close type, in the order of `issues`.

    A statement of the value table comes first, then the delivered column, then
    the events; without any of them the value stays null.
    """
    joined = (
        issues.join(
            told_conditions(events, weighed),
            on="issue",
            how="left",
            maintain_order="left",
        )
        .join(dispatch, on="issue", how="left", maintain_order="left")
        .join(
            weighed.select("issue", "closed_on_evidence_at"),
            on="issue",
            how="left",
            maintain_order="left",
        )
    )
    is_closed = pl.col("closed_on_evidence_at").is_not_null()
    is_complete = pl.col("events_complete")
    held = joined.with_columns(
        rework_count=pl.coalesce(
            "rework_count",
            pl.when(is_complete).then(pl.col("rework_events").fill_null(0)),
        ),
        is_suspended=pl.coalesce("state_suspended", "is_suspended", "told_suspended"),
        is_supervised=pl.coalesce(
            "state_supervised",
            "is_supervised",
            pl.when("told_supervised").then(pl.lit(value=True)),
        ),
        handling_mode_code=pl.coalesce(
            "handling_mode_code",
            pl.when(pl.col("first_at").is_not_null()).then(pl.lit("DISPATCHED")),
        ),
    )
    return held.with_columns(
        has_been_suspended=pl.coalesce(
            "has_been_suspended",
            pl.when(pl.col("is_suspended") | pl.col("had_hold"))
            .then(pl.lit(value=True))
            .when(is_complete)
            .then(pl.lit(value=False)),
        ),
        close_type_code=pl.coalesce(
            "close_type_code",
            pl.when(~is_closed)
            .then(None)
            .when("was_forced")
            .then(pl.lit("FORCED"))
            .when("held_at_closing")
            .then(pl.lit("FROM_SUSPENDED"))
            .when(pl.col("handling_mode_code") == "SELF_HANDLED")
            .then(pl.lit("SELF_HANDLED"))
            .when("was_passed")
            .then(pl.lit("NORMAL")),
        ),
    )
