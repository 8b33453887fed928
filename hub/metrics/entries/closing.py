"""Rates of closing, rework and checks (metrics §4), as entries of the registry.

What lives here: definitions over flag columns. What does not: the flags (`flags`),
the closed loop (`loop`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.entries.words import (
    AFTER_APPEAL,
    ALL_CASES,
    CLOSED_APART,
    DUE,
    NO_DEADLINE,
    OVERDUE,
    REPORT,
    USUAL,
    entry,
    otherwise,
)
from hub.metrics.metric import Reason

TO_CLOSE = (
    "应结案案件(SC-A、SC-B、SC-C 或 SC-D)",
    "cases to be closed (SC-A, SC-B, SC-C or SC-D)",
)
NOT_DUE = Reason("NOT_TO_BE_CLOSED", ~pl.col("need_archive"))
NO_LIMIT = Reason("WITHOUT_DEADLINE", pl.col("archive_barred"))
NOT_CLOSED = Reason("NOT_CLOSED", ~pl.col("archive"))
CLOSING_CALIBERS = (*OVERDUE, "SC-A")

CLOSING = (
    entry(
        "closing_rate",
        ("结案率", "closing rate"),
        ("已结案案件", "cases closed"),
        TO_CLOSE,
        numerator=pl.col("archive"),
        left_out=(NOT_DUE,),
        missed=otherwise("NOT_CLOSED"),
        beside=CLOSED_APART,
        basis=DUE,
        calibers=CLOSING_CALIBERS,
    ),
    entry(
        "on_time_closing_rate",
        ("按期结案率", "on-time closing rate"),
        (
            "已结案且按期处置(OC-A),或在结案时限内结案(OC-B)的案件",
            "cases closed and handled on time (OC-A), or closed in time (OC-B)",
        ),
        TO_CLOSE,
        numerator=pl.col("intime_archive"),
        left_out=(NO_LIMIT, NOT_DUE),
        missed=(NOT_CLOSED, *otherwise("CLOSED_LATE")),
        beside=(*CLOSED_APART, NO_DEADLINE, *AFTER_APPEAL),
        basis=DUE,
        calibers=(*CLOSING_CALIBERS, "OC-A"),
    ),
    entry(
        "overdue_closing_rate",
        ("超期结案率", "overdue closing rate"),
        ("已结案但未按期结案的案件", "cases closed, but not on time"),
        TO_CLOSE,
        numerator=pl.col("archive") & ~pl.col("intime_archive"),
        left_out=(NO_LIMIT, NOT_DUE),
        missed=(NOT_CLOSED, *otherwise("CLOSED_ON_TIME")),
        beside=(*CLOSED_APART, NO_DEADLINE, *AFTER_APPEAL),
        basis=DUE,
        calibers=(*CLOSING_CALIBERS, "OC-A"),
    ),
    entry(
        "unclosed_rate",
        ("未结案率", "share not closed"),
        ("未结案案件", "cases not closed"),
        ALL_CASES,
        numerator=~pl.col("archive"),
        missed=otherwise("CLOSED"),
        outside=REPORT,
    ),
    entry(
        "rework_rate",
        ("返工率", "rework rate"),
        ("有返工的案件", "cases that were reworked"),
        (
            "应结案(RW-1)、经过处置(RW-2)或立案(RW-3)案件",
            "cases to be closed (RW-1), handled (RW-2), or registered (RW-3)",
        ),
        numerator=pl.col("rework"),
        left_out=(
            Reason("OUT_OF_BASE", ~pl.col("rework_base")),
            Reason("REWORK_UNKNOWN", pl.col("rework_unknown")),
        ),
        missed=otherwise("NO_REWORK"),
        basis=DUE,
        calibers=(*CLOSING_CALIBERS, "RW-1"),
    ),
    *(
        entry(
            id_,
            (zh, en),
            (f"在步骤时限内{act}的案件", f"cases {done} within the step limit"),
            (f"须{act}的案件", f"cases that need to be {done}"),
            numerator=pl.col(done) & pl.col(f"intime_{step}"),
            left_out=(
                Reason("NOT_NEEDED", ~pl.col(f"need_{step}")),
                Reason("WITHOUT_STEP_LIMIT", pl.col(f"{step}_barred")),
            ),
            missed=(
                Reason("STEP_NOT_DONE", ~pl.col(done)),
                *otherwise("STEP_LATE"),
            ),
            beside=(Reason("WITHOUT_STEP_LIMIT", pl.col(f"{step}_without_limit")),),
            basis=DUE,
        )
        for id_, zh, en, step, done, act in (
            (
                "on_time_verification_rate",
                "按期核实率",
                "on-time verification rate",
                "verify",
                "verified",
                "核实",
            ),
            (
                "on_time_check_rate",
                "按期核查率",
                "on-time check rate",
                "check",
                "checked",
                "核查",
            ),
        )
    ),
    entry(
        "check_pass_rate",
        ("核查通过率", "check pass rate"),
        ("核查通过的案件", "cases whose check passed"),
        ("已核查案件", "cases checked"),
        numerator=pl.col("check_passed"),
        left_out=(Reason("NOT_CHECKED", ~pl.col("checked")),),
        missed=otherwise("REVIEW_FAILED"),
    ),
    entry(
        "satisfaction_rate",
        ("满意率", "satisfaction rate"),
        ("很满意和满意的案件", "cases rated satisfied or very satisfied"),
        ("已评价案件,不含未接通", "cases rated, those without an answer apart"),
        numerator=pl.col("satisfied"),
        left_out=(Reason("NOT_RATED", ~pl.col("rated")),),
        missed=otherwise("NOT_SATISFIED"),
        # Somebody whose case was refused may be asked as well.
        outside=REPORT,
        calibers=USUAL,
    ),
)
