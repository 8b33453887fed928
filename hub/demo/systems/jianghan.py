"""江汉区's own case system: signed requests, cursors, `{code, msg, data}`.

What lives here: one listing by change time, nested objects, BD-09 points, words for
states (dialect 4); some of its cases are the platform's once more (trap T56). What
does not: what happens (`hub.demo.ground.cases`), carrying and signing (`serving`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

import polars as pl
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.demo.days import Span, day_of, span_of, told_at
from hub.demo.ground.coordinates import as_bd09
from hub.demo.loopback import serve
from hub.demo.systems.base import (
    Line,
    Surroundings,
    as_sent,
    as_told,
    local,
    nested,
    words,
)
from hub.demo.systems.defects import mark
from hub.demo.systems.roster.lists import ref
from hub.demo.systems.serving import Refused, SignedKeys, instant, json_answer, refusal
from hub.demo.told.expected import Keyless, Told, hub_key, refused
from hub.demo.told.issues import derived, listed, placed, with_chief

PARTNER = "jianghan"
KEY, SECRET = "demo-jianghan-key", "demo-jianghan-secret"
MOST_ROWS = 500
# Defects of a day's cases, one each, and the rule that each must meet.
RULES = {
    "category": "F07",  # 06031 is a gap in the list
    "status": "P06",  # a word that the value table does not know (T16)
}
STATUS = {
    "DISCOVERED": "待受理",
    "ACCEPTED": "已受理",
    "REGISTERED": "已立案",
    "DISPATCHED": "待处置",
    "HANDLING": "处置中",
    "HANDLED": "待核查",
    "CHECKED": "核查通过",
    "CLOSED": "已办结",
    "NOT_ACCEPTED": "作废",
    "CANCELLED": "作废",
}
SOURCES = {"LZZ": "路长巡查", "XC": "网格员上报", "WX": "微信公众号", "SP": "视频智能"}
TIMES = {
    "accepted": ("operateTime", "accepted_at"),
    "registered": ("instTime", "registered_at"),
    "dispatched": ("dispatchTime", "dispatched_at"),
    "received": ("disposeBeginTime", "received_at"),
    "handled": ("disposeEndTime", "handled_at"),
    "checked": ("checkTime", "checked_at"),
    "closed": ("archiveTime", "closed_at"),
    "cancelled": ("cancelTime", "cancelled_at"),
}
IS_PUBLIC = pl.col("channel") == "WX"
TAIL = (pl.col("pick") % 100_000_000).cast(pl.String).str.zfill(8)
REPORTER = pl.when(IS_PUBLIC).then(pl.lit("热心市民"))
PHONE = pl.when(IS_PUBLIC).then(pl.format("199{}", TAIL))
CONTENT = pl.format("{}发现{}", "street_name", "category_name")
ADDRESS = pl.format("江汉区{}{}号", "street_name", pl.col("pick") % 300 + 1)
DUE = pl.col("dispatchTime").dt.offset_by("2d")
UNIT = pl.format("S{}", "street_code")

LINES = (
    Line("caseId", pl.col("case_id")),
    Line("caseNo", pl.col("case_no"), "case_no", pl.col("case_no")),
    Line(
        "cityCaseNo",
        pl.col("city_no"),
        "duplicate_of_id",
        hub_key("issue", "platform", pl.col("city_id")),
    ),
    Line(
        "source",
        words(pl.col("channel"), SOURCES),
        "source_channel_code",
        pl.col("channel"),
    ),
    Line(None, None, "source_channel_name", words(pl.col("channel"), SOURCES)),
    Line(
        "status",
        pl.when(pl.col("defect") == "status")
        .then(pl.lit("已销号"))
        .otherwise(words(pl.col("stage"), STATUS)),
        "source_stage_id",
        words(pl.col("stage"), STATUS),
    ),
    Line(None, None, "source_stage_name", words(pl.col("stage"), STATUS)),
    Line("content", CONTENT, "description", CONTENT),
    Line("reporter.name", REPORTER, "reporter_name", REPORTER),
    Line("reporter.phone", PHONE, "reporter_phone", PHONE),
    # No such number is ever given out: it names the month 00. It is cut (T50).
    Line(
        "reporter.idCard",
        pl.when(IS_PUBLIC).then(pl.format("42010319000000{}", TAIL.str.tail(4))),
    ),
    Line("category.kind", pl.lit("事项")),
    Line(
        "category.code",
        pl.when(pl.col("defect") == "category")
        .then(pl.lit("06031"))
        .otherwise("category_code"),
    ),
    Line("category.name", pl.col("category_name")),
    Line("place.address", ADDRESS, "address", ADDRESS),
    Line("place.lng", pl.col("lng"), "lon", pl.col("lon")),
    Line("place.lat", pl.col("north_lat"), "lat", pl.col("lat")),
    Line("place.street", pl.col("street_code"), "street_code", pl.col("street_code")),
    Line(None, None, "district_code", pl.col("district_code")),
    Line("times.reported", local("created_at"), "reported_at", pl.col("created_at")),
    *(
        Line(f"times.{name}", local(at).fill_null(""), column, pl.col(at))
        for name, (at, column) in TIMES.items()
    ),
    Line("deadline", local(DUE), "source_deadline_at", DUE),
    Line(None, None, "deadline_at", DUE),
    Line(
        None,
        None,
        "deadline_source_code",
        pl.when(DUE.is_not_null()).then(pl.lit("SOURCE")).otherwise(pl.lit("NONE")),
    ),
    Line("dept", UNIT, "handling_org_id", ref("org", UNIT)),
    Line("photos", pl.col("pick") % 4, "media_count", pl.col("pick") % 4),
    Line("operator", pl.lit("系统")),
    Line("updateTime", local("changed_at")),
    Line(None, None, "coord_sys_code", pl.lit("BD09")),
    Line(None, None, "coord_quality_code", pl.lit("CONVERTED")),
    *(
        Line(None, None, name, told)
        for name, told in derived(method=pl.lit("POINT")).items()
    ),
)


class Jianghan:
    """The simulated interface of the district."""

    partner = PARTNER

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._keys = SignedKeys(KEY, SECRET)
        self._shown = pl.DataFrame()
        self._made = mark(around.cases(PARTNER), RULES)

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Listen on the loopback."""
        del folder
        app = Starlette(routes=[Route("/open/v2/cases", self._cases, methods=["GET"])])
        return {
            "HUB_DEMO_JIANGHAN_URL": opening.enter_context(serve(app)),
            "HUB_DEMO_JIANGHAN_KEY": KEY,
            "HUB_DEMO_JIANGHAN_SECRET": SECRET,
        }

    def deliver(self, day: int) -> None:
        """Tell from now on how the district stood at the end of a day."""
        known = self._known(day)
        rows = nested(as_sent(known, LINES))
        self._shown = known.select("changed_at").with_columns(rows)

    def window(self, day: int) -> Span | None:
        """The span of the day."""
        return span_of(day)

    def told(self) -> Iterable[Told]:
        """Its cases after all days."""
        known = self._known(self._around.days)
        sound = known.filter(pl.col("defect").is_null())
        yield Told(
            "issue",
            PARTNER,
            [as_told(sound, pl.col("case_id"), LINES)],
            refused(known, "case_id", RULES),
        )

    def keyless(self) -> Iterable[Keyless]:
        """Every row has its key."""
        return ()

    def _known(self, day: int) -> pl.DataFrame:
        """Cases with everything that a line may name."""
        known = self._made.known(told_at(day)).sort("changed_at", "case")
        lon, lat = as_bd09(known["lon"].to_numpy(), known["lat"].to_numpy())
        on = day_of(1)
        nth = pl.col("nth").cast(pl.String).str.zfill(5)
        stamp = pl.lit(on) + pl.duration(days=pl.col("day") - 1)
        twin_on = pl.lit(on) + pl.duration(days=pl.col("twin_day") - 1)
        twin = pl.col("twin_nth").cast(pl.String)
        return with_chief(
            listed(placed(known, self._around.plan), "new"), self._around.people
        ).with_columns(
            lng=lon,
            north_lat=lat,
            case_id=pl.concat_str(pl.lit("JH"), stamp.dt.strftime("%Y%m%d"), nth),
            case_no=pl.concat_str(
                pl.lit("江汉〔"), stamp.dt.strftime("%Y〕%m%d-"), nth
            ),
            city_no=pl.concat_str(twin_on.dt.strftime("%y%m%d"), twin.str.zfill(5)),
            city_id=pl.concat_str(
                pl.lit("4201"), twin_on.dt.strftime("%y%m%d"), twin.str.zfill(8)
            ),
        )

    async def _cases(self, request: Request) -> Response:
        try:
            self._keys.check(request)
            return self._listing(dict(request.query_params))
        except Refused as no:
            return refusal(no)

    def _listing(self, asked: dict[str, str]) -> Response:
        since, until = instant(asked, "updatedFrom"), instant(asked, "updatedTo")
        limit, start = asked.get("limit", "100"), asked.get("cursor", "0")
        if not (limit.isdecimal() and start.isdecimal()) or int(limit) > MOST_ROWS:
            raise Refused(40001, "分页参数错误")
        changed = pl.col("changed_at")
        rows = self._shown.filter((changed >= since) & (changed < until))
        behind = int(start) + int(limit)
        page = rows.slice(int(start), int(limit)).drop("changed_at")
        rest = f'"{behind}"' if behind < len(rows) else "null"
        data = f'{{"list":{page.write_json()},"next":{rest},"total":{len(rows)}}}'
        return json_answer(f'{{"code":0,"msg":"success","data":{data}}}')
