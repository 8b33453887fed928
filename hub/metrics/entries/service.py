"""Volumes and service figures (metrics §10, §11), as entries of the registry.

What lives here: how many cases there are, before and after duplicates, how many wait,
and the signs that speed is made up. What does not: durations (`response`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.entries.words import (
    ALL_CASES,
    DUE,
    OVERDUE,
    POPULATION,
    REPORT,
    USUAL,
    entry,
    otherwise,
)
from hub.metrics.metric import Reason

WITH_DUPLICATES = (
    "当期路长制案件,含重复案件",
    "cases of the road chief system, duplicates included",
)
SERVICE = (
    entry(
        "case_volume",
        ("案件量(去重)", "volume without duplicates"),
        ALL_CASES,
        ALL_CASES,
        numerator=pl.lit(value=True),
        value="volume",
        outside=REPORT,
        source="metrics §10, §11",
    ),
    entry(
        "case_volume_with_duplicates",
        ("案件量(含重复)", "volume with duplicates"),
        WITH_DUPLICATES,
        WITH_DUPLICATES,
        numerator=pl.lit(value=True),
        value="volume",
        outside=(POPULATION,),
        source="metrics §10, §11",
    ),
    entry(
        "backlog_share",
        ("未结存量占比", "backlog"),
        ("已立案未结案的案件", "cases registered and not closed"),
        ("当期路长制案件,不含终止案件", "cases of the period, ended ones apart"),
        numerator=pl.col("register") & ~pl.col("archive"),
        missed=(
            Reason("CLOSED", pl.col("archive")),
            *otherwise("NOT_REGISTERED"),
        ),
        source="metrics §11",
    ),
    entry(
        "closed_within_limit_share",
        ("时限内结案占比", "share closed within the limit"),
        ("在结案时限内结案的案件", "cases closed within the closing limit"),
        ("已结案案件", "cases closed"),
        numerator=pl.col("intime_close"),
        left_out=(
            Reason("NOT_CLOSED", ~pl.col("archive")),
            Reason("WITHOUT_DEADLINE", pl.col("close_barred")),
        ),
        missed=otherwise("CLOSED_LATE"),
        basis=DUE,
        calibers=OVERDUE,
        source="metrics §11",
    ),
    entry(
        "duplicate_share",
        ("重复案件占比", "duplicate share"),
        ("重复案件", "cases that duplicate another"),
        WITH_DUPLICATES,
        numerator=pl.col("duplicate"),
        missed=otherwise("NOT_SIMILAR"),
        outside=(POPULATION,),
        source="metrics §10, §11",
    ),
    entry(
        "near_duplicate_share",
        ("疑似重复占比", "share of suspected duplicates"),
        (
            "其他来源24小时内50米内已报同类的案件",
            "cases that another source reported before, within 50 m and 24 h",
        ),
        WITH_DUPLICATES,
        numerator=pl.col("near_duplicate"),
        missed=otherwise("NOT_SIMILAR"),
        outside=(POPULATION,),
        calibers=(*USUAL, "DU-1"),
        source="metrics §10",
    ),
    entry(
        "two_minute_share",
        ("两分钟内办结占比", "share handled within two minutes"),
        ("上报后两分钟内处置的案件", "cases handled within two minutes of the report"),
        ("已处置案件", "cases handled"),
        numerator=pl.col("within_two_minutes"),
        left_out=(Reason("NOT_HANDLED", ~pl.col("dispose")),),
        missed=otherwise("TOOK_LONGER"),
        source="metrics §6.3, §11",
    ),
    entry(
        "campaign_share",
        ("专项案件占比", "share of campaign cases"),
        ("专项行动案件", "cases of a special campaign"),
        ALL_CASES,
        numerator=pl.col("campaign"),
        missed=otherwise("NOT_CAMPAIGN"),
        outside=REPORT,
        source="metrics §11",
    ),
)
