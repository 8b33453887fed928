"""The rates of the daily business (metrics §4), as entries of the registry.

What lives here: definitions over flag columns. What does not: the flags
(`flags`), closed-loop figures (`loop`), computing them (`figures`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.metric import Metric, Reason

OUTSIDE = (
    Reason("OUTSIDE_POPULATION", ~pl.col("in_population")),
    Reason("DUPLICATE", pl.col("duplicate")),
    Reason("ENDED", pl.col("ended")),
)
UNKNOWN = (
    Reason("SUSPENSION_UNKNOWN", pl.col("suspension_unknown")),
    Reason("EXEMPTION_UNKNOWN", pl.col("exemption_unknown")),
)
CLOSED_APART = (
    Reason("FORCED_CLOSE", pl.col("archive") & pl.col("forced_close")),
    Reason(
        "CLOSED_FROM_SUSPENSION", pl.col("archive") & pl.col("close_from_suspension")
    ),
)

RATES = (
    Metric(
        id="on_time_handling_rate",
        version=1,
        name_zh="按期处置率",
        name_en="on-time handling rate",
        formula_zh="按期处置数 ÷ 应处置数",
        formula_en="cases handled on time ÷ cases to be handled",
        numerator_zh="已处置,且处置完成时间(缺则结案时间)不晚于捆绑时限(缺则处置时限)",
        numerator_en=(
            "handled, and handled_at (else closed_at) is not later than "
            "bundle_deadline_at (else deadline_at)"
        ),
        denominator_zh="当期到期、已派遣的路长制案件,不含重复案件和终止案件",
        denominator_en=(
            "cases of the road chief system due in the period and dispatched, "
            "without duplicates and ended cases"
        ),
        numerator=pl.col("intime_dispose"),
        outside=OUTSIDE,
        left_out=(
            Reason("WITHOUT_DEADLINE", pl.col("barred")),
            Reason("SUSPENDED", pl.col("suspended_out")),
            Reason("NOT_DISPATCHED", ~pl.col("need_dispose")),
        ),
        missed=(
            Reason("NOT_HANDLED", ~pl.col("dispose")),
            Reason("DATA_MISSING", pl.col("without_dispose_time")),
            Reason("HANDLED_LATE", pl.lit(value=True)),
        ),
        beside=(
            Reason("WITHOUT_DEADLINE", pl.col("without_deadline")),
            Reason("APPEAL_EXEMPT", pl.col("exempt")),
            Reason("DATA_MISSING", pl.col("dispose") & pl.col("without_dispose_time")),
            *UNKNOWN,
        ),
        basis="due_in_period",
        calibers=("FLAGS-EG", "MD-1", "AP-1", "SU-3"),
        source="metrics §4",
    ),
)
