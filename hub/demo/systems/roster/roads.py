"""Road sections and sign boards: one section and mostly one board per place.

What lives here: the lines of both lists and the frames that they speak of. Boards show
the chief of the first day; none is renewed when the chief changes. What does not:
files (`system`).
"""

from __future__ import annotations

import polars as pl

from hub.demo.days import day_of
from hub.demo.ground.coordinates import degrees_text
from hub.demo.ground.people import PLAN_ON, People, has_shop_chief
from hub.demo.ground.plan import Plan
from hub.demo.systems.base import Line, words
from hub.demo.systems.roster.lists import PLANNED, ref, yes_no
from hub.demo.systems.roster.spelling import one_of, spelt

ROAD_CLASSES = {
    "ARTERIAL": "主干道",
    "SECONDARY": "次干道",
    "BRANCH": "支路",
    "ALLEY": "背街小巷",
}
BOARD_STATES = {"IN_USE": "在用", "DAMAGED": "破损", "OUTDATED": "信息过期"}
NO_BOARD_EVERY = 20
PLACE = pl.col("place")
AREA = ref("area", "area_no")
ROAD = pl.format("{}路{}段", "street_name", PLACE % 9 + 1)

SECTION = pl.format("R{}", "community_code")
BOARD = pl.format("GSP{}", "community_code")

SECTIONS = (
    Line("路段编号", SECTION),
    Line("道路名称", ROAD, "road_name", ROAD),
    Line(
        "起点",
        pl.format("{}东口", "community_name"),
        "from_text",
        pl.format("{}东口", "community_name"),
    ),
    Line(
        "止点",
        pl.format("{}西口", "community_name"),
        "to_text",
        pl.format("{}西口", "community_name"),
    ),
    Line(
        "道路等级",
        words(pl.col("class"), ROAD_CLASSES),
        "road_class_code",
        pl.col("class"),
    ),
    Line(
        "长度米",
        pl.format("{}.5", PLACE % 800 + 120),
        "length_m",
        (PLACE % 800 + 120).cast(pl.Decimal(18, 3))
        + pl.lit("0.5").str.to_decimal(scale=3),
    ),
    Line("责任区编号", pl.col("area_no"), "area_id", AREA),
    Line(
        "应设店长",
        yes_no(has_shop_chief()),
        "is_shop_chief_required",
        has_shop_chief(),
    ),
    Line("门店数", PLACE * 3 % 70, "shop_count", PLACE * 3 % 70),
    Line("中心线", pl.col("line"), "centre_line", pl.col("line")),
    Line("生效日期", pl.lit(PLAN_ON), "valid_from_on", PLANNED),
)


def sections(plan: Plan) -> pl.DataFrame:
    """One road section per place, across the middle of its area."""
    middle = (pl.col("south") + pl.col("north")) / 2
    return plan.places.with_columns(
        one_of(list(ROAD_CLASSES), PLACE).alias("class"),
        line=pl.format(
            "LINESTRING({} {}, {} {})",
            "west",
            middle.round(6),
            "east",
            middle.round(6),
        ),
    )


BOARDS = (
    Line("公示牌编号", BOARD),
    Line("责任区编号", pl.col("area_no"), "area_id", AREA),
    Line(
        "路段编号",
        SECTION,
        "road_section_id",
        ref("road_section", SECTION),
    ),
    Line("公示路段", ROAD, "shown_road_text", ROAD),
    Line("公示路长", pl.col("shown"), "shown_chief_name", pl.col("shown")),
    Line("公示电话", pl.col("shown_phone"), "shown_phone", pl.col("shown_phone")),
    Line(
        "二维码",
        pl.format("https://luzhang.example/a/{}", "area_no"),
        "qr_target",
        pl.format("https://luzhang.example/a/{}", "area_no"),
    ),
    Line("经度", pl.col("lon_text"), "lon", pl.col("lon")),
    Line("纬度", pl.col("lat_text"), "lat", pl.col("lat")),
    Line(None, None, "coord_sys_code", pl.lit("CGCS2000")),
    Line(None, None, "coord_quality_code", pl.lit("OK")),
    Line("部件标识码", pl.col("component"), "component_id", pl.col("component")),
    Line("状态", words(pl.col("state"), BOARD_STATES), "status_code", pl.col("state")),
    Line(
        "设置日期",
        spelt(pl.col("installed_on"), PLACE),
        "installed_on",
        pl.col("installed_on"),
    ),
    Line(None, None, "valid_from_on", pl.col("installed_on")),
    Line(
        "检查日期",
        pl.col("checked_on").dt.strftime("%Y-%m-%d"),
        "checked_on",
        pl.col("checked_on"),
    ),
)


def boards(plan: Plan, people: People) -> pl.DataFrame:
    """One board for most places; none is renewed when the chief changes."""
    names = people.persons.select("person", chief="name")
    chiefs = people.chiefs(1).join(names, on="person").select("place", "chief")
    made = (
        plan.places.filter(PLACE % NO_BOARD_EVERY != NO_BOARD_EVERY - 11)
        .join(chiefs, on="place", how="left", maintain_order="left")
        .with_columns(
            state=pl.when(PLACE % 13 == 5)
            .then(pl.lit("DAMAGED"))
            .when(PLACE % 17 == 3)
            .then(pl.lit("OUTDATED"))
            .otherwise(pl.lit("IN_USE")),
            installed_on=PLANNED.dt.offset_by("5d") + pl.duration(days=PLACE % 100),
            checked_on=pl.lit(day_of(1)) - pl.duration(days=PLACE % 45 + 1),
            shown_phone=pl.format("027-8{}", (1_000_000 + PLACE).cast(pl.String)),
            component=pl.format(
                "{}01065{}", "district_code", PLACE.cast(pl.String).str.zfill(6)
            ),
            lon=((pl.col("west") + pl.col("east")) / 2).round(6),
            lat=((pl.col("south") + pl.col("north")) / 2).round(6),
        )
        .with_columns(
            shown=pl.when(pl.col("state") == "OUTDATED")
            .then(pl.lit("周建国"))
            .otherwise("chief")
        )
    )
    return made.with_columns(
        degrees_text(made[axis].to_numpy()).alias(f"{axis}_text")
        for axis in ("lon", "lat")
    )
