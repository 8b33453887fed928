"""Action (作为率, metrics §6.3), as entries of the registry.

What lives here: the primary definition, ACT-DAY: days of duty with a valid act. What
does not: the rows (`duty_days`), computing the figures (`figures`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.metric import Metric, Reason

ACTION = (
    Metric(
        id="duty_action_rate",
        version=1,
        name_zh="作为率",
        name_en="duty days with a valid act (ACT-DAY)",
        formula_zh="有有效作为的应履职日数 ÷ 应履职日数",
        formula_en="duty days with at least one valid act ÷ duty days",
        numerator_zh=(
            "当日至少有一次有效作为:在责任区内巡查达到最短时长或打卡点数"
            "(是否在区内不明的计入),或上报、处置、复核案件"
        ),
        numerator_en=(
            "at least one valid act on that day: a patrol inside the area of the least "
            "minutes or check points (counted where inside is not known), or a case "
            "reported, handled or reviewed by the person"
        ),
        denominator_zh=(
            "全部路长在任期内的工作日(按工作日历,含调休上班),不含请假、公出日;"
            "当月未完的计到已知最后一日"
        ),
        denominator_en=(
            "working days of the calendar, make-up days included, on which a road "
            "chief is in post, over all road chiefs, minus days excused; up to the "
            "last day known while the month runs"
        ),
        numerator=pl.col("has_act"),
        outside=(),
        left_out=(
            Reason("CHIEF_INACTIVE", pl.col("is_inactive")),
            Reason("EXCUSED", pl.col("is_excused")),
        ),
        missed=(
            Reason("PATROL_TOO_SHORT", pl.col("has_short")),
            Reason("PATROL_OUTSIDE_AREA", pl.col("has_outside")),
            Reason("NO_ACT", pl.lit(value=True)),
        ),
        beside=(
            Reason("INSIDE_NOT_KNOWN", pl.col("has_unsure")),
            Reason("CALENDAR_NOT_FINAL", ~pl.col("is_final")),
        ),
        basis="worked_in_period",
        calibers=("ACT-DAY", "DAY-LAST"),
        subject="duty_day",
        source="metrics §6.3, R17",
    ),
)
