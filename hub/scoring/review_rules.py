"""Which cases need a review before their loop is closed, as a policy says (metrics §5).

What lives here: the table of exceptions as a frame, and the one expression that reads
it. What does not: whether a review was passed (`hub.metrics`).
"""

from __future__ import annotations

import polars as pl

from hub.scoring.spec import Review

SELF_HANDLED = "SELF_HANDLED"


def review_table(review: Review) -> pl.DataFrame:
    """Exceptions: std_category_kind_code, std_category_code, review_by_category."""
    return pl.DataFrame(
        [(one.kind, one.code, one.required) for one in review.categories],
        schema={
            "std_category_kind_code": pl.String,
            "std_category_code": pl.String,
            "review_by_category": pl.Boolean,
        },
        orient="row",
    )


def review_required(review: Review) -> pl.Expr:
    """Whether a case needs a review, from handling_mode_code, review_by_category.

    A category goes before the handling mode, and both before the general rule.
    """
    by_mode = pl.when(pl.col("handling_mode_code") == SELF_HANDLED).then(
        pl.lit(review.self_handled)
    )
    return pl.coalesce("review_by_category", by_mode, pl.lit(review.required))
