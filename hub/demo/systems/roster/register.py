"""What the road chiefs look after: road sections, service objects, sign boards.

What lives here: the lines of the three lists and the frames that they speak of, one
section, two objects and mostly one board per place; an object that closes on the
CHANGE_DAY has one version before and one after. What does not: files (`system`).
"""

from __future__ import annotations

import polars as pl

from hub.demo.days import ZONE_NAME, day_of
from hub.demo.ground.coordinates import degrees_text
from hub.demo.ground.people import CHANGE_DAY, PLAN_ON, People, has_shop_chief
from hub.demo.ground.plan import Plan
from hub.demo.systems.base import Line, local, words
from hub.demo.systems.roster.lists import PLANNED, ref, yes_no
from hub.demo.systems.roster.spelling import one_of, spelt, wide, with_check_sign

ROAD_CLASSES = {
    "ARTERIAL": "主干道",
    "SECONDARY": "次干道",
    "BRANCH": "支路",
    "ALLEY": "背街小巷",
}
OBJECT_KINDS = {
    "SHOP": "门店",
    "UNIT": "单位",
    "ESTATE": "小区",
    "SITE": "工地",
    "OTHER": "其他",
}
OPEN_STATES = {
    "OPEN": "营业",
    "SUSPENDED": "停业",
    "FITTING_OUT": "装修",
    "VACANT": "空置",
    "MOVED": "搬迁",
}
BOARD_STATES = {"IN_USE": "在用", "DAMAGED": "破损", "OUTDATED": "信息过期"}
TRADES = ("餐饮", "便利店", "五金建材", "理发美容", "药店", "服装")
NO_BOARD_EVERY = 20
NTH, PLACE = pl.col("nth"), pl.col("place")
IS_SHOP = pl.col("kind") == "SHOP"
IS_SIGNED = IS_SHOP & (PLACE % 4 != 1)
AREA = ref("area", "area_no")
ROAD = pl.format("{}路{}段", "street_name", PLACE % 9 + 1)

SECTIONS = (
    Line("路段编号", pl.format("R{}", "community_code")),
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


OBJECTS = (
    Line("对象编号", pl.col("object")),
    Line(
        "对象类型",
        words(pl.col("kind"), OBJECT_KINDS),
        "object_kind_code",
        pl.col("kind"),
    ),
    Line("招牌名称", pl.col("sign_name"), "object_name", pl.col("sign_name")),
    Line("证照名称", pl.col("legal_name"), "legal_name", pl.col("legal_name")),
    Line(
        "统一社会信用代码",
        pl.col("uscc").fill_null("无"),  # T26
        "uscc_id",
        pl.col("uscc"),
    ),
    Line("负责人", pl.col("owner"), "owner_name", pl.col("owner")),
    Line(
        "负责人电话",
        pl.when(NTH % 8 == 0).then(wide(pl.col("phone"))).otherwise("phone"),  # T39
        "owner_phone",
        pl.col("phone"),
    ),
    Line("地址", pl.col("address"), "address", pl.col("address")),
    Line("经度", pl.col("lon_text"), "lon", pl.col("lon")),
    Line("纬度", pl.col("lat_text"), "lat", pl.col("lat")),
    Line(
        None,
        None,
        "coord_sys_code",
        pl.when(pl.col("quality") != "MISSING").then(pl.lit("CGCS2000")),
    ),
    Line(None, None, "coord_quality_code", pl.col("quality")),
    Line(
        "街道代码",
        pl.when(NTH % 11 == 0)
        .then(wide(pl.col("street_code")))
        .otherwise("street_code"),
        "street_code",
        pl.col("street_code"),
    ),
    Line(
        "社区代码", pl.col("community_code"), "community_code", pl.col("community_code")
    ),
    Line("责任区编号", pl.col("area_no"), "area_id", AREA),
    Line(
        "路段编号",
        pl.format("R{}", "community_code"),
        "road_section_id",
        ref("road_section", pl.format("R{}", "community_code")),
    ),
    Line(
        "店长任职编号",
        pl.col("shop_post"),
        "shop_chief_assignment_id",
        ref("assignment", "shop_post"),
    ),
    Line("签订门前三包", yes_no(IS_SIGNED), "is_three_guarantee_signed", IS_SIGNED),
    Line(
        "签订日期",
        pl.when(IS_SIGNED)
        .then(spelt(pl.col("signed_on"), NTH))
        .otherwise(pl.lit("--")),
        "signed_on",
        pl.when(IS_SIGNED).then("signed_on"),
    ),
    Line(
        "营业状态",
        words(pl.col("state"), OPEN_STATES),
        "open_status_code",
        pl.col("state"),
    ),
    Line("业态", pl.col("trade"), "business_type_name", pl.col("trade")),
    Line(
        "核实时间",
        local("verified_at", "%Y-%m-%d %H:%M"),
        "verified_at",
        pl.col("verified_at"),
    ),
    Line(
        "核实人工号",
        pl.format("XG{}", "street_code"),
        "verified_by_person_id",
        ref("person", pl.format("XG{}", "street_code")),
    ),
    Line(
        "生效日期",
        pl.col("from_on").dt.strftime("%Y-%m-%d"),
        "valid_from_on",
        pl.col("from_on"),
    ),
)


def objects(plan: Plan, day: int) -> pl.DataFrame:
    """Two service objects per place, as the register has them on a day."""
    both = (
        plan.places.join(
            pl.DataFrame({"n": [0, 1]}), how="cross", maintain_order="left"
        )
        .with_columns(nth=PLACE * 2 + pl.col("n"))
        .with_columns(kind=_kind(), closes=_closes())
    )
    has_closed = pl.lit(day >= CHANGE_DAY) & pl.col("closes")
    name = pl.format("{}{}{}店", "community_name", one_of(TRADES, NTH), NTH % 40 + 1)
    number = (NTH % 10_000).cast(pl.String).str.zfill(4)
    base = pl.format("92{}MA4K{}7", "district_code", number)
    held = both.select(base).to_series()
    made = both.with_columns(
        with_check_sign(held).alias("uscc"),
        object=pl.format("FW{}-{}", "community_code", pl.col("n") + 1),
        sign_name=name,
        legal_name=pl.when(IS_SHOP).then(
            pl.format("武汉市{}{}经营部", "district_name", number)  # T48
        ),
        owner=pl.when(NTH % 3 != 1).then(
            pl.format("{}老板", one_of("王李张刘陈", NTH))
        ),
        phone=pl.when(NTH % 3 == 0).then(pl.format("027-8{}", number + "123")),
        address=pl.format("{}{}{}号", "district_name", "street_name", NTH % 300 + 1),
        shop_post=pl.when(IS_SHOP & has_shop_chief()).then(
            pl.format("P-DZ-{}", "community_code")
        ),
        signed_on=PLANNED.dt.offset_by("10d") + pl.duration(days=PLACE % 90),
        trade=pl.when(IS_SHOP).then(one_of(TRADES, NTH)),
        state=pl.when(has_closed).then(pl.lit("VACANT")).otherwise(_state()),
        from_on=pl.when(has_closed).then(pl.lit(day_of(CHANGE_DAY))).otherwise(PLANNED),
        verified_at=_seen_at(has_closed),
    )
    flipped = (
        pl.when(pl.col("uscc").str.tail(1) == "A")
        .then(pl.lit("B"))
        .otherwise(pl.lit("A"))
    )
    typed = pl.concat_str(pl.col("uscc").str.head(17), flipped)  # K20
    made = made.with_columns(
        uscc=pl.when(NTH % 6 == 5)
        .then(None)
        .when(NTH % 97 == 13)
        .then(typed)
        .otherwise("uscc")
    )
    return _with_points(made)


def _kind() -> pl.Expr:
    other = one_of(["UNIT", "ESTATE", "SITE", "SHOP", "OTHER"], PLACE)
    return pl.when(pl.col("n") == 0).then(pl.lit("SHOP")).otherwise(other)


def _closes() -> pl.Expr:
    return NTH % 50 == 12


def _state() -> pl.Expr:
    return (
        pl.when(NTH % 17 == 5)
        .then(pl.lit("VACANT"))
        .when(NTH % 19 == 7)
        .then(pl.lit("MOVED"))
        .when(NTH % 23 == 3)
        .then(pl.lit("SUSPENDED"))
        .when(NTH % 29 == 9)
        .then(pl.lit("FITTING_OUT"))
        .otherwise(pl.lit("OPEN"))
    )


def _seen_at(has_closed: pl.Expr) -> pl.Expr:
    """When somebody last was there; at every ninth object over a year ago (T48)."""
    first = pl.lit(day_of(1)).cast(pl.Datetime("us")).dt.replace_time_zone(ZONE_NAME)
    ago = pl.when(NTH % 9 == 4).then(400 + NTH % 60).otherwise(3 + NTH % 200)
    closed = first + pl.duration(days=CHANGE_DAY - 1, hours=9)
    seen = first - pl.duration(days=ago) + pl.duration(hours=10)
    return pl.when(has_closed).then(closed).otherwise(seen).dt.convert_time_zone("UTC")


def _with_points(made: pl.DataFrame) -> pl.DataFrame:
    """Points as typed: most with six decimals, some 0,0, some coarse (T35)."""
    inside = pl.col("n") * 0.3 + 0.35
    width = pl.col("east") - pl.col("west")
    height = pl.col("north") - pl.col("south")
    points = made.with_columns(
        lon=(pl.col("west") + width * inside).round(6),
        lat=(pl.col("south") + height * inside).round(6),
        quality=pl.when(NTH % 31 == 17)
        .then(pl.lit("MISSING"))
        .when(NTH % 37 == 20)
        .then(pl.lit("UNSURE"))
        .otherwise(pl.lit("OK")),
    )
    quality = pl.col("quality")
    for axis in ("lon", "lat"):
        text = degrees_text(points[axis].to_numpy()).alias(f"{axis}_text")
        coarse = (pl.col(axis) * 100).round().cast(pl.Int64)
        typed = pl.format(
            "{}.{}", coarse // 100, (coarse % 100).cast(pl.String).str.zfill(2)
        )
        points = points.with_columns(text).with_columns(
            pl.when(quality == "MISSING")
            .then(pl.lit("0"))
            .when(quality == "UNSURE")
            .then(typed)
            .otherwise(f"{axis}_text")
            .alias(f"{axis}_text"),
            pl.when(quality == "UNSURE")
            .then(coarse / 100)
            .when(quality == "OK")
            .then(axis)
            .alias(axis),
        )
    return points


BOARDS = (
    Line("公示牌编号", pl.format("GSP{}", "community_code")),
    Line("责任区编号", pl.col("area_no"), "area_id", AREA),
    Line(
        "路段编号",
        pl.format("R{}", "community_code"),
        "road_section_id",
        ref("road_section", pl.format("R{}", "community_code")),
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
