"""The list of people: everybody with a post, and some strays to be read with care.

What lives here: the lines of the list, its frame, and the strays, who hold no post that
matters to a case: each has one oddity, most of them readable. Columns for a password
and an identity number come along and must never land (T50). What does not: who holds
which post (`posts`), files (`system`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hub.demo.ground.people import ALWAYS, CHANGE_DAY, People
from hub.demo.ground.plan import Plan
from hub.demo.systems.base import Line, words
from hub.demo.systems.defects import CASES_PER_DEFECT
from hub.demo.systems.roster.lists import UNTIL, first_on, gone_on, ref, repeats
from hub.demo.systems.roster.spelling import wide

EMPLOYMENTS = {
    "ENFORCEMENT": "执法人员",
    "ASSISTANT": "协管员",
    "COMMUNITY_CADRE": "社区群干",
    "DEPT_LIAISON": "联络员",
    "THREE_GUARANTEE_SUPERVISOR": "门前三包督导员",
    "OTHER": "其他",
}
# Strays that a rule keeps out.
RULES = {
    "exponent": "P08",  # the mobile as 1.99E+10 (T7)
    "nameless": "P01",  # the name is the placeholder 无 (T26)
    "garbled": "P21",  # 锟斤拷 in the name (T42)
    "trade": "P06",  # a word for the employment that nobody knows (T65)
}
# Strays that enter.
SOUND = (
    "blank",  # placeholders where nothing is due (T26)
    "rare",  # a name with rare characters (T40)
    "private",  # a name with a sign of private use (T40)
    "shared",  # the mobile of somebody else (T44)
    "unit",  # a unit that is not on file (F23)
    "wide",  # full-width digits (T39)
    "twice",  # the same row twice on one list (T22)
    "returns",  # gone from one list and back on a later one
    "moves",  # to another unit
)
NAMES = {"rare": "㛃𬭳", "private": "王\ue003强", "garbled": "李锟斤拷"}
NOBODY = "S420199999"
BACK_DAY = CHANGE_DAY + 2
IS = pl.col("defect")

STAFF = (
    Line("工号", pl.col("person")),
    Line(
        "姓名",
        pl.when(IS == "nameless").then(pl.lit("无")).otherwise("name"),
        "person_name",
        pl.col("name"),
    ),
    Line(
        "手机",
        pl.when(IS == "exponent")
        .then(pl.lit("1.99E+10"))
        .when(IS == "blank")
        .then(pl.lit("--"))
        .when(IS == "wide")
        .then(wide(pl.col("mobile")))
        .otherwise("mobile"),
        "mobile",
        pl.when(IS.ne_missing(pl.lit("blank"))).then("mobile"),
    ),
    Line(
        "单位编号",
        pl.when(IS == "blank")
        .then(pl.lit("无"))
        .when(IS == "wide")
        .then(wide(pl.col("org")))
        .otherwise("org"),
        "org_id",
        pl.when(IS.ne_missing(pl.lit("blank"))).then(ref("org", "org")),
    ),
    Line(
        "人员类别",
        pl.when(IS == "trade")
        .then(pl.lit("劳务派遣"))
        .otherwise(words(pl.col("employment"), EMPLOYMENTS)),
        "employment_code",
        pl.col("employment"),
    ),
    Line("在岗", pl.lit("是"), "is_active", pl.lit(value=True)),
    # No such number is ever given out: it names the month 00.
    Line("身份证号", pl.format("420100197000{}", pl.col("mobile").str.tail(6))),
    Line("登录密码", pl.format("lz@{}", pl.col("mobile").str.tail(4))),
)
VERSIONS = (
    *STAFF,
    Line(None, None, "valid_from_on", pl.col("from_on")),
    UNTIL,
)


def everybody(people: People, plan: Plan) -> pl.DataFrame:
    """Rows of all lists: the columns of `People.persons` and `defect`."""
    ground = people.persons.with_columns(defect=pl.lit(None, dtype=pl.String))
    return pl.concat([ground, _strays(people, plan).select(ground.columns)])


def staff_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of one list as they are written: some stand there twice."""
    return pl.concat([rows, rows.filter(IS == "twice")])


def staff_versions(rows: pl.DataFrame, days: Sequence[int]) -> pl.DataFrame:
    """One version per row: from its first listing to the first one without."""
    return rows.with_columns(from_on=first_on(days), to_on=gone_on(days))


def _strays(people: People, plan: Plan) -> pl.DataFrame:
    each = max(1, len(people.persons) // CASES_PER_DEFECT)
    kinds = (*RULES, *SOUND)
    nth, kind = pl.col("nth"), pl.col("kind")
    streets = plan.streets["street_code"]
    units = pl.col("nth") % len(streets)
    one = repeats(kinds, each).with_columns(
        person=pl.format(
            "WP{}{}",
            (kind + 10).cast(pl.String),
            pl.col("n").cast(pl.String).str.zfill(3),
        ),
        name=IS.replace_strict(NAMES, default="外聘员", return_dtype=pl.String),
        mobile=pl.format("198{}", (20_000_000 + nth).cast(pl.String)),
        org=pl.format("S{}", _street(streets, units)),
        employment=pl.lit("OTHER"),
        first_day=pl.lit(1, dtype=pl.Int64),
        last_day=pl.lit(ALWAYS, dtype=pl.Int64),
    )
    one = one.with_columns(
        mobile=pl.when(IS == "shared")
        .then(pl.lit(people.persons["mobile"][0]))
        .otherwise("mobile"),
        org=pl.when(IS == "unit").then(pl.lit(NOBODY)).otherwise("org"),
        last_day=pl.when(IS.is_in(["returns", "moves"]))
        .then(CHANGE_DAY - 1)
        .otherwise("last_day")
        .cast(pl.Int64),
    )
    again = one.filter(IS.is_in(["returns", "moves"])).with_columns(
        first_day=pl.when(IS == "moves")
        .then(CHANGE_DAY)
        .otherwise(BACK_DAY)
        .cast(pl.Int64),
        last_day=pl.lit(ALWAYS, dtype=pl.Int64),
        org=pl.when(IS == "moves")
        .then(pl.format("S{}", _street(streets, (nth + 1) % len(streets))))
        .otherwise("org"),
    )
    return pl.concat([one, again])


def _street(streets: pl.Series, at: pl.Expr) -> pl.Expr:
    return at.replace_strict(
        list(range(len(streets))), streets.to_list(), return_dtype=pl.String
    )
