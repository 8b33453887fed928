"""Rates of reporting, registering and dispatching (metrics §4), as entries.

What lives here: definitions over flag columns. What does not: the flags (`flags`),
what comes after a dispatch (`handling`, `closing`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.entries.words import (
    ALL_CASES,
    DUE,
    NOT_REGISTERED,
    REPORT,
    USUAL,
    entry,
    otherwise,
)
from hub.metrics.metric import Reason

REGISTERED = ("立案案件", "registered cases")


def _no_limit(step: str) -> tuple[Reason, ...]:
    return (Reason("WITHOUT_STEP_LIMIT", pl.col(f"{step}_barred")),)


def _beside(step: str) -> tuple[Reason, ...]:
    return (Reason("WITHOUT_STEP_LIMIT", pl.col(f"{step}_without_limit")),)


INTAKE = (
    entry(
        "valid_report_rate",
        ("有效上报率", "valid report rate"),
        ("有效上报(即立案)案件", "valid reports, that is cases registered"),
        ALL_CASES,
        numerator=pl.col("register"),
        missed=otherwise("NOT_REGISTERED"),
        outside=REPORT,
    ),
    entry(
        "acceptance_rate",
        ("受理率", "acceptance rate"),
        ("已受理案件", "cases accepted"),
        ALL_CASES,
        numerator=pl.col("accept"),
        missed=otherwise("NOT_ACCEPTED"),
        outside=REPORT,
    ),
    entry(
        "on_time_acceptance_rate",
        ("按时受理率", "on-time acceptance rate"),
        ("在步骤时限内受理的案件", "cases accepted within the step limit"),
        ("已受理案件", "cases accepted"),
        numerator=pl.col("intime_accept"),
        left_out=(*_no_limit("accept"), Reason("NOT_ACCEPTED", ~pl.col("accept"))),
        missed=otherwise("STEP_LATE"),
        beside=_beside("accept"),
        basis=DUE,
        source="metrics §2",
    ),
    entry(
        "registration_rate",
        ("立案率", "registration rate"),
        ("立案案件", "cases registered"),
        (
            "受理案件(RG-1)、上报案件(RG-2)或有效上报案件(RG-3)",
            "cases accepted (RG-1), reported (RG-2), or valid reports (RG-3)",
        ),
        numerator=pl.col("register"),
        left_out=(Reason("OUT_OF_BASE", ~pl.col("register_base")),),
        missed=otherwise("NOT_REGISTERED"),
        outside=REPORT,
        calibers=(*USUAL, "RG-1"),
    ),
    entry(
        "on_time_registration_rate",
        ("按时立案率", "on-time registration rate"),
        ("在步骤时限内立案的案件", "cases registered within the step limit"),
        REGISTERED,
        numerator=pl.col("intime_register"),
        left_out=(*_no_limit("register"), *NOT_REGISTERED),
        missed=otherwise("STEP_LATE"),
        beside=_beside("register"),
        basis=DUE,
    ),
    entry(
        "accurate_dispatch_rate",
        ("准确派遣率", "accurate dispatch rate"),
        ("已派遣且无回退的案件", "cases dispatched and never returned"),
        ("应派遣(即立案)案件", "cases to be dispatched, that is registered"),
        numerator=pl.col("dispatch") & ~pl.col("returned"),
        left_out=(
            *NOT_REGISTERED,
            Reason("RETURN_UNKNOWN", pl.col("return_unknown")),
        ),
        missed=(
            Reason("NOT_DISPATCHED", ~pl.col("dispatch")),
            *otherwise("RETURNED"),
        ),
    ),
    entry(
        "on_time_dispatch_rate",
        ("按期派遣率", "on-time dispatch rate"),
        ("在步骤时限内派遣的案件", "cases dispatched within the step limit"),
        ("应派遣(即立案)案件", "cases to be dispatched, that is registered"),
        numerator=pl.col("dispatch") & pl.col("intime_dispatch"),
        left_out=(*_no_limit("dispatch"), *NOT_REGISTERED),
        missed=(
            Reason("NOT_DISPATCHED", ~pl.col("dispatch")),
            *otherwise("STEP_LATE"),
        ),
        beside=_beside("dispatch"),
        basis=DUE,
    ),
    entry(
        "supervision_report_rate",
        ("监督举报率", "share of supervision reports"),
        ("内部渠道上报且立案的案件", "reports of internal channels registered"),
        REGISTERED,
        numerator=pl.col("patrol_report") & pl.col("register"),
        left_out=NOT_REGISTERED,
        missed=otherwise("NOT_INTERNAL"),
    ),
    entry(
        "public_report_rate",
        ("公众举报率", "share of public reports"),
        ("公众渠道的有效上报", "valid reports of public channels"),
        ("有效上报(即立案)案件", "valid reports, that is cases registered"),
        numerator=pl.col("by_public") & pl.col("register"),
        left_out=NOT_REGISTERED,
        missed=otherwise("NOT_PUBLIC"),
    ),
    entry(
        "repeat_rate",
        ("重复发案率", "share of repeated cases"),
        (
            "此前24小时内50米内已有同类案件的案件(含同一来源)",
            "cases with an earlier similar one within 50 m and 24 h, of any source",
        ),
        ALL_CASES,
        numerator=pl.col("similar_earlier"),
        missed=otherwise("NOT_SIMILAR"),
        outside=REPORT,
        calibers=(*USUAL, "DU-1"),
    ),
    *(
        entry(
            f"top_{kind}_share",
            (f"高发{zh}占比", f"share of the ten most frequent {en}"),
            (f"当期案件最多的十个{zh}的案件", f"cases of the ten {en} with most cases"),
            ALL_CASES,
            numerator=pl.col(f"top_{kind}"),
            missed=otherwise("NOT_FREQUENT"),
            outside=REPORT,
        )
        for kind, zh, en in (
            ("category", "类别", "categories"),
            ("area", "责任区", "areas"),
        )
    ),
)
