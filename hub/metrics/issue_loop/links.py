"""The first missing link of a case's loop (断环清单, metrics §5).

What lives here: the order of links and their stable codes. Data that contradicts
itself comes before all links. What does not: the closed-loop rate, which is an entry
of the registry; calibers.
"""

from __future__ import annotations

import polars as pl

DATA_MISSING = "DATA_MISSING"


def link_missing() -> pl.Expr:
    """A later link's time is there and an earlier one's is not (数据缺失).

    So too where the source calls the case closed and says not when. A link that the
    case does not need is none of its loop.
    """
    handled, closed = pl.col("handled_at"), pl.col("closed_at")
    checked = pl.when("review_required").then("checked_at")
    answered = pl.when("feedback_required").then("fed_back_at")
    skips_review = pl.col("review_required") & checked.is_null()
    later = [checked, closed, answered]
    return (
        (handled.is_null() & pl.any_horizontal(time.is_not_null() for time in later))
        | (skips_review & (closed.is_not_null() | answered.is_not_null()))
        | (closed.is_null() & answered.is_not_null())
        | (closed.is_null() & pl.col("closed_at_source").fill_null(value=False))
    )


def first_missing_link() -> pl.Expr:
    """The code of the first broken link, over the flags; null where none is due.

    None is due of a closed loop and of a case in an END stage.
    """
    unreviewed = pl.col("review_required") & ~pl.col("reviewed")
    failed = pl.col("review_required") & ~pl.col("review_passed")
    unanswered = pl.col("feedback_required") & ~pl.col("feed_back")
    links = {
        "NOT_HANDLED": ~pl.col("dispose"),
        "NOT_REVIEWED": unreviewed,
        "REVIEW_FAILED": failed,
        "NOT_CLOSED": ~pl.col("archive"),
        "NOT_FED_BACK": unanswered,
    }
    broken = pl.any_horizontal(links.values())
    named = [
        pl.when(is_broken).then(pl.lit(code))
        for code, is_broken in ({DATA_MISSING: pl.col("link_missing")} | links).items()
    ]
    return pl.when(broken & ~pl.col("ended")).then(pl.coalesce(named))
