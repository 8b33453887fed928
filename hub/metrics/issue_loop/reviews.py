"""What the reviews and handlings of a case say.

What lives here: the verdict of the last attempt (metrics §5), and of verification
and check the row that is judged by its limit. What does not: which cases need a
review (`flags`), limits by rule (`steps`).
"""

from __future__ import annotations

import polars as pl

NTH = "nth"
CHECKS = ("CHECK", "RECHECK")


def review_marks(reviews: pl.DataFrame, handlings: pl.DataFrame) -> pl.DataFrame:
    """One row per case that was or is to be reviewed, by its number.

    The last attempt is the greatest attempt_seq of any handling, check or re-check;
    of its reviews done, the latest by (done_at, review_id) speaks. Of verifications
    and of checks the latest done speaks, an open one only where none is done.

    Args:
        reviews: nth and the columns of REVIEW.
        handlings: nth, attempt_seq.

    Returns:
        nth, reviewed, review_passed, has_verify, verify_done_at, verify_limit_at,
        has_check, check_done_at, check_limit_at, check_passed; null = no such row.
    """
    checks = reviews.filter(pl.col("review_kind_code").is_in(CHECKS))
    attempts = pl.concat(
        [frame.select(NTH, "attempt_seq") for frame in (checks, handlings)]
    )
    last = attempts.group_by(NTH).agg(pl.col("attempt_seq").max())
    verdicts = _latest(
        checks.filter(pl.col("done_at").is_not_null()).join(
            last, on=[NTH, "attempt_seq"], how="semi"
        )
    ).select(NTH, reviewed=pl.lit(value=True), review_passed=_passed())
    kind = pl.col("review_kind_code")
    verifications = _latest(reviews.filter(kind == "VERIFY")).select(
        NTH,
        has_verify=pl.lit(value=True),
        verify_done_at="done_at",
        verify_limit_at="deadline_at",
    )
    checked = _latest(reviews.filter(kind == "CHECK")).select(
        NTH,
        has_check=pl.lit(value=True),
        check_done_at="done_at",
        check_limit_at="deadline_at",
        check_passed=pl.col("done_at").is_not_null() & _passed(),
    )
    return verdicts.join(verifications, on=NTH, how="full", coalesce=True).join(
        checked, on=NTH, how="full", coalesce=True
    )


def started(handlings: pl.DataFrame) -> pl.DataFrame:
    """nth, handling_started_at: when work on a case first began."""
    return (
        handlings.drop_nulls("started_at")
        .group_by(NTH)
        .agg(handling_started_at=pl.col("started_at").min())
    )


def _latest(rows: pl.DataFrame) -> pl.DataFrame:
    """Per case the row of the greatest (done_at, review_id), open ones first."""
    order = ("done_at", "review_id")
    return rows.sort(NTH, *order, nulls_last=False).unique(
        NTH, keep="last", maintain_order=True
    )


def _passed() -> pl.Expr:
    return pl.col("result_code").eq_missing(pl.lit("PASS"))
