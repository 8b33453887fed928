"""Documents that prove rules were set up (J01 to J16), unit by unit.

What lives here: the lines of the register and its rows: every unit of district level
with every item, every street with three; items of each month once per month. Some are
not there, some not judged yet, some judged on the CHANGE_DAY. What does not: files
(`system`).
"""

from __future__ import annotations

from hashlib import sha256

import polars as pl

from hub.demo.days import day_of
from hub.demo.ground.people import CHANGE_DAY
from hub.demo.ground.plan import CITY
from hub.demo.systems.base import Line, Surroundings
from hub.demo.systems.roster.spelling import spelt

ITEMS = {
    "J01": "工作方案",
    "J02": "责任区划分表",
    "J03": "岗位职责清单",
    "J04": "人员名册",
    "J05": "工作流程和管理标准",
    "J06": "巡查发现机制",
    "J07": "处理上报机制",
    "J08": "协调处置机制",
    "J09": "跟踪复核机制",
    "J10": "联席会议制度及本月纪要",
    "J11": "区考街办法及本月通报",
    "J12": "教育培训记录",
    "J13": "十佳路长激励方案",
    "J14": "公示牌设置",
    "J15": "服务对象底数台账",
    "J16": "信息化平台使用",
}
MONTHLY = ("J10", "J11")
OF_STREETS = ("J01", "J04", "J10")
VERDICTS = {"MET": "达标", "PARTIAL": "部分达标", "MISSING": "缺失"}
# Oddities of single documents that a rule keeps out.
RULES = {
    "item": "P06",  # J17 is no item of the list
    "unit": "F16",  # a unit that is not assessed
    "month": "P01",  # no month where one is due (T26)
    "nameless": "P21",  # 锟斤拷 in the name (T42)
}
NTH, IS = pl.col("nth"), pl.col("defect")
NAME = pl.format("{}{}", "unit_name", pl.col("item").replace_strict(ITEMS))
UNIT = pl.col("unit_code")

DOCUMENTS = (
    Line("材料编号", pl.col("document")),
    Line(
        "考核单位",
        pl.when(IS == "unit").then(pl.lit("AU-429999")).otherwise(UNIT),
        "unit_code",
        UNIT,
    ),
    Line(
        "材料类别",
        pl.when(IS == "item")
        .then(pl.lit("其他材料"))
        .otherwise(pl.col("item").replace_strict(ITEMS)),
        "item_code",
        pl.col("item"),
    ),
    Line(
        "所属月份",
        pl.when(IS == "month").then(pl.lit("/")).otherwise("month"),
        "period_month",
        pl.col("month"),
    ),
    Line(
        "材料名称",
        pl.when(IS == "nameless").then(pl.lit("锟斤拷方案")).otherwise(NAME),
        "document_name",
        NAME,
    ),
    Line(
        "文号",
        pl.format("武城管〔2026〕{}号", NTH + 1),
        "document_no",
        pl.format("武城管〔2026〕{}号", NTH + 1),
    ),
    Line("印发日期", spelt(pl.col("issued_on"), NTH), "issued_on", pl.col("issued_on")),
    Line("失效日期", pl.lit("9999-12-31")),  # T26
    Line(
        "材料地址",
        pl.format("oa://docs/{}", "document"),
        "document_uri",
        pl.format("oa://docs/{}", "document"),
    ),
    Line("文件摘要", pl.col("digest"), "file_digest", pl.col("digest")),
    Line(
        "评定",
        pl.col("verdict").replace_strict(
            VERDICTS, default=None, return_dtype=pl.String
        ),
        "verdict_code",
        pl.col("verdict"),
    ),
    Line(
        "评定日期",
        pl.col("checked_on").dt.strftime("%Y-%m-%d"),
        "checked_on",
        pl.col("checked_on"),
    ),
    Line(
        "评定人",
        pl.when(pl.col("verdict").is_not_null()).then(pl.lit("考核员")),
        "checked_by_name",
        pl.when(pl.col("verdict").is_not_null()).then(pl.lit("考核员")),
    ),
)


def documents(around: Surroundings, day: int) -> pl.DataFrame:
    """The register as it stands on a day."""
    units = pl.read_csv(CITY / "assessment_unit.csv", infer_schema=False).select(
        "unit_code", "unit_name", items=pl.lit(list(ITEMS))
    )
    streets = around.plan.streets.select(
        unit_code=pl.format("AU-{}", "street_code"),
        unit_name="street_name",
        items=pl.lit(list(OF_STREETS)),
    )
    months = sorted({f"{day_of(one):%Y-%m}" for one in range(1, day + 1)})
    every = (
        pl.concat([units, streets])
        .with_row_index("unit")
        .explode("items")
        .rename({"items": "item"})
        .with_columns(
            month=pl.when(pl.col("item").is_in(MONTHLY))
            .then(pl.lit(months))
            .otherwise(pl.lit([None], dtype=pl.List(pl.String)))
        )
        .explode("month")
    )
    listed = every.with_columns(
        document=pl.concat_str(
            pl.lit("JZ"), UNIT, "item", "month", separator="-", ignore_nulls=True
        ),
        defect=_defects(),
        # The same number on every day, however many months there are.
        nth=pl.col("unit").cast(pl.Int64) * 16
        + pl.col("item").str.tail(2).cast(pl.Int64)
        - 1,
    ).filter((NTH % 13 != 12) | IS.is_not_null())
    return _judged(listed, day)


def _defects() -> pl.Expr:
    """The first units each have one odd document."""
    first = {0: ("item", "J16"), 1: ("unit", "J15"), 2: ("month", "J10")}
    named = pl.lit(None, dtype=pl.String)
    for unit, (kind, item) in (first | {3: ("nameless", "J01")}).items():
        is_it = (pl.col("unit") == unit) & (pl.col("item") == item)
        named = pl.when(is_it).then(pl.lit(kind)).otherwise(named)
    return named


def _judged(listed: pl.DataFrame, day: int) -> pl.DataFrame:
    first = pl.lit(day_of(1))
    verdict = (
        pl.when(NTH % 7 == 3)
        .then(pl.lit("PARTIAL"))
        .when(NTH % 29 == 11)
        .then(pl.lit("MISSING"))
        .otherwise(pl.lit("MET"))
    )
    is_judged = (NTH % 5 != 2) | ((NTH % 2 == 0) & pl.lit(day >= CHANGE_DAY))
    judged_on = (
        pl.when(NTH % 5 != 2)
        .then(first - pl.duration(days=3))
        .otherwise(day_of(CHANGE_DAY))
    )
    digests = [sha256(one.encode()).hexdigest() for one in listed["document"]]
    return listed.with_columns(
        pl.Series("digest", digests),
        verdict=pl.when(is_judged).then(verdict),
        checked_on=pl.when(is_judged).then(judged_on).cast(pl.Date),
        issued_on=first - pl.duration(days=30 + NTH % 120),
    )
