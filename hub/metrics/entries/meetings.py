"""Joint meetings (联席会议, metrics §5), as an entry of the registry.

What lives here: what meetings resolved and had done. What does not: cases never
brought to one (`hub.metrics.exceptions`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.entries.coverage import PLACES
from hub.metrics.metric import Metric, Reason

MEETINGS = (
    Metric(
        id="meeting_settlement_rate",
        version=1,
        name_zh="联席会议办结率",
        name_en="items of joint meetings settled",
        formula_zh="已办结的联席会议议题数 ÷ 到期的联席会议议题数",
        formula_en="meeting items done ÷ meeting items due",
        numerator_zh="截至数据时点已办结的议题,包括逾期办结的",
        numerator_en="items done by the instant of knowledge, late ones included",
        denominator_zh=(
            "完成时限在当月且已到的议题,归责任单位所在的考核单位(责任单位不明的归召集单位)"
        ),
        denominator_en=(
            "items whose due date lies in the month and has come; they count for the "
            "unit of the responsible organisation, else of the host"
        ),
        numerator=pl.col("is_done"),
        outside=(),
        left_out=(
            Reason("NO_DUE_DATE", ~pl.col("has_due")),
            Reason("NOT_YET_DUE", ~pl.col("is_due")),
        ),
        missed=(Reason("ITEM_NOT_DONE", pl.lit(value=True)),),
        beside=(Reason("DONE_LATE", pl.col("is_late")),),
        basis="due_in_period",
        calibers=("MEET-1", "DAY-LAST"),
        subject="meeting_item",
        levels=PLACES,
        source="metrics §5, R36",
    ),
)
