"""Closed-loop figures (闭环, metrics §5), as entries of the registry.

What lives here: definitions over flag columns. A case that was closed without the
review its rule demands is a broken loop, whatever the source calls it. What does
not: the flags (`flags`), computing the figures (`figures`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.entries.words import (
    CLOSED_APART,
    DUE,
    NO_DEADLINE,
    OUTSIDE,
    SUSPENDED,
    UNKNOWN,
    entry,
    otherwise,
)
from hub.metrics.metric import Metric, Reason

IS_REVIEWED = pl.col("review_passed") | ~pl.col("review_required")
IS_ANSWERED = pl.col("feed_back") | ~pl.col("feedback_required")
IS_CLOSED = pl.col("dispose") & IS_REVIEWED & pl.col("archive") & IS_ANSWERED
# The first missing link; data that contradicts itself comes before all links.
LINKS = (
    Reason("DATA_MISSING", pl.col("link_missing")),
    Reason("NOT_HANDLED", ~pl.col("dispose")),
    Reason("NOT_REVIEWED", pl.col("review_required") & ~pl.col("reviewed")),
    Reason("REVIEW_FAILED", ~IS_REVIEWED),
    Reason("NOT_CLOSED", ~pl.col("archive")),
    Reason("NOT_FED_BACK", ~IS_ANSWERED),
)
LOOP_CALIBERS = ("FLAGS-EG", "MD-1", "SU-1")
COHORT = (
    "当期到期的路长制案件,不含重复、终止和挂账案件",
    "cases of the road chief system due in the period, without duplicates, "
    "ended and suspended cases",
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
        denominator_zh=COHORT[0],
        denominator_en=COHORT[1],
        numerator=IS_CLOSED,
        outside=OUTSIDE,
        left_out=(SUSPENDED,),
        missed=LINKS,
        beside=(*CLOSED_APART, NO_DEADLINE, *UNKNOWN[:1]),
        basis=DUE,
        calibers=LOOP_CALIBERS,
        source="metrics §5",
    ),
    entry(
        "on_time_closed_loop_rate",
        ("按期闭环率", "on-time closed-loop rate"),
        (
            "已闭环,且处置不晚于时限、结案不晚于结案时限的案件",
            "cases whose loop is closed, handled and closed within their limits",
        ),
        COHORT,
        numerator=IS_CLOSED & pl.col("intime_dispose") & pl.col("intime_close"),
        left_out=(
            Reason("WITHOUT_DEADLINE", pl.col("barred") | pl.col("close_barred")),
        ),
        missed=(
            *LINKS,
            Reason("HANDLED_LATE", ~pl.col("intime_dispose")),
            *otherwise("CLOSED_LATE"),
        ),
        beside=(*CLOSED_APART, NO_DEADLINE),
        basis=DUE,
        calibers=(*LOOP_CALIBERS, "AP-1"),
        source="metrics §5",
    ),
    entry(
        "first_pass_rate",
        ("一次处置合格率", "first-pass rate"),
        ("未经返工的已结案案件", "closed cases without rework"),
        ("已结案案件", "cases closed"),
        numerator=~pl.col("rework"),
        left_out=(
            Reason("NOT_CLOSED", ~pl.col("archive")),
            Reason("REWORK_UNKNOWN", pl.col("rework_unknown")),
        ),
        missed=otherwise("REWORKED"),
        beside=CLOSED_APART,
        basis=DUE,
        calibers=LOOP_CALIBERS,
        source="metrics §5",
    ),
    entry(
        "self_discovery_rate",
        ("自主发现率", "self-discovery rate"),
        (
            "路长、楼长、店长、共治力量首先发现的案件",
            "cases first reported by road chief roles",
        ),
        (
            "上述案件,加同期同责任区的公众上报案件",
            "those, and the public cases of the same area and period",
        ),
        numerator=pl.col("by_chief_roles"),
        left_out=(
            Reason(
                "OTHER_FINDER",
                ~pl.col("by_chief_roles") & ~pl.col("by_public"),
            ),
        ),
        missed=otherwise("FOUND_BY_PUBLIC"),
        basis=DUE,
        calibers=LOOP_CALIBERS,
        source="metrics §5",
    ),
    entry(
        "suspended_share",
        ("挂起占比", "share of suspended cases"),
        ("挂账案件", "cases suspended"),
        (
            "当期路长制案件,不含重复和终止案件",
            "cases of the road chief system, no duplicates or ended cases",
        ),
        numerator=pl.col("hang"),
        missed=otherwise("NOT_SUSPENDED"),
        basis=DUE,
        calibers=("FLAGS-EG", "MD-1", "SU-3"),
        source="metrics §5",
    ),
    entry(
        "suspended_age",
        ("挂起平均时长", "mean age of suspended cases"),
        (
            "自最近一次挂账起的分钟数之和",
            "minutes since the last suspension, added up",
        ),
        ("知道挂账起始时间的挂账案件", "suspended cases with a known start"),
        numerator=pl.lit(value=True),
        numerator_amount=pl.col("suspended_minutes"),
        value="average",
        left_out=(
            Reason("NOT_SUSPENDED", ~pl.col("hang")),
            Reason("DURATION_UNKNOWN", ~pl.col("knows_suspended_minutes")),
        ),
        basis=DUE,
        calibers=("FLAGS-EG", "MD-1", "SU-3"),
        source="metrics §5",
    ),
)
