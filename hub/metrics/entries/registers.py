"""Sign boards and service objects on file (metrics §6.2), as entries of the registry.

What lives here: areas with a board in use, and objects that belong to an area and were
seen lately. What does not: what a board shows (`hub.metrics.exceptions`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.entries.coverage import PLACES
from hub.metrics.metric import Metric, Reason

REGISTERS = (
    Metric(
        id="sign_board_rate",
        version=1,
        name_zh="公示牌设置率",
        name_en="areas with a sign board (COV-BOARD)",
        formula_zh="有在用公示牌的在用责任区数 ÷ 在用责任区数",
        formula_en="areas in use with a board in use ÷ areas in use",
        numerator_zh="当日至少有一块状态为在用的路长公示牌",
        numerator_en="at least one board of state IN_USE stands in it on that day",
        denominator_zh="当日状态为在用的责任区",
        denominator_en="areas of state ACTIVE on that day",
        numerator=pl.col("has_board"),
        outside=(),
        left_out=(),
        missed=(
            Reason("NO_BOARD", ~pl.col("has_any_board")),
            Reason("BOARD_NOT_IN_USE", pl.lit(value=True)),
        ),
        beside=(),
        basis="standing_on_last_day",
        calibers=("COV-BOARD", "DAY-LAST"),
        subject="board",
        levels=PLACES,
        source="metrics §6.2 COV-BOARD, R52",
    ),
    Metric(
        id="service_object_rate",
        version=1,
        name_zh="服务对象底数率",
        name_en="service objects known and seen (COV-OBJ)",
        formula_zh="已归属责任区且近12个月核实过的服务对象数 ÷ 服务对象数",
        formula_en=(
            "objects linked to an area and verified in the last 12 months ÷ objects"
        ),
        numerator_zh="已归属责任区,且在截至当日的12个月内核实过",
        numerator_en=(
            "linked to an area, and seen on site in the twelve months that end with "
            "that day"
        ),
        denominator_zh="当日在册的服务对象,不含搬迁、空置和重复登记的",
        denominator_en="objects on file on that day, not moved, vacant or duplicates",
        numerator=pl.col("is_linked") & pl.col("is_recent"),
        outside=(),
        left_out=(
            Reason("OBJECT_DUPLICATE", pl.col("is_duplicate")),
            Reason("OBJECT_GONE", pl.col("is_gone")),
        ),
        missed=(
            Reason("OBJECT_WITHOUT_AREA", ~pl.col("is_linked")),
            Reason("OBJECT_NOT_VERIFIED", pl.lit(value=True)),
        ),
        beside=(),
        basis="standing_on_last_day",
        calibers=("COV-OBJ", "DAY-LAST"),
        subject="service_object",
        levels=PLACES,
        source="metrics §6.2 COV-OBJ, R44",
    ),
)
