"""What a line of 汉阳区's case table says, and what must come of it.

What lives here: the fields with their truth, the slips and the manners of the clerks.
What does not: files and evenings (`system`).
"""

from __future__ import annotations

import polars as pl

from hub.demo.systems.base import Line, local, words
from hub.demo.systems.roster.lists import ref

PARTNER = "hanyang"
TRAPS = {
    "T7": "case numbers with an apostrophe before and a tab behind",
    "T9": "reports of the 31st of June",
    "T16": "销号, a word for a state that nobody has told us",
    "T13": "核查结案 for what is handled and not yet checked",
    "T23": "every file holds three days",
    "T26": "0000-00-00, 1900-01-01, 9999-12-31, -- and 无 for times that are not",
    "T27": "seven spellings of times, one of them in two cells",
    "T28": "cases of the first and the last second of a day",
    "T38": "GB18030 without a mark",
    "T39": "full-width digits, wide blanks, zero-width signs, line breaks in cells",
    "T40": "rare characters in addresses",
    "T42": "锟斤拷 in a description",
    "T43": "a comma without quotation marks; control characters",
}
RULES = {
    "date": "P03",  # T9
    "status": "P06",  # T16
}
MIDNIGHT, LAST_SECOND, COMMA, CORRECTED, MARKS = (
    "midnight",
    "last_second",
    "comma",
    "corrected",
    "marks",
)
KINDS = (*RULES, MIDNIGHT, LAST_SECOND, COMMA, CORRECTED, MARKS)
STATUS = {
    "DISCOVERED": "待受理",
    "ACCEPTED": "已受理",
    "REGISTERED": "已立案",
    "DISPATCHED": "已派遣",
    "HANDLING": "处置中",
    "HANDLED": "核查结案",  # T13
    "CHECKED": "已核查",
    "CLOSED": "结案",
    "NOT_ACCEPTED": "作废",
    "CANCELLED": "作废",
}
SOURCES = {"LZZ": "路长", "XC": "巡查", "WX": "微信", "SP": "视频"}
KIND_WORDS = {"COMPONENT": "部件", "MATTER": "事件"}
WIDE = dict(zip("0123456789", "０１２３４５６７８９", strict=True))
BARE_COMMA = "\ue001"  # stands for a comma that must not be quoted
FAULT = pl.col("defect")
STATE = words(pl.col("stage"), STATUS)
TAIL = (pl.col("pick") % 100_000_000).cast(pl.String).str.zfill(8)
IS_PUBLIC = pl.col("channel") == "WX"
PHONE = pl.when(IS_PUBLIC).then(pl.format("199{}", TAIL))


def is_(kind: str) -> pl.Expr:
    """Whether a row has that defect."""
    return FAULT.eq(kind).fill_null(value=False)


def wide(text: pl.Expr) -> pl.Expr:
    """The digits of a text in full width (T39)."""
    return text.str.replace_many(WIDE)


# 0110 is written in three ways, by the row's number; the list is known.
CODE = (
    pl.when(pl.col("pick") % 3 == 0)
    .then(
        pl.format("{}-{}", *(pl.col("category_code").str.slice(at, 2) for at in (0, 2)))
    )
    .when(pl.col("pick") % 3 == 1)
    .then(
        pl.format(
            "{}-{}",
            pl.col("category_code").str.slice(1, 1),
            pl.col("category_code").str.slice(2, 2),
        )
    )
    .otherwise("category_code")
)
SAID = pl.format("{}有{}", "street_name", "category_name")
SENT_TEXT = (
    pl.when(is_(COMMA) & pl.col("is_first"))
    .then(pl.format(f"{{}}{BARE_COMMA}请尽快处理", SAID))  # T43
    .when(is_(COMMA))
    .then(pl.format("{},请尽快处理", SAID))
    .when(is_(MARKS))
    .then(pl.format("\x07{}\n锟斤拷\u3000", SAID))  # T39, T42, T43
    .otherwise(SAID)
)
TOLD_TEXT = (
    pl.when(is_(COMMA))
    .then(pl.format("{},请尽快处理", SAID))
    .when(is_(MARKS))
    .then(pl.format("{}\n锟斤拷", SAID))
    .otherwise(SAID)
)
# T40: 㛃 lies outside the old character set, 𬭳 outside the first 65536 signs.
PLACE = pl.format("汉阳区{}㛃𬭳路{}号", "street_name", pl.col("pick") % 300 + 1)
ADDRESS = (
    pl.when(is_(CORRECTED) & pl.col("is_first"))
    .then(pl.lit("地址待核"))
    .otherwise(PLACE)
)

LINES = (
    Line(
        "编号",
        pl.when(is_(MARKS))
        .then(pl.format("'{}\t", wide(pl.col("case_id"))))  # T7, T39
        .otherwise("case_id"),
    ),
    Line("案件编号", pl.col("case_no"), "case_no", pl.col("case_no")),
    Line(
        "问题来源",
        pl.format("{}\u3000", words(pl.col("channel"), SOURCES)),  # T39
        "source_channel_code",
        pl.col("channel"),
    ),
    Line(None, None, "source_channel_name", words(pl.col("channel"), SOURCES)),
    Line(
        "处理状态",
        pl.when(is_("status")).then(pl.lit("销号")).otherwise(STATE),
        "source_stage_id",
        STATE,
    ),
    Line(None, None, "source_stage_name", STATE),
    Line("举报人电话", wide(PHONE), "reporter_phone", PHONE),
    Line("问题描述", SENT_TEXT, "description", TOLD_TEXT),
    Line("类型", words(pl.col("kind_code_right"), KIND_WORDS)),
    Line("小类代码", CODE),
    Line("小类名称", pl.col("category_name")),
    Line("事发地址", ADDRESS, "address", ADDRESS),
    Line("经度", pl.col("lng"), "lon", pl.col("lon")),
    Line("纬度", pl.col("north_lat"), "lat", pl.col("lat")),
    Line(
        "街道代码",
        pl.format("\u200b{}", wide(pl.col("street_code"))),  # T39
        "street_code",
        pl.col("street_code"),
    ),
    Line(None, None, "district_code", pl.col("district_code")),
    Line("责任区", pl.col("area_no")),
    # T27: each time in the spelling of the clerk who keeps it.
    Line(
        "上报时间",
        pl.when(is_("date"))
        .then(pl.lit("2026/06/31 08:00:00"))
        .otherwise(local("created_at", "%Y/%-m/%-d %H:%M:%S")),
        "reported_at",
        pl.col("created_at"),
    ),
    Line(
        "受理时间",
        local("operateTime", "%Y年%-m月%-d日%H时%M分%S秒").fill_null("无"),
        "accepted_at",
        pl.col("operateTime"),
    ),
    Line(
        "立案时间",
        local("instTime", "%Y%m%d%H%M%S").fill_null("--"),
        "registered_at",
        pl.col("instTime"),
    ),
    Line(
        "派遣时间",
        local("dispatchTime", "%Y.%m.%d %H:%M:%S"),
        "dispatched_at",
        pl.col("dispatchTime"),
    ),
    Line(
        "接收时间",
        wide(local("disposeBeginTime", "%Y-%m-%d %H:%M:%S")),
        "received_at",
        pl.col("disposeBeginTime"),
    ),
    Line("处置日期", local("disposeEndTime", "%Y-%m-%d")),
    Line(
        "处置时刻",
        local("disposeEndTime", "%H:%M:%S"),
        "handled_at",
        pl.col("disposeEndTime"),
    ),
    Line(
        "核查时间",
        local("checkTime").fill_null("0000-00-00 00:00:00"),
        "checked_at",
        pl.col("checkTime"),
    ),
    Line(
        "结案时间",
        local("archiveTime").fill_null("1900-01-01 00:00:00"),
        "closed_at",
        pl.col("archiveTime"),
    ),
    Line(
        "作废时间",
        local("cancelTime").fill_null("9999-12-31 23:59:59"),
        "cancelled_at",
        pl.col("cancelTime"),
    ),
    Line(
        "处置单位",
        pl.format("S{}", "street_code"),
        "handling_org_id",
        ref("org", pl.format("S{}", "street_code")),
    ),
    Line("照片数", pl.col("pick") % 4, "media_count", pl.col("pick") % 4),
    Line("备注", pl.lit(None, dtype=pl.String)),
    Line(None, None, "deadline_source_code", pl.lit("NONE")),
    Line(None, None, "coord_sys_code", pl.lit("GCJ02")),
    Line(None, None, "coord_quality_code", pl.lit("CONVERTED")),
)
