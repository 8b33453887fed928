"""Evidence of stages: which instants say a case reached, or fell back to, one.

What lives here: steps 2 and 4 of the derivation (codes §6) as long frames

    issue  UInt32    row number of the issue
    at     Datetime  instant of the evidence
    no     Int64     number of the stage (forward) or of the floor (backward)

What does not: weighing them (`stage`), filling times (`stage_times`). Inputs
carry the row number `issue`; other columns as in `derive_stages`.
"""

from __future__ import annotations

import polars as pl

from hub.pipeline.stage_chain import (
    ACTION_STAGE,
    CHECKS,
    FAILED_CHECK,
    TIME_STAGE,
    Chain,
)

MOVES_ON = ("DISPATCH", "ACCEPT", "HANDLE")


def first_dispatch(issues: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """The first dispatch evidence of every issue that has any: issue, first_at."""
    sent = events.filter(pl.col("action_code") == "DISPATCH")
    return (
        pl.concat(
            [
                issues.select("issue", first_at="dispatched_at").drop_nulls(),
                sent.select("issue", first_at="happened_at"),
            ]
        )
        .group_by("issue")
        .agg(pl.col("first_at").min())
    )


def _having(rows: pl.DataFrame) -> pl.Expr:
    """True on the issues that `rows` speak of."""
    return pl.col("issue").is_in(rows["issue"].unique().implode())


def _from_times(
    issues: pl.DataFrame, events: pl.DataFrame, reviews: pl.DataFrame, chain: Chain
) -> pl.DataFrame:
    verified = reviews.filter(pl.col("review_kind_code") == "VERIFY")
    checked = pl.concat(
        [
            reviews.filter(pl.col("review_kind_code").is_in(CHECKS)).select("issue"),
            events.filter(
                pl.col("action_code").is_in(["CHECK_PASS", "CHECK_FAIL"])
            ).select("issue"),
        ]
    )
    # The time of a review says nothing about its result where the result is known.
    times = issues.select(
        "issue",
        *TIME_STAGE,
    ).with_columns(
        pl.when(~_having(verified)).then("verified_at"),
        pl.when(~_having(checked)).then("checked_at"),
    )
    stage = {column: chain.no(code) for column, code in TIME_STAGE.items()}
    return (
        times.unpivot(on=list(stage), index="issue", value_name="at")
        .drop_nulls("at")
        .select(
            "issue",
            "at",
            no=pl.col("variable").replace_strict(stage, return_dtype=pl.Int64),
            is_inferred=pl.lit(value=False),
        )
    )


def _from_events(
    events: pl.DataFrame, dispatch: pl.DataFrame, chain: Chain
) -> pl.DataFrame:
    moves = {action: chain.no(code) for action, code in ACTION_STAGE.items()}
    # What was inferred from a state knows the stage; nobody need have dispatched.
    seen = pl.col("is_inferred") & (pl.col("stage_code") == "HANDLING")
    accept = (
        pl.when(seen.fill_null(value=False))
        .then(chain.no("HANDLING"))
        .when(pl.col("happened_at") > pl.col("first_at"))
        .then(chain.no("HANDLING"))
        .otherwise(chain.no("ACCEPTED"))
    )
    return (
        events.filter(pl.col("action_code").is_in([*moves, "ACCEPT"]))
        .join(dispatch, on="issue", how="left")
        .select(
            "issue",
            at="happened_at",
            no=pl.when(pl.col("action_code") == "ACCEPT")
            .then(accept)
            .otherwise(
                pl.col("action_code").replace_strict(
                    moves, default=None, return_dtype=pl.Int64
                )
            )
            .cast(pl.Int64),
            is_inferred="is_inferred",
        )
    )


def _from_reviews(reviews: pl.DataFrame, chain: Chain) -> pl.DataFrame:
    kind, result = pl.col("review_kind_code"), pl.col("result_code")
    verified = (kind == "VERIFY") & (result == "PASS")
    checked = kind.is_in(CHECKS) & result.is_in(["PASS", "UNABLE"])
    return reviews.filter(
        pl.col("done_at").is_not_null() & (verified | checked)
    ).select(
        "issue",
        at="done_at",
        no=pl.when(verified)
        .then(chain.no("VERIFIED"))
        .otherwise(chain.no("CHECKED"))
        .cast(pl.Int64),
        is_inferred=pl.lit(value=False),
    )


def forward(
    issues: pl.DataFrame,
    events: pl.DataFrame,
    reviews: pl.DataFrame,
    *,
    dispatch: pl.DataFrame,
    chain: Chain,
) -> pl.DataFrame:
    """Step 2: every instant that says a stage was reached (with is_inferred)."""
    return pl.concat(
        [
            _from_times(issues, events, reviews, chain),
            _from_events(events, dispatch, chain),
            _from_reviews(reviews, chain),
        ]
    )


def _told_backward(
    events: pl.DataFrame,
    reviews: pl.DataFrame,
    dispatch: pl.DataFrame,
    chain: Chain,
) -> pl.DataFrame:
    """Falls that an event or a failed check reports."""
    sent_before = pl.col("first_at") <= pl.col("happened_at")
    returned = (
        events.filter(pl.col("action_code") == "RETURN")
        .join(dispatch, on="issue", how="left")
        .select(
            "issue",
            at="happened_at",
            # A RETURN to something that is no MAIN stage names no floor.
            no=pl.coalesce(
                chain.number_of(pl.col("stage_code")),
                pl.when(sent_before)
                .then(chain.no("REGISTERED"))
                .otherwise(chain.no("DISCOVERED")),
            ).cast(pl.Int64),
        )
    )
    handling = pl.lit(chain.no("HANDLING"), dtype=pl.Int64)
    failed = events.filter(pl.col("action_code").is_in(FAILED_CHECK)).select(
        "issue", at="happened_at", no=handling
    )
    rejected = reviews.filter(
        pl.col("done_at").is_not_null()
        & pl.col("review_kind_code").is_in(CHECKS)
        & (pl.col("result_code") == "FAIL")
    ).select("issue", at="done_at", no=handling)
    return pl.concat([returned, failed, rejected])


def backward(
    issues: pl.DataFrame,
    events: pl.DataFrame,
    reviews: pl.DataFrame,
    *,
    forward: pl.DataFrame,
    dispatch: pl.DataFrame,
    chain: Chain,
) -> pl.DataFrame:
    """Step 4: every instant at which the case fell back, with its floor.

    A case reopened without an event (trap T18) falls back at its last closing.
    A fall told at that instant or later is such an event, and then goes alone.
    `issues` carries `m`, the stage numbers of the source state.
    """
    told = _told_backward(events, reviews, dispatch, chain)
    closing = (
        forward.filter(pl.col("no") == chain.no("CLOSED"))
        .group_by("issue")
        .agg(closing_at=pl.col("at").max())
    )
    last_told = told.group_by("issue").agg(told_at=pl.col("at").max())
    moved = (
        events.filter(pl.col("action_code").is_in(MOVES_ON))
        .group_by("issue")
        .agg(moved_at=pl.col("happened_at").max())
    )
    over = [chain.no("CLOSED"), chain.no("FED_BACK")]
    is_blank = pl.col("m").list.len() == 0
    says_open = ~is_blank & (pl.col("m").list.set_intersection(over).list.len() == 0)
    moves_on = is_blank & (pl.col("moved_at") > pl.col("closing_at"))
    reopened = (
        issues.select("issue", "m")
        .join(closing, on="issue")
        .join(last_told, on="issue", how="left")
        .join(moved, on="issue", how="left")
        .filter(
            (pl.col("told_at").is_null() | (pl.col("told_at") < pl.col("closing_at")))
            & (says_open | moves_on.fill_null(value=False))
        )
        .select(
            "issue",
            at="closing_at",
            no=pl.coalesce(pl.col("m").list.min(), pl.lit(chain.no("HANDLING"))).cast(
                pl.Int64
            ),
        )
    )
    return pl.concat([told, reopened])
