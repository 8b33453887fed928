"""Dataset `time_limit`, 时限规则.

One category has many limits, told apart by registration condition and by the zone
class of the area. When text and type disagree both stay, with a warning.
"""

from __future__ import annotations

import polars as pl

from hub.schemas.fields import Date, Int, Text, field, hub_id, valid_from, valid_to
from hub.schemas.model import HubModel, facts
from hub.schemas.row_rules import RowRule, category_digits

URGENT = pl.col("source_text").str.contains("紧急", literal=True)
HOURS = pl.col("source_text").str.contains("工作时", literal=True)
SHIFT_TYPES = ("WORK_HOUR", "WORK_DAY")
# The text is what the partner wrote, the type what was made of it.
LIMIT_TEXT = RowRule(
    "limit_type_code",
    "P26",
    (URGENT & pl.col("limit_type_code").is_in(SHIFT_TYPES)).not_()
    & (HOURS & URGENT.not_() & (pl.col("limit_type_code") == "URGENT_HOUR")).not_(),
)


class TimeLimit(HubModel):
    """Limits for handling and other steps, owned by registration conditions."""

    time_limit_id: Text = hub_id("时限标识")
    category_system_code: Text = field(
        "分类体系", required=True, codes="CATEGORY_SYSTEM"
    )
    category_kind_code: Text = field("部件/事项", required=True, codes="CATEGORY_KIND")
    category_code: Text = field("分类代码", required=True, ref="category")
    condition_text: Text = field(
        "立案条件", "registration condition; null serves the whole category"
    )
    zone_class_name: Text = field(
        "区域等级", "compared with area.zone_class_name; null serves all"
    )
    step_code: Text = field("环节", required=True, codes="LIMIT_STEP")
    limit_value: Int = field("数值", required=True, above=0)
    limit_type_code: Text = field("时限类型", required=True, codes="LIMIT_TYPE")
    limit_minutes: Int = field(
        "折算分钟",
        "running minutes for clock types, shift minutes otherwise",
        required=True,
        above=0,
    )
    source_text: Text = field("原文", "as received")
    close_condition_text: Text = field("结案条件", "condition for closing")
    valid_from_on: Date = valid_from()
    valid_to_on: Date = valid_to()

    class Config:
        """Facts of the dataset as a whole."""

        name = "time_limit"
        title = "时限规则"
        metadata = facts(
            topic="time",
            grain="one row per category, condition, zone class and step, per version",
            key=("time_limit_id", "valid_from_on"),
            history="scd2",
            share="OPEN",
            id_column="time_limit_id",
            core=False,
            row_rules=(
                category_digits("category_system_code", "category_code"),
                LIMIT_TEXT,
            ),
        )
