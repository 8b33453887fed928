"""Units, areas, people and posts as the office's lists say them, with their truth.

What lives here: one list of lines per feed; the day on which a listing speaks decides
who is on it. What does not: files (`system`).
"""

from __future__ import annotations

import polars as pl

from hub.demo.days import day_of
from hub.demo.ground.people import CHANGE_DAY, PLAN_ON, People
from hub.demo.ground.plan import Plan, rectangle_wkt
from hub.demo.systems.base import Line, words
from hub.demo.systems.roster.spelling import spelt
from hub.demo.told.expected import hub_key

ROSTER = "roster"
LEVELS = {"CITY": "市级", "DISTRICT": "区级", "STREET": "街道"}
KINDS = {
    "SUPERVISION_CENTRE": "监督中心",
    "GOVERNMENT": "主管部门",
    "ENFORCEMENT_CENTRE": "综合执法中心",
}
EMPLOYMENTS = {
    "ENFORCEMENT": "执法人员",
    "ASSISTANT": "协管员",
    "COMMUNITY_CADRE": "社区群干",
    "DEPT_LIAISON": "联络员",
    "THREE_GUARANTEE_SUPERVISOR": "门前三包督导员",
    "OTHER": "其他",
}
TARGETS = {
    "AREA": "责任区",
    "COMMUNITY": "社区",
    "STREET": "街道",
    "ORG": "单位",
    "ROAD_SECTION": "责任路段",
}
STATES = {"ACTIVE": "在用", "MERGED": "已合并"}
IS_ACTIVE = pl.col("state") == "ACTIVE"
UNKNOWN_EVERY = 60
PLANNED = pl.lit(PLAN_ON).str.to_date()


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


def versions(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Rows with `from_on` and `to_on`: what has changed meanwhile has two of them."""
    changed = before.filter(before["from_on"] != now["from_on"])
    return pl.concat(
        [
            changed.with_columns(to_on=pl.lit(day_of(CHANGE_DAY))),
            now.with_columns(to_on=pl.lit(None, dtype=pl.Date)),
        ]
    )


UNTIL = Line(None, None, "valid_to_on", pl.col("to_on"))

STAFF = (
    Line("工号", pl.col("person")),
    Line("姓名", pl.col("name"), "person_name", pl.col("name")),
    Line("手机", pl.col("mobile"), "mobile", pl.col("mobile")),
    Line("单位编号", pl.col("org"), "org_id", ref("org", "org")),
    Line(
        "人员类别",
        pl.col("employment").replace_strict(EMPLOYMENTS, return_dtype=pl.String),
        "employment_code",
        pl.col("employment"),
    ),
    Line("在岗", pl.lit("是"), "is_active", pl.lit(value=True)),
)

POSTS = (
    Line("任职编号", pl.col("post")),
    Line("工号", pl.col("person"), "person_id", ref("person", "person")),
    Line("职务", pl.col("title"), "role_source_name", pl.col("title")),
    Line(None, None, "role_code", pl.col("role")),
    Line(
        "对象类型",
        pl.col("target_kind").replace_strict(TARGETS, return_dtype=pl.String),
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
        pl.col("start_on").dt.strftime("%Y-%m-%d"),
        "start_on",
        pl.col("start_on"),
    ),
)


def listed(people: pl.DataFrame, day: int) -> pl.DataFrame:
    """Who is on the list of a day."""
    return people.filter((pl.col("first_day") <= day) & (day <= pl.col("last_day")))


def gone_on(roster_days: list[int]) -> pl.Expr:
    """The date of the first listing without a row; null while it is listed."""
    gone = pl.lit(None, dtype=pl.Date)
    for day in reversed(roster_days):
        is_gone = pl.col("last_day") < day
        gone = pl.when(is_gone).then(pl.lit(day_of(day))).otherwise(gone)
    return gone
