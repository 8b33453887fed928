"""Which cases need a review before their loop is closed, as a policy says (metrics §5).

What lives here: the table of exceptions as a frame, and what goes before what: a
category before the handling mode, and both before the general rule. What does not:
judging a case, and whether a review was passed (`hub.metrics`).
"""

from __future__ import annotations

import polars as pl

from hub.scoring.spec import Review

SELF_HANDLED = "SELF_HANDLED"


def review_table(review: Review) -> pl.DataFrame:
    """Exceptions: std_category_kind_code, std_category_code, is_review_required."""
    return pl.DataFrame(
        [(one.kind, one.code, one.required) for one in review.categories],
        schema={
            "std_category_kind_code": pl.String,
            "std_category_code": pl.String,
            "is_review_required": pl.Boolean,
        },
        orient="row",
    )
