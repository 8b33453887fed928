"""The stage of every case, derived from evidence and never from a label.

What lives here: steps 5, 6 and 8 of the derivation (codes §6) and its entry,
`derive_stages`. A partner's state is evidence only: in one widespread product
the state labelled 核查结案 holds the word for "closed" and means "being checked"
(trap T13). What does not: collecting the evidence (`stage_evidence`), filling
times (`stage_times`), inferring events from states (`stage_infer`).
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from hub.pipeline.stage_chain import TIME_STAGE, Chain
from hub.pipeline.stage_evidence import backward, first_dispatch, forward
from hub.pipeline.stage_findings import find_contradictions
from hub.pipeline.stage_times import fill_conditions, fill_times

TOLD = (
    "issue_id",
    *TIME_STAGE,
    "cancelled_at",
    "rework_count",
    "is_suspended",
    "has_been_suspended",
    "is_supervised",
    "handling_mode_code",
    "close_type_code",
    "state_main",
    "state_end",
    "state_suspended",
    "state_supervised",
    "events_complete",
)
STEP = (
    "event_id",
    "issue_id",
    "action_code",
    "happened_at",
    "stage_code",
    "is_inferred",
)
LOOK = ("issue_id", "review_kind_code", "result_code", "done_at")
REVIVING = ("ACCEPT", "REGISTER", "DISPATCH")
DERIVED = (
    "issue_id",
    "stage_code",
    *TIME_STAGE,
    "cancelled_at",
    "rework_count",
    "is_suspended",
    "has_been_suspended",
    "is_supervised",
    "handling_mode_code",
    "close_type_code",
)


class Stages(NamedTuple):
    """`issues`: the columns of DERIVED, one row per issue, in the given order.

    `findings`: issue_id and rule (S01, K16, K17, T15), sorted.
    """

    issues: pl.DataFrame
    findings: pl.DataFrame


def derive_stages(
    issues: pl.DataFrame,
    events: pl.DataFrame,
    reviews: pl.DataFrame,
    *,
    stages: pl.DataFrame,
) -> Stages:
    """Derive the stage and what follows from it for a set of whole issues.

    A pure function of the sets of rows: neither order nor partition of the
    inputs changes the result. Filled times never become evidence.

    Args:
        issues: one row per issue with the values as delivered: issue_id, the ten
            times from reported_at to fed_back_at, cancelled_at, rework_count,
            is_suspended, has_been_suspended, is_supervised, handling_mode_code,
            close_type_code; from the feed's value table state_main and state_end
            (lists of codes), state_suspended and state_supervised (true, false,
            or null for no statement); events_complete (the feed setting).
        events: the rows that count, inferred ones included: event_id, issue_id,
            action_code, happened_at, stage_code, is_inferred.
        reviews: issue_id, review_kind_code, result_code, done_at.
        stages: the reference list of stages (code, stage_no, kind).
    """
    chain = Chain.of(stages)
    numbered = (
        issues.select(TOLD)
        .with_row_index("issue")
        .with_columns(
            m=chain.numbers_of(pl.col("state_main")),
            n=pl.col("state_end").fill_null(pl.lit([], dtype=pl.List(pl.String))),
        )
    )
    ids = numbered.select("issue", "issue_id")
    own_events = events.select(STEP).join(ids, on="issue_id")
    own_reviews = reviews.select(LOOK).join(ids, on="issue_id")
    dispatch = first_dispatch(numbered, own_events)
    reached = forward(numbered, own_events, own_reviews, dispatch=dispatch, chain=chain)
    fallen = backward(
        numbered,
        own_events,
        own_reviews,
        forward=reached,
        dispatch=dispatch,
        chain=chain,
    )
    weighed = weigh(numbered, reached, fallen, chain)
    staged = numbered.join(
        end_stage(numbered, own_events, weighed, chain),
        on="issue",
        how="left",
        maintain_order="left",
    )
    filled = fill_conditions(
        fill_times(staged, own_events, own_reviews, dispatch=dispatch, weighed=weighed),
        own_events,
        dispatch=dispatch,
        weighed=weighed,
    )
    return Stages(
        issues=filled.select(DERIVED),
        findings=find_contradictions(
            filled, delivered=issues, reached=reached, chain=chain
        ),
    )


def weigh(
    issues: pl.DataFrame, reached: pl.DataFrame, fallen: pl.DataFrame, chain: Chain
) -> pl.DataFrame:
    """Step 5: the MAIN stage, from the evidence later than the last fall.

    Returns:
        One row per issue: issue, main_no, fell_at (last fall), reached_no (the
        highest stage of any evidence, counted or not, FED_BACK apart),
        closed_on_evidence_at (last counted closing), is_reopened (there is
        closing evidence and none of it counted).
    """
    no, at = pl.col("no"), pl.col("at")
    closed, fed_back = chain.no("CLOSED"), chain.no("FED_BACK")
    last_fall = fallen.group_by("issue").agg(
        fell_at=at.max(), floor_no=no.filter(at == at.max()).min()
    )
    counts = pl.col("fell_at").is_null() | (at > pl.col("fell_at"))
    ranked = (
        reached.join(last_fall.select("issue", "fell_at"), on="issue", how="left")
        .group_by("issue")
        .agg(
            top_no=no.filter(counts & (no != fed_back)).max(),
            is_fed_back=(counts & (no == fed_back)).any(),
            closed_on_evidence_at=at.filter(counts & (no == closed)).max(),
            has_closing=(no == closed).any(),
        )
    )
    ever = (
        pl.concat([reached.select("issue", "no"), fallen.select("issue", "no")])
        .filter(no != fed_back)
        .group_by("issue")
        .agg(reached_no=no.max())
    )
    holds = pl.col("closed_on_evidence_at").is_not_null()
    return (
        issues.select("issue")
        .join(last_fall, on="issue", how="left", maintain_order="left")
        .join(ranked, on="issue", how="left", maintain_order="left")
        .join(ever, on="issue", how="left", maintain_order="left")
        .select(
            "issue",
            "fell_at",
            "reached_no",
            "closed_on_evidence_at",
            main_no=pl.when(pl.col("is_fed_back") & holds)
            .then(fed_back)
            .otherwise(pl.max_horizontal("floor_no", "top_no"))
            .cast(pl.Int64),
            is_reopened=pl.col("has_closing").fill_null(value=False) & ~holds,
        )
    )


def end_stage(
    issues: pl.DataFrame, events: pl.DataFrame, weighed: pl.DataFrame, chain: Chain
) -> pl.DataFrame:
    """Step 6: the stage, END stages winning over every MAIN stage (trap T17).

    Returns:
        issue and stage_code; null only where the issue has no evidence at all.
    """
    action, at = pl.col("action_code"), pl.col("happened_at")
    acts = events.group_by("issue").agg(
        cancelled=at.filter(action == "CANCEL").max(),
        revived=at.filter(action.is_in(REVIVING)).max(),
    )
    joined = issues.join(acts, on="issue", how="left", maintain_order="left").join(
        weighed, on="issue", how="left", maintain_order="left"
    )
    last_cancel = pl.max_horizontal("cancelled", "cancelled_at")
    says_end = pl.col("n").list.len() > 0
    revives = (pl.col("revived") > last_cancel).fill_null(value=False)
    ends = says_end | (last_cancel.is_not_null() & ~revives)
    reached = pl.col("reached_no")
    deepest = (
        pl.when(reached >= chain.no("REGISTERED"))
        .then(pl.lit("CANCELLED"))
        .when(reached >= chain.no("ACCEPTED"))
        .then(pl.lit("NOT_REGISTERED"))
        .otherwise(pl.lit("NOT_ACCEPTED"))
    )
    only = pl.col("n").list.unique()
    return joined.select(
        "issue",
        stage_code=pl.when(~ends)
        .then(chain.code_of(pl.col("main_no")))
        .when(only.list.len() == 1)
        .then(only.list.first())
        .otherwise(deepest),
    )
