"""What all lists of the office share, and its list of units.

What lives here: references, words, who is listed when. What does not: the other lists
(`areas`, `roads`, `staff`, `posts`, `roles`, `objects`), files (`system`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hub.demo.days import day_of
from hub.demo.ground.people import CHANGE_DAY, PLAN_ON
from hub.demo.systems.base import Line
from hub.demo.told.expected import hub_key
from hub.demo.told.issues import LATE_UNIT

ROSTER = "roster"
LEVELS = {"CITY": "市级", "DISTRICT": "区级", "STREET": "街道"}
KINDS = {
    "SUPERVISION_CENTRE": "监督中心",
    "GOVERNMENT": "主管部门",
    "ENFORCEMENT_CENTRE": "综合执法中心",
}
PLANNED = pl.lit(PLAN_ON).str.to_date()
UNTIL = Line(None, None, "valid_to_on", pl.col("to_on"))
IS_LATE = pl.col("unit_code") == LATE_UNIT


def ref(dataset: str, key: pl.Expr | str) -> pl.Expr:
    """A reference to something that the office lists."""
    return hub_key(dataset, ROSTER, pl.col(key) if isinstance(key, str) else key)


def yes_no(flag: pl.Expr) -> pl.Expr:
    """是 or 否."""
    return pl.when(flag).then(pl.lit("是")).otherwise(pl.lit("否"))


ORGS = (
    Line("单位编号", pl.col("org")),
    Line("单位名称", pl.col("name"), "org_name", pl.col("name")),
    Line(
        "层级",
        pl.col("level").replace_strict(LEVELS, return_dtype=pl.String),
        "org_level_code",
        pl.col("level"),
    ),
    Line(
        "类型",
        pl.col("kind").replace_strict(KINDS, return_dtype=pl.String),
        "org_kind_code",
        pl.col("kind"),
    ),
    Line("上级单位", pl.col("parent"), "parent_org_id", ref("org", "parent")),
    Line("区划代码", pl.col("division_code"), "division_code", pl.col("division_code")),
    Line(
        "应设联络人",
        yes_no(pl.col("needs_contact")),
        "is_contact_required",
        pl.col("needs_contact"),
    ),
    Line("成立日期", pl.lit(PLAN_ON), "valid_from_on", PLANNED),
)


def versions(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Rows with `from_on` and `to_on`: what has changed meanwhile has two of them."""
    changed = before.filter(before["from_on"] != now["from_on"])
    return pl.concat(
        [
            changed.with_columns(to_on=pl.lit(day_of(CHANGE_DAY))),
            now.with_columns(to_on=pl.lit(None, dtype=pl.Date)),
        ]
    )


def listed(people: pl.DataFrame, day: int) -> pl.DataFrame:
    """Who is on the list of a day."""
    return people.filter((pl.col("first_day") <= day) & (day <= pl.col("last_day")))


def first_on(roster_days: Sequence[int]) -> pl.Expr:
    """The date of the first listing with a row."""
    return pl.col("first_day").replace_strict(
        {day: day_of(day) for day in roster_days}, default=None, return_dtype=pl.Date
    )


def gone_on(roster_days: Sequence[int]) -> pl.Expr:
    """The date of the first listing without a row; null while it is listed."""
    gone = pl.lit(None, dtype=pl.Date)
    for day in reversed(roster_days):
        is_gone = pl.col("last_day") < day
        gone = pl.when(is_gone).then(pl.lit(day_of(day))).otherwise(gone)
    return gone


def repeats(kinds: Sequence[str], each: int) -> pl.DataFrame:
    """`each` rows of every kind of defect: defect, kind, n, nth (all from 0)."""
    rows = [
        (name, kind, n, kind * each + n)
        for kind, name in enumerate(kinds)
        for n in range(each)
    ]
    return pl.DataFrame(rows, schema=["defect", "kind", "n", "nth"], orient="row")
