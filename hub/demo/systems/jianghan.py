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

from hub.demo.days import Span, span_of, told_at
from hub.demo.ground.coordinates import as_bd09
from hub.demo.loopback import serve
from hub.demo.systems.base import (
    Line,
    Surroundings,
    as_sent,
    as_told,
    local,
    nested,
    pick,
    words,
)
from hub.demo.systems.defects import mark
from hub.demo.systems.own import (
    DUE,
    FIVE,
    TAIL,
    TIMES,
    UNIT,
    derived_lines,
    surrounded,
)
from hub.demo.systems.roster.lists import ref
from hub.demo.systems.serving import Refused, SignedKeys, instant, json_answer, refusal
from hub.demo.told.expected import Keyless, Told, hub_key, refused

PARTNER = "jianghan"
KEY, SECRET = "demo-jianghan-key", "demo-jianghan-secret"
MOST_ROWS = 500
TRAPS = {
    "T5": "refusals with HTTP 200",
    "T16": "已销号, a word that the value table does not know",
    "T26": "1900-01-01, 0000-00-00, 1970-01-01 08:00 and -- for times that are not",
    "T29": "cases that were handled before anybody took them",
    "T33": "points in BD-09",
    "T39": "category codes in full-width digits",
    "T50": "identity numbers of reporters",
    "T56": "cases that are the platform's too",
}
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
NAMES = {
    "operateTime": "accepted",
    "instTime": "registered",
    "dispatchTime": "dispatched",
    "disposeBeginTime": "received",
    "disposeEndTime": "handled",
    "checkTime": "checked",
    "archiveTime": "closed",
    "cancelTime": "cancelled",
}
# Ways to write that something has not happened (T26).
NEVER = ("", "1900-01-01 00:00:00", "0000-00-00 00:00:00", "1970-01-01 08:00:00", "--")
ORDER = "order"  # handled before it was received (T29): a warning, no more
IS_PUBLIC = pl.col("channel") == "WX"
IS_WIDE = pl.col("pick") % 7 == 3  # T39
REPORTER = pl.when(IS_PUBLIC).then(pl.lit("热心市民"))
PHONE = pl.when(IS_PUBLIC).then(pl.format("199{}", TAIL))
CONTENT = pl.format("{}发现{}", "street_name", "category_name")
ADDRESS = pl.format("江汉区{}{}号", "street_name", pl.col("pick") % 300 + 1)
HANDLED = pl.when((pl.col("defect") == ORDER).fill_null(value=False)).then(
    pl.col("disposeBeginTime") - pl.duration(minutes=10)
)


def wide(digits: pl.Expr) -> pl.Expr:
    """The same in full-width digits."""
    return digits.str.replace_many(list("0123456789"), list("０１２３４５６７８９"))


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
        .when(IS_WIDE)
        .then(wide(pl.col("category_code")))
        .otherwise("category_code"),
    ),
    Line("category.name", pl.col("category_name")),
    Line("place.address", ADDRESS, "address", ADDRESS),
    Line("place.lng", pl.col("lng"), "lon", pl.col("lon")),
    Line("place.lat", pl.col("north_lat"), "lat", pl.col("lat")),
    Line("place.street", pl.col("street_code"), "street_code", pl.col("street_code")),
    Line("times.reported", local("created_at"), "reported_at", pl.col("created_at")),
    *(
        Line(
            f"times.{NAMES[at]}",
            local(at).fill_null(pick(NEVER, 3 + shift)),
            column,
            pl.col(at),
        )
        for shift, (at, column) in enumerate(TIMES.items())
    ),
    Line("deadline", local(DUE)),
    Line("dept", UNIT, "handling_org_id", ref("org", UNIT)),
    Line("photos", pl.col("pick") % 4, "media_count", pl.col("pick") % 4),
    Line("operator", pl.lit("系统")),
    Line("updateTime", local("changed_at")),
    *derived_lines("POINT", "BD09"),
)


class Jianghan:
    """The simulated interface of the district."""

    partner = PARTNER

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._keys = SignedKeys(KEY, SECRET)
        self._shown = pl.DataFrame()
        self._made = mark(around.cases(PARTNER), (*RULES, ORDER))

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
        sound = known.filter(
            ~pl.col("defect").is_in(list(RULES)).fill_null(value=False)
        )
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
        known = self._made.known(told_at(day))
        lon, lat = as_bd09(known["lon"].to_numpy(), known["lat"].to_numpy())
        # Nothing that is not handled yet can have been handled too early.
        is_done = pl.col("disposeEndTime").is_not_null()
        early = pl.when(is_done).then(pl.coalesce(HANDLED, "disposeEndTime"))
        known = known.with_columns(lng=lon, north_lat=lat, disposeEndTime=early)
        on = pl.col("stamp").str
        return surrounded(known, self._around, "new").with_columns(
            case_id=pl.concat_str(pl.lit("JH"), "stamp", FIVE),
            case_no=pl.format("江汉〔{}〕{}-{}", on.head(4), on.tail(4), FIVE),
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
