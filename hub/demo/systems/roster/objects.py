"""The register of service objects as it is written, and the truth of each row.

What lives here: the lines of the list and its file, in which some rows are cut up by a
comma. What does not: the objects themselves (`shops`), other files (`system`).
"""

from __future__ import annotations

import polars as pl

from hub.demo.ground.plan import Plan
from hub.demo.systems.base import Line, as_sent, local, words
from hub.demo.systems.dropping import csv_bytes
from hub.demo.systems.roster.lists import ref, yes_no
from hub.demo.systems.roster.shops import IS_SHOP, NTH, PLACE
from hub.demo.systems.roster.spelling import spelt, wide

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
TORN_EVERY = 600
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
