"""Orders as the hotlines write them, line by line.

What lives here: words, texts, and one line per field with what must come of it. What
does not: which orders there are on an evening (`system`).
"""

from __future__ import annotations

import polars as pl

from hub.demo.systems.base import Line, local, pick, words
from hub.demo.systems.own import DUE, FIVE, TAIL, TIMES, UNIT, derived_lines
from hub.demo.systems.roster.lists import ref
from hub.demo.told.expected import hub_key

FAULT = pl.col("defect")
UNTIMED = "HANDLING"  # T21
STATUS = {
    "DISCOVERED": "待受理",
    "ACCEPTED": "已受理",
    "REGISTERED": "已立项",
    "DISPATCHED": "已转派",
    "HANDLING": "处理中",
    "HANDLED": "已办理",
    "CHECKED": "已核实",
    "CLOSED": "办结",
    "NOT_ACCEPTED": "退单",
    "CANCELLED": "退单",
}
LINES_OF = {"HL45": "12345", "HL19": "12319"}
SATISFACTION = {
    "VERY_SATISFIED": "5",
    "SATISFIED": "4",
    "FAIR": "3",
    "DISSATISFIED": "1",
    "NO_ANSWER": "0",
}
CALLERS = ("王女士", "李先生", "张女士", "刘先生", "陈女士")
STATE = words(pl.col("stage"), STATUS)
ORDER_NO = pl.format("WH{}{}", "stamp", FIVE)
CASE_NO = pl.format("热线{}", FIVE)  # T12
CALLER = pick(CALLERS, 7)
PHONE = pl.format("199{}", TAIL)
ANSWERED = pl.col("archiveTime")
SATISFIED = pl.when(ANSWERED.is_not_null()).then(pick(list(SATISFACTION), 11))
LIMITED = pl.when(pl.col("pick") % 4 > 0).then(DUE)  # T60
HAS_POINT = pl.col("pick") % 10 < 6
HAS_CODE = (pl.col("pick") % 10).is_between(6, 7)
KNOWN_STREET = HAS_POINT | HAS_CODE
STREET = pl.when(KNOWN_STREET).then("street_code")
COMMUNITY = pl.when(HAS_CODE).then("community_code")
ADDRESS = pl.format("{}{}附近", "street_name", "community_name")
CONTENT = (
    pl.when("is_urged")
    .then(pl.format("市民反映{}{}，已催办", "community_name", "category_name"))
    .otherwise(pl.format("市民反映{}{}", "community_name", "category_name"))
)
W3C = "%Y-%m-%dT%H:%M:%S+08:00"

LINES = (
    Line("order.id", pl.col("case_id")),
    Line("order.orderNo", ORDER_NO, "hotline_order_no", ORDER_NO),
    Line("order.caseNo", CASE_NO, "case_no", CASE_NO),
    Line(
        "order.cityCase.no",
        pl.col("city_no"),
        "duplicate_of_id",
        hub_key("issue", "platform", pl.col("city_id")),
    ),
    Line(
        "order.line",
        pl.when(FAULT == "channel")
        .then(pl.lit("智能外呼"))
        .otherwise(words(pl.col("channel"), LINES_OF)),
        "source_channel_code",
        pl.col("channel"),
    ),
    Line(None, None, "source_channel_name", words(pl.col("channel"), LINES_OF)),
    Line(
        "order.state.name",
        pl.when(FAULT == "state_once").then(pl.lit("办毕")).otherwise(STATE),
        "source_stage_id",
        STATE,
    ),
    Line(None, None, "source_stage_name", STATE),
    Line("order.content.text", CONTENT, "description", CONTENT),
    Line(None, None, "reporter_type_code", pl.lit("CITIZEN")),
    Line("caller.name", CALLER, "reporter_name", CALLER),
    Line("caller.phone.mobile", PHONE, "reporter_phone", PHONE),
    # No such number is ever given out: it names the month 00. It is cut (T50).
    Line("caller.idCard", pl.format("42010019000000{}", TAIL.str.tail(4))),
    Line("category.major.name", pl.col("major_name")),
    Line("category.minor.code", pl.col("category_code")),
    Line("category.minor.name", pl.col("category_name")),
    Line("place.address", ADDRESS, "address", ADDRESS),
    Line("place.division.district", pl.col("district_code")),
    Line("place.division.street", STREET, "street_code", STREET),
    Line("place.division.community", COMMUNITY, "community_code", COMMUNITY),
    Line(
        "place.point.lon",
        pl.when(HAS_POINT).then("east"),
        "lon",
        pl.when(HAS_POINT).then("lon"),
    ),
    Line(
        "place.point.lat",
        pl.when(HAS_POINT).then("northern"),
        "lat",
        pl.when(HAS_POINT).then("lat"),
    ),
    Line(None, None, "coord_sys_code", pl.when(HAS_POINT).then(pl.lit("WGS84"))),
    Line(
        None,
        None,
        "coord_quality_code",
        pl.when(HAS_POINT).then(pl.lit("OK")).otherwise(pl.lit("MISSING")),
    ),
    Line("times.called", local("created_at", W3C), "reported_at", pl.col("created_at")),
    *(
        Line(f"times.{name}", local(name, W3C), column, pl.col(name))
        for name, column in TIMES.items()
        if column != "received_at"  # T21
    ),
    Line("times.deadline", local(LIMITED, W3C)),
    Line(
        "answer.firstContact",
        local("operateTime", W3C),
        "first_contact_at",
        pl.col("operateTime"),
    ),
    Line("answer.at", local(ANSWERED, W3C), "answered_at", ANSWERED),
    Line(
        "answer.satisfaction.score",
        SATISFIED.replace_strict(SATISFACTION, return_dtype=pl.String),
        "satisfaction_code",
        SATISFIED,
    ),
    Line("order.unit.code", UNIT, "handling_org_id", ref("org", UNIT)),
    Line(None, None, "media_count", pl.lit(0)),
    Line("order.updatedAt", local("changed_at", W3C)),
    *derived_lines(pl.col("method"), None, LIMITED),
)
