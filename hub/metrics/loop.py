"""Closed-loop figures (闭环, metrics §5), as entries of the registry.

What lives here: definitions over flag columns. A case that was closed without the
review its rule demands is a broken loop, whatever the source calls it. What does
not: the flags (`flags`), computing the figures (`figures`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.metric import Metric, Reason
from hub.metrics.rates import CLOSED_APART, OUTSIDE, UNKNOWN

IS_REVIEWED = pl.col("review_passed") | ~pl.col("review_required")
IS_ANSWERED = pl.col("feed_back") | ~pl.col("feedback_required")
# The first missing link; data that contradicts itself comes before all links.
LINKS = (
    Reason("DATA_MISSING", pl.col("link_missing")),
    Reason("NOT_HANDLED", ~pl.col("dispose")),
    Reason("NOT_REVIEWED", pl.col("review_required") & ~pl.col("reviewed")),
    Reason("REVIEW_FAILED", ~IS_REVIEWED),
    Reason("NOT_CLOSED", ~pl.col("archive")),
    Reason("NOT_FED_BACK", ~IS_ANSWERED),
)

LOOP = (
    Metric(
        id="closed_loop_rate",
        version=1,
        name_zh="闭环率",
        name_en="closed-loop rate",
        formula_zh="已闭环案件数 ÷ 应闭环案件数",
        formula_en="cases whose loop is closed ÷ cases whose loop is due",
        numerator_zh="已处置,按规定须复核的复核通过,已结案,公众来源的已反馈",
        numerator_en=(
            "handled, reviewed with PASS where the rule demands a review, closed, "
            "and answered where the channel owes an answer"
        ),
        denominator_zh="当期到期的路长制案件,不含重复、终止和挂账案件",
        denominator_en=(
            "cases of the road chief system due in the period, without duplicates, "
            "ended and suspended cases"
        ),
        numerator=(pl.col("dispose") & IS_REVIEWED & pl.col("archive") & IS_ANSWERED),
        outside=OUTSIDE,
        left_out=(Reason("SUSPENDED", pl.col("suspended_out")),),
        missed=LINKS,
        beside=(
            *CLOSED_APART,
            Reason("WITHOUT_DEADLINE", pl.col("without_deadline")),
            *UNKNOWN[:1],
        ),
        basis="due_in_period",
        calibers=("FLAGS-EG", "MD-1", "SU-1"),
        source="metrics §5",
    ),
)
