"""Appeals against cases of the platform, as steps of these cases.

What lives here: the lines of a list and its rows: on each day some cases that were
finished by the evening before. What does not: what comes of an appeal, which is a mark
of the platform's; files (`system`).
"""

from __future__ import annotations

import polars as pl

from hub.demo.days import midnight, told_at
from hub.demo.ground.attempts import platform_id
from hub.demo.ground.cases import is_untroubled
from hub.demo.systems.base import Line, Surroundings, local
from hub.demo.systems.roster.lists import ref
from hub.demo.told.expected import hub_key

CASES_PER_APPEAL = 40
# Oddities of single appeals that a rule keeps out.
RULES = {
    "stranger": "F01",  # a case that nobody has
    "impossible": "P03",  # the 31st of June (T9)
    "future": "K14",  # the year 3020 (T29)
}
IS = pl.col("defect")
TIMES = {"impossible": "2026-06-31 10:00:00", "future": "3020-01-01 10:00:00"}
UNIT = pl.format("S{}", "street_code")
WHY = pl.lit("非本单位职责，申请剔除")
CASE = pl.when(IS == "stranger").then(pl.lit("420199010199999999")).otherwise("case_id")

APPEALS = (
    Line("申诉编号", pl.col("appeal")),
    Line("案件标识", CASE, "issue_id", hub_key("issue", "platform", CASE)),
    Line("申诉单位", UNIT, "actor_org_id", ref("org", UNIT)),
    Line(
        "申诉时间",
        IS.replace_strict(TIMES, default=None, return_dtype=pl.String).fill_null(
            local("appealed_at")
        ),
        "happened_at",
        pl.col("appealed_at"),
    ),
    Line("申诉理由", WHY, "opinion", WHY),
    Line(None, None, "action_code", pl.lit("APPEAL")),
    Line(None, None, "is_inferred", pl.lit(value=False)),
)


def appeals(around: Surroundings, day: int) -> pl.DataFrame:
    """The appeals of one day; none on the first."""
    made = around.cases("platform")
    ended = made.steps.group_by("case").agg(pl.col("at").max())
    cases = (
        made.cases.filter(is_untroubled() & (pl.col("day") < day))
        .join(ended, on="case", how="left", maintain_order="left")
        .filter((pl.col("at") < told_at(day - 1)) & (pl.col("at") >= told_at(day - 2)))
        .filter(pl.int_range(pl.len()) % CASES_PER_APPEAL == 0)
        .join(around.plan.places, on="place", how="left", maintain_order="left")
    )
    kinds = list(RULES)
    nth = pl.int_range(pl.len())
    odd = cases.head(len(kinds)).with_columns(
        defect=nth.replace_strict(
            list(range(len(kinds))), kinds, default=None, return_dtype=pl.String
        )
    )
    sound = cases.with_columns(defect=pl.lit(None, dtype=pl.String))
    at = pl.lit(midnight(day)) + pl.duration(hours=9, minutes=nth % 60)
    return pl.concat([sound, odd]).with_columns(
        case_id=platform_id(),
        appeal=pl.format(
            "SS{}{}",
            pl.lit(day).cast(pl.String).str.zfill(3),
            nth.cast(pl.String).str.zfill(5),
        ),
        appealed_at=at.cast(pl.Datetime("us", "UTC")),
    )
