"""The list of posts, less those that a district files in a sheet of its own.

What lives here: the lines of the list, its frame, and stray posts of helpers, each with
one oddity. What does not: the sheet of titles (`roles`), files (`system`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hub.demo.ground.people import ALWAYS, PLAN_ON, People
from hub.demo.ground.plan import Plan
from hub.demo.systems.base import Line, words
from hub.demo.systems.defects import CASES_PER_DEFECT
from hub.demo.systems.roster.lists import IS_LATE, gone_on, ref, repeats
from hub.demo.systems.roster.spelling import spelt

TARGETS = {
    "AREA": "责任区",
    "COMMUNITY": "社区",
    "STREET": "街道",
    "ORG": "单位",
    "ROAD_SECTION": "责任路段",
}
# Stray posts that a rule keeps out.
RULES = {
    "reversed": "K12",  # ends before it begins (T45)
    "title": "P06",  # 巷长 is no title of the table (T46)
    "stranger": "F02",  # somebody who is on no list
    "nowhere": "F03",  # an area that nobody has filed
    "dateless": "P01",  # 0000-00-00 where a day is due (T26)
    "impossible": "P03",  # the 31st of June (T9)
    "short": "P03",  # a year of two digits (T27)
}
SOUND = ("open",)  # ends on 9999-12-31 (T26)
STARTS = {"dateless": "0000-00-00", "impossible": "2026-06-31", "short": "26-03-05"}
ENDS = {"reversed": "2025-12-01", "open": "9999-12-31"}
IS = pl.col("defect")

POSTS = (
    Line("任职编号", pl.col("post")),
    Line("工号", pl.col("person"), "person_id", ref("person", "person")),
    Line(
        "职务",
        pl.when(IS == "title").then(pl.lit("巷长")).otherwise("title"),
        "role_source_name",
        pl.col("title"),
    ),
    Line(None, None, "role_code", pl.col("role")),
    Line(
        "对象类型",
        words(pl.col("target_kind"), TARGETS),
        "target_kind_code",
        pl.col("target_kind"),
    ),
    Line(
        "对象编号",
        pl.col("target"),
        "target_id",
        pl.when(pl.col("target_kind") == "AREA")
        .then(ref("area", "target"))
        .when(pl.col("target_kind") == "ORG")
        .then(ref("org", "target"))
        .when(pl.col("target_kind") == "ROAD_SECTION")
        .then(ref("road_section", "target"))
        .otherwise("target"),
    ),
    Line("主要", pl.lit("是"), "is_primary", pl.lit(value=True)),
    Line(
        "任职日期",
        pl.when(IS.is_in(list(STARTS)))
        .then(IS.replace_strict(STARTS, default=None, return_dtype=pl.String))
        .otherwise(spelt(pl.col("start_on"), pl.col("place").fill_null(0))),
        "start_on",
        pl.col("start_on"),
    ),
    Line(
        "离任日期",
        IS.replace_strict(ENDS, default=None, return_dtype=pl.String),
        "end_on",
        pl.col("gone_on"),
    ),
)


def post_rows(people: People, plan: Plan) -> pl.DataFrame:
    """Rows of all lists: columns of `People.posts`, unit_code, street_code, defect."""
    places = plan.places.select("place", "unit_code", "street_code")
    late = plan.streets.filter(IS_LATE)["street_code"]
    elsewhere = (pl.col("role") == "ROAD_CHIEF") & IS_LATE | (
        pl.col("role") == "LEADER"
    ) & pl.col("target").is_in(late.implode())
    ground = (
        people.posts.join(places, on="place", how="left", maintain_order="left")
        .filter(~elsewhere.fill_null(value=False))
        .with_columns(defect=pl.lit(None, dtype=pl.String))
    )
    return pl.concat([ground, _strays(people, plan).select(ground.columns)])


def with_ends(rows: pl.DataFrame, days: Sequence[int]) -> pl.DataFrame:
    """What is no longer listed has ended on the day of the listing without it."""
    return rows.with_columns(gone_on=gone_on(days))


def _strays(people: People, plan: Plan) -> pl.DataFrame:
    each = max(1, len(people.posts) // CASES_PER_DEFECT)
    own = plan.places.filter(~IS_LATE).with_row_index("at").cast({"at": pl.Int64})
    return (
        repeats((*RULES, *SOUND), each)
        .with_columns(at=pl.col("nth") * 5 % len(own))
        .join(own, on="at", how="left", maintain_order="left")
        .with_columns(
            post=pl.format("P-GZ-{}", (pl.col("nth") + 1000).cast(pl.String)),
            person=pl.when(IS == "stranger")
            .then(pl.format("YK{}", "nth"))
            .otherwise(pl.format("XG{}", "street_code")),
            role=pl.lit("CO_GOVERN"),
            title=pl.lit("共治力量"),
            target_kind=pl.lit("AREA"),
            target=pl.when(IS == "nowhere")
            .then(pl.format("ZRQX{}", "nth"))
            .otherwise("area_no"),
            start_on=pl.lit(PLAN_ON).str.to_date(),
            first_day=pl.lit(1, dtype=pl.Int64),
            last_day=pl.lit(ALWAYS, dtype=pl.Int64),
        )
    )
