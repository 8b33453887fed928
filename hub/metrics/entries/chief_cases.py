"""What road chiefs do with the cases assigned to them (metrics §6.3).

What lives here: assigned cases handled on time and responded to in time. Duplicates
count, as section 6 does not leave them out; their number is shown. What does not: the
rates over all cases (`rates`), the first response itself (`roster_rows.responses`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.metric import Metric, Reason

OUTSIDE = (
    Reason("OUTSIDE_POPULATION", ~pl.col("in_population")),
    Reason("ENDED", pl.col("ended")),
    Reason("NOT_ASSIGNED", ~pl.col("assigned")),
)
DUPLICATE = Reason("DUPLICATE", pl.col("duplicate"))

CHIEF_CASES = (
    Metric(
        id="chief_handling_rate",
        version=1,
        name_zh="路长案件按期处置率",
        name_en="assigned cases handled on time (ACT-HANDLE)",
        formula_zh="按期处置的路长责任案件数 ÷ 到期的路长责任案件数",
        formula_en="assigned cases handled on time ÷ assigned cases due",
        numerator_zh="已处置,且处置完成时间(缺则结案时间)不晚于捆绑时限(缺则处置时限)",
        numerator_en=(
            "handled, and handled_at (else closed_at) is not later than "
            "bundle_deadline_at (else deadline_at)"
        ),
        denominator_zh="当期到期、有责任路长的案件,不含终止案件",
        denominator_en=(
            "cases due in the period that a road chief answers for, not ended"
        ),
        numerator=pl.col("intime_dispose"),
        outside=OUTSIDE,
        left_out=(
            Reason("WITHOUT_DEADLINE", pl.col("barred")),
            Reason("SUSPENDED", pl.col("suspended_out")),
        ),
        missed=(
            Reason("NOT_HANDLED", ~pl.col("dispose")),
            Reason("DATA_MISSING", pl.col("without_dispose_time")),
            Reason("HANDLED_LATE", pl.lit(value=True)),
        ),
        beside=(
            DUPLICATE,
            Reason("WITHOUT_DEADLINE", pl.col("without_deadline")),
            Reason("APPEAL_EXEMPT", pl.col("exempt")),
        ),
        basis="due_in_period",
        calibers=("ACT-HANDLE", "FLAGS-EG", "MD-1", "AP-1", "SU-3"),
        source="metrics §6.3 ACT-HANDLE, R17, R35",
    ),
    Metric(
        id="chief_response_rate",
        version=1,
        name_zh="路长案件及时响应率",
        name_en="assigned cases responded to in time (ACT-RESP)",
        formula_zh="规定时间内首次响应的路长责任案件数 ÷ 路长责任案件数",
        formula_en="assigned cases responded to within x minutes ÷ assigned cases",
        numerator_zh=(
            "受理、接收、首次联系、开始处置中最早的时间,距上报不超过规定分钟数"
        ),
        numerator_en=(
            "the earliest of accepted_at, received_at, first_contact_at and the start "
            "of a handling lies no more minutes after reported_at than the city allows"
        ),
        denominator_zh="当期上报、有责任路长的案件,不含终止案件",
        denominator_en=(
            "cases reported in the period that a road chief answers for, not ended"
        ),
        numerator=pl.col("response_in_limit"),
        outside=OUTSIDE,
        left_out=(),
        missed=(
            Reason("NO_RESPONSE", ~pl.col("responded")),
            Reason("RESPONDED_LATE", pl.lit(value=True)),
        ),
        beside=(DUPLICATE,),
        basis="reported_in_period",
        calibers=("ACT-RESP", "FLAGS-EG"),
        source="metrics §6.3 ACT-RESP, R32",
    ),
)
