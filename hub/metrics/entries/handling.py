"""Rates of handling (metrics §4), as entries of the registry.

What lives here: definitions over flag columns of cases that were dispatched. What
does not: the flags (`flags`), closing and checks (`closing`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.entries.words import (
    BARRED,
    DUE,
    NO_DEADLINE,
    NOT_DISPATCHED,
    OUTSIDE,
    OVERDUE,
    SUSPENDED,
    UNKNOWN,
    entry,
    otherwise,
)
from hub.metrics.metric import Metric, Reason

TO_HANDLE = (
    "应处置(即已派遣)案件",
    "cases to be handled, that is dispatched",
)
EXEMPT = Reason("APPEAL_EXEMPT", pl.col("exempt"))
LATE = (
    Reason("NOT_HANDLED", ~pl.col("dispose")),
    Reason("DATA_MISSING", pl.col("without_dispose_time")),
    Reason("HANDLED_LATE", pl.lit(value=True)),
)

HANDLING = (
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
        left_out=(BARRED, SUSPENDED, NOT_DISPATCHED),
        missed=LATE,
        beside=(
            NO_DEADLINE,
            EXEMPT,
            Reason("DATA_MISSING", pl.col("dispose") & pl.col("without_dispose_time")),
            *UNKNOWN,
        ),
        basis=DUE,
        calibers=("FLAGS-EG", "MD-1", "AP-1", "SU-3"),
        source="metrics §4",
    ),
    entry(
        "handling_rate",
        ("处置率", "handling rate"),
        ("已处置案件", "cases handled"),
        TO_HANDLE,
        numerator=pl.col("dispose"),
        left_out=(NOT_DISPATCHED,),
        missed=otherwise("NOT_HANDLED"),
        basis=DUE,
    ),
    entry(
        "overdue_handling_rate",
        ("超期处置率", "overdue handling rate"),
        ("超期处置案件", "cases handled after the deadline"),
        TO_HANDLE,
        numerator=pl.col("overtime_dispose"),
        left_out=(BARRED, NOT_DISPATCHED),
        missed=(
            Reason("NOT_HANDLED", ~pl.col("dispose")),
            *otherwise("HANDLED_ON_TIME"),
        ),
        beside=(NO_DEADLINE, EXEMPT),
        basis=DUE,
        calibers=OVERDUE,
    ),
    entry(
        "overdue_pending_rate",
        ("超期待处置率", "overdue pending rate"),
        (
            "未处置且已超期的案件,不含挂账案件",
            "cases not handled and overdue, suspended ones apart",
        ),
        TO_HANDLE,
        numerator=pl.col("overtime_to_dispose"),
        left_out=(BARRED, NOT_DISPATCHED),
        missed=(Reason("HANDLED", pl.col("dispose")), *otherwise("NOT_OVERDUE")),
        beside=(NO_DEADLINE, EXEMPT),
        basis=DUE,
        calibers=OVERDUE,
    ),
    entry(
        "extension_rate",
        ("延期率", "extension rate"),
        ("有延期的案件", "cases that were extended"),
        TO_HANDLE,
        numerator=pl.col("postponed"),
        left_out=(
            NOT_DISPATCHED,
            Reason("EXTENSION_UNKNOWN", pl.col("extension_unknown")),
        ),
        missed=otherwise("NOT_EXTENDED"),
        basis=DUE,
    ),
    entry(
        "return_rate",
        ("回退率", "return rate"),
        ("有回退的案件", "cases that were returned"),
        ("处置单位已签收案件", "cases received by the handling unit"),
        numerator=pl.col("returned"),
        left_out=(
            Reason("NOT_RECEIVED", ~pl.col("received")),
            Reason("RETURN_UNKNOWN", pl.col("return_unknown")),
        ),
        missed=otherwise("NOT_RETURNED"),
    ),
    entry(
        "chief_raised_on_time_rate",
        ("路长上报案件按期处置率", "on-time handling of cases road chiefs raised"),
        ("按期处置案件", "cases handled on time"),
        (
            "路长一线发现、已派遣的案件",
            "cases first reported by road chief roles and dispatched",
        ),
        numerator=pl.col("intime_dispose"),
        left_out=(
            Reason("NOT_RAISED_BY_CHIEF", ~pl.col("by_chief_roles")),
            BARRED,
            NOT_DISPATCHED,
        ),
        missed=LATE,
        beside=(NO_DEADLINE, EXEMPT),
        basis=DUE,
        calibers=OVERDUE,
        source="R35",
    ),
    entry(
        "without_deadline_share",
        ("无时限案件占比", "share of cases without a deadline"),
        ("没有处置时限的案件", "cases without a deadline"),
        TO_HANDLE,
        numerator=pl.col("without_deadline"),
        left_out=(NOT_DISPATCHED,),
        missed=otherwise("HAS_DEADLINE"),
        basis=DUE,
        source="metrics §3 MD-1",
    ),
    entry(
        "deadline_differs_share",
        ("时限不一致占比", "share of deadlines that differ"),
        (
            "按规则推算的时限与来源时限不一致的案件",
            "cases whose computed deadline differs from the partner's own",
        ),
        TO_HANDLE,
        numerator=pl.col("deadline_differs"),
        left_out=(
            NOT_DISPATCHED,
            Reason(
                "NOT_COMPARABLE",
                ~pl.col("knows_deadline_difference_minutes"),
            ),
        ),
        missed=otherwise("DEADLINE_AGREES"),
        basis=DUE,
        source="model §3.1",
    ),
)
