"""Action beyond the duty day (metrics §6.3), as entries of the registry.

What lives here: road chiefs by their acts, patrols against their plan, and shops
visited. What does not: days of duty (`action`), the cases assigned to a road chief
(`chief_cases`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.metric import Metric, Reason

ACTS = (
    Metric(
        id="active_chief_rate",
        version=1,
        name_zh="路长作为达标率",
        name_en="road chiefs with enough acts (ACT-PERSON)",
        formula_zh="当月有效作为达到规定次数的路长数 ÷ 在册路长数",
        formula_en="road chiefs with at least n acts in the month ÷ road chiefs",
        numerator_zh=(
            "当月有效作为不少于规定次数:每次有效巡查计一次,每个上报、处置或复核过的案件"
            "计一次(同一案件不重复计)"
        ),
        numerator_en=(
            "no fewer acts than the city asks for: each valid patrol is one, and each "
            "case reported, handled or reviewed is one, whatever was done with it"
        ),
        denominator_zh="月末(当月未完的,为已知最后一日)在任的路长,不含不在岗的",
        denominator_en=(
            "road chiefs who hold a post on the last day of the month (the last known "
            "while it runs), without those not active"
        ),
        numerator=pl.col("has_acts"),
        outside=(),
        left_out=(Reason("CHIEF_INACTIVE", pl.col("is_inactive")),),
        missed=(
            Reason("NO_ACT_IN_MONTH", pl.col("is_idle")),
            Reason("TOO_FEW_ACTS", pl.lit(value=True)),
        ),
        beside=(),
        basis="standing_on_last_day",
        calibers=("ACT-PERSON", "DAY-LAST"),
        subject="chief",
        source="metrics §6.3 ACT-PERSON, R17",
    ),
    Metric(
        id="patrol_completion_rate",
        version=1,
        name_zh="巡查完成率",
        name_en="planned patrols done (ACT-PATROL)",
        formula_zh="已完成的计划巡查数 ÷ 计划巡查数",
        formula_en="patrols done of those planned ÷ patrols planned",
        numerator_zh="计划巡查中状态为完成的",
        numerator_en="planned patrols of state DONE",
        denominator_zh="计划日在当月、且不晚于已知最后一日的巡查,状态为计划、完成或未巡",
        denominator_en=(
            "patrols planned for a day of the month up to the last known, of state "
            "PLANNED, DONE or MISSED"
        ),
        numerator=pl.col("is_done"),
        outside=(Reason("NOT_PLANNED", ~pl.col("is_planned")),),
        left_out=(
            Reason("EXCUSED", pl.col("is_excused")),
            Reason("PATROL_TO_COME", pl.col("is_to_come")),
        ),
        missed=(
            Reason("PATROL_MISSED", pl.col("is_missed")),
            Reason("PATROL_NOT_DONE", pl.lit(value=True)),
        ),
        beside=(),
        basis="planned_in_period",
        calibers=("ACT-PATROL", "DAY-LAST"),
        subject="patrol",
        source="metrics §6.3 ACT-PATROL, R17",
    ),
    Metric(
        id="shop_visit_rate",
        version=1,
        name_zh="门店走访率",
        name_en="shops visited of those planned (ACT-SHOP)",
        formula_zh="已访门店数(不超过应访数) ÷ 应访门店数",
        formula_en="shops visited, at most as many as planned ÷ shops planned",
        numerator_zh="各次巡查已访门店数之和,每次不超过应访数",
        numerator_en="shops visited over all patrols, each at most as many as planned",
        denominator_zh="当月各次巡查应访门店数之和,含尚未到期的;请假、公出的不计",
        denominator_en=(
            "shops planned over all patrols of the month, those to come included; "
            "without patrols excused"
        ),
        numerator=pl.col("shop_visited") > 0,
        numerator_amount=pl.col("shop_visited"),
        denominator_amount=pl.col("shop_planned"),
        outside=(Reason("NO_SHOPS_PLANNED", pl.col("shop_planned").is_null()),),
        left_out=(Reason("EXCUSED", pl.col("is_excused")),),
        missed=(
            Reason("PATROL_TO_COME", pl.col("is_to_come")),
            Reason("NO_SHOP_VISITED", pl.lit(value=True)),
        ),
        beside=(
            Reason(
                "SHOPS_PARTLY_VISITED",
                (pl.col("shop_visited") > 0)
                & (pl.col("shop_visited") < pl.col("shop_planned")),
            ),
        ),
        basis="planned_in_period",
        calibers=("ACT-SHOP", "DAY-LAST"),
        subject="patrol",
        source="metrics §6.3 ACT-SHOP, R23",
    ),
)
