"""The register of service objects: two per place.

What lives here: the lines of the list and its frame; an object that closes on the
CHANGE_DAY has one version before and one after, and stays on the list. What does not:
files (`system`).
"""

from __future__ import annotations

import polars as pl

from hub.demo.days import ZONE_NAME, day_of
from hub.demo.ground.coordinates import degrees_text
from hub.demo.ground.people import CHANGE_DAY, has_shop_chief
from hub.demo.ground.plan import Plan
from hub.demo.systems.base import Line, as_sent, local, words
from hub.demo.systems.dropping import csv_bytes
from hub.demo.systems.roster.lists import PLANNED, ref, yes_no
from hub.demo.systems.roster.spelling import one_of, spelt, wide, with_check_sign

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
TRADES = ("餐饮", "便利店", "五金建材", "理发美容", "药店", "服装")
TORN_EVERY = 600
NTH, PLACE = pl.col("nth"), pl.col("place")
IS_SHOP = pl.col("kind") == "SHOP"
IS_SIGNED = IS_SHOP & (PLACE % 4 != 1)
AREA = ref("area", "area_no")

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


def file_of(register: pl.DataFrame) -> bytes:
    """The file, and below it some signs typed once more, with a bare comma (T43)."""
    sent = as_sent(register, OBJECTS)
    torn = sent.filter(register["nth"] % TORN_EVERY == 1).with_columns(
        pl.format("重报{}", "对象编号").alias("对象编号"),
        pl.lit("早点,小吃").alias("招牌名称"),
        pl.lit("营业").alias("营业状态"),
        pl.lit("").alias("生效日期"),
    )
    lines = torn.write_csv(include_header=False, quote_style="never").splitlines()
    return csv_bytes(sent) + "".join(f"{line}\r\n" for line in lines).encode("gb18030")


def torn_count(plan: Plan) -> int:
    """How many rows of a file have one field too many."""
    return len(range(1, 2 * len(plan.places), TORN_EVERY))


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
