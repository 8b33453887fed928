"""Responsibility areas, as the plan and its changes are filed.

What lives here: the lines of the list and the areas of a day; where communities are
merged (T47) one area is given up and its neighbour takes codes and bounds. What does
not: which places these are (`hub.demo.ground.merger`).
"""

from __future__ import annotations

import polars as pl

from hub.demo.days import day_of
from hub.demo.ground.people import CHANGE_DAY, People
from hub.demo.ground.plan import Plan, rectangle_wkt
from hub.demo.systems.base import Line, words
from hub.demo.systems.roster.lists import PLANNED, ref, yes_no
from hub.demo.systems.roster.spelling import spelt

STATES = {"ACTIVE": "在用", "MERGED": "已合并"}
IS_ACTIVE = pl.col("state") == "ACTIVE"
UNKNOWN_EVERY = 60

AREAS = (
    Line("责任区编号", pl.col("area_no")),
    Line(
        "责任区名称",
        pl.format("{}责任区", "community_name"),
        "area_name",
        pl.format("{}责任区", "community_name"),
    ),
    Line("类型", pl.lit("社区"), "area_kind_code", pl.lit("COMMUNITY")),
    Line("状态", words(pl.col("state"), STATES), "status_code", pl.col("state")),
    Line("应设路长", yes_no(IS_ACTIVE), "is_required", IS_ACTIVE),
    Line("区名称", pl.col("district_name")),
    Line("街道代码", pl.col("street_code"), "street_code", pl.col("street_code")),
    Line("街道名称", pl.col("street_name")),
    Line(
        "社区代码",
        pl.col("communities").list.join("、"),
        "community_codes",
        pl.col("communities"),
    ),
    Line("面积平方公里", pl.col("km2").cast(pl.String), "area_km2", pl.col("km2")),
    Line(
        "人口",
        pl.col("place") * 7 % 9000 + 1200,
        "population_count",
        pl.col("place") * 7 % 9000 + 1200,
    ),
    Line(
        "主管单位",
        pl.format("S{}", "street_code"),
        "lead_org_id",
        ref("org", pl.format("S{}", "street_code")),
    ),
    Line(
        "生效日期",
        spelt(pl.col("from_on"), pl.col("place")),  # T27
        "valid_from_on",
        pl.col("from_on"),
    ),
    Line("边界", pl.col("boundary"), "boundary", pl.col("boundary")),
)


def areas(plan: Plan, people: People, day: int) -> pl.DataFrame:
    """The areas as filed on a day: one that is merged has neither codes nor bounds."""
    is_after = pl.lit(day >= CHANGE_DAY)
    given = people.merged.select("place", given=pl.lit(value=True))
    other = plan.places.select(place="place", code="community_code", far="east")
    taken = people.merged.join(other, on="place").select(
        "code", "far", place="into", taken=pl.lit(value=True)
    )
    marked = (
        plan.places.join(given, on="place", how="left", maintain_order="left")
        .join(taken, on="place", how="left", maintain_order="left")
        .with_columns((pl.col("given", "taken").fill_null(value=False)) & is_after)
        .with_columns(east=pl.when("taken").then("far").otherwise("east"))
    )
    own = pl.concat_list("community_code")
    # A community that the divisions do not know yet only warns (F05).
    unknown = pl.concat_list("community_code", pl.format("{}999", "street_code"))
    return marked.with_columns(
        state=pl.when("given").then(pl.lit("MERGED")).otherwise(pl.lit("ACTIVE")),
        communities=pl.when("given")
        .then(None)
        .when("taken")
        .then(pl.concat_list("community_code", "code"))
        .when(pl.col("place") % UNKNOWN_EVERY == 2)
        .then(unknown)
        .otherwise(own),
        boundary=pl.when(~pl.col("given")).then(rectangle_wkt()),
        from_on=pl.when(pl.col("given") | pl.col("taken"))
        .then(pl.lit(day_of(CHANGE_DAY)))
        .otherwise(PLANNED),
        km2=(pl.col("place") % 900 + 100).cast(pl.Decimal(18, 3)) / 1000,
    )
