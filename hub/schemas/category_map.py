"""Dataset `category_map`, 分类映射.

A pair without target is a fact too: known to have none, or not decided yet.
"""

from __future__ import annotations

import polars as pl

from hub.schemas.fields import Date, Text, field
from hub.schemas.model import HubModel, facts
from hub.schemas.row_rules import category_digits


class CategoryMap(HubModel):
    """How a code of one category list reads in another."""

    from_system_code: Text = field("来源体系", required=True, codes="CATEGORY_SYSTEM")
    from_kind_code: Text = field("来源部件/事项", required=True, codes="CATEGORY_KIND")
    from_code: Text = field("来源代码", required=True, ref="category")
    to_system_code: Text = field("目标体系", required=True, codes="CATEGORY_SYSTEM")
    to_kind_code: Text = field(
        "目标部件/事项",
        "due with to_code",
        required_if=pl.col("to_code").is_not_null(),
        codes="CATEGORY_KIND",
    )
    to_code: Text = field(
        "目标代码", "null: known to have no target, or undecided", ref="category"
    )
    method_code: Text = field("映射方式", required=True, codes="MAP_METHOD")
    confidence: Text = field("可信度", "how sure the pair is", required=True)
    reviewed_by_name: Text = field(
        "复核人", share="CONDITIONAL", mask="name", personal="PERSONAL"
    )
    reviewed_on: Date = field("复核日期")

    class Config:
        """Facts of the dataset as a whole."""

        name = "category_map"
        title = "分类映射"
        metadata = facts(
            topic="categories",
            grain="one row per source code and target list",
            key=("from_system_code", "from_kind_code", "from_code", "to_system_code"),
            history="latest",
            share="OPEN",
            core=False,
            row_rules=(
                category_digits("from_system_code", "from_code"),
                category_digits("to_system_code", "to_code"),
            ),
        )
