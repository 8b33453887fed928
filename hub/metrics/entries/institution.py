"""Rule-building (建章立制, metrics §6.1), as an entry of the registry.

What lives here: the share of what a unit was asked to set up that its documents met.
Amounts are halves of a weight, so that a partial verdict stays a whole number. What
does not: which document judges an item (`roster_rows.papers`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.metric import Metric, Reason

INSTITUTION = (
    Metric(
        id="institution_score",
        version=1,
        name_zh="建章立制得分率",
        name_en="rule-building score (J01 to J16)",
        formula_zh="(达标项权重 × 2 + 部分达标项权重) ÷ (应有各项权重 × 2)",
        formula_en=(
            "(2 × weight of items met + weight of items partly met) ÷ (2 × weight of "
            "the items asked of the unit)"
        ),
        numerator_zh="评定为达标的材料类别按权重2倍、部分达标的按权重1倍计",
        numerator_en="items judged MET at twice their weight, PARTIAL at once",
        denominator_zh=(
            "该级考核单位应有的材料类别(J01至J16)权重之和的2倍;没有当月有效材料、或材料"
            "尚未评定的视为缺失;从未收到任何单位材料的,显示为无数据"
        ),
        denominator_en=(
            "twice the weight of the items asked of a unit of its level; without a "
            "document valid in the month, or with one not judged, an item is missing; "
            "where no document of anybody ever came there is no data"
        ),
        numerator=pl.col("earned_halves") > 0,
        numerator_amount=pl.col("earned_halves"),
        denominator_amount=pl.col("weight_halves"),
        outside=(),
        left_out=(Reason("NO_PAPERS", pl.col("is_untold")),),
        missed=(
            Reason("NO_DOCUMENT", ~pl.col("has_document")),
            Reason("NOT_YET_CHECKED", ~pl.col("is_checked")),
            Reason("ITEM_MISSING", pl.lit(value=True)),
        ),
        beside=(Reason("ITEM_PARTIAL", pl.col("is_partial")),),
        basis="standing_on_last_day",
        calibers=("INST-1", "DAY-LAST"),
        subject="institution_item",
        levels=("city", "unit", "street_unit"),
        source="metrics §6.1, R28, R30, R68",
    ),
)
