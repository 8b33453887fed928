"""东西湖区's own case system: a sign-in, tokens that end, offsets and pages cut short.

What lives here: one listing by change time, newest first. Rows move on by one between
pages, a page holds fewer rows than were asked for, its `totalCount` is its own count,
and a token is good for a few requests only, so that it ends within a listing. Points
are written as surveyors do, X to the north. What does not: what happens
(`hub.demo.ground.cases`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

import orjson
import polars as pl
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.demo.days import Span, span_of, told_at
from hub.demo.ground.coordinates import degrees_text
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
from hub.demo.systems.own import DUE, FIVE, TIMES, UNIT, derived_lines, surrounded
from hub.demo.systems.roster.lists import ref
from hub.demo.systems.serving import Refused, instant, json_answer, refusal
from hub.demo.told.expected import Keyless, Told, refused

PARTNER = "dongxihu"
USER, PASSWORD = "hub", "demo-dongxihu-password"
GOOD_FOR = 3  # requests of one token
LEAST_ROWS, MOST_PAGES = 8, 40
TRAPS = {
    "T5": "refusals with HTTP 200, for a token that has ended",
    "T6": "rows that move on by one between pages",
    "T8": "totalCount is the count of the page",
    "T9": "the 30th of February",
    "T16": "已销案, a word for a state that no table knows",
    "T27": "times with a zone",
    "T29": "checks that lie before the handling",
    "T36": "X to the north and Y to the east",
    "T50": "passwords of the operators",
}
RULES = {"status": "P06", "date": "P03", "category": "F07"}
ORDER = "order"
KINDS = (*RULES, ORDER)
STATUS = {
    "DISCOVERED": "新建",
    "ACCEPTED": "受理",
    "REGISTERED": "立案",
    "DISPATCHED": "派单",
    "HANDLING": "处理",
    "HANDLED": "待核",
    "CHECKED": "核查",
    "CLOSED": "归档",
    "NOT_ACCEPTED": "不受理",
    "CANCELLED": "作废",
}
SOURCES = {"LZZ": "A01", "XC": "A02", "WX": "B01", "SP": "C01"}
ZONED = "%Y-%m-%dT%H:%M:%S+08:00"


def has(kind: str) -> pl.Expr:
    """Whether a case has that defect."""
    return pl.col("defect").eq_missing(kind)


STATE = words(pl.col("stage"), STATUS)
CASE_NO = pl.format("DXH{}{}", "stamp", FIVE)
ID = pl.format("{}-{}", pl.lit("420112"), CASE_NO)
CHECKED = (
    pl.when(has(ORDER) & pl.col("checkTime").is_not_null())
    .then(pl.col("disposeEndTime").dt.offset_by("-1h"))
    .otherwise("checkTime")
)
AT = {"operateTime": "accept", "instTime": "register", "dispatchTime": "dispatch"}
AT |= {"disposeBeginTime": "receive", "disposeEndTime": "finish"}
AT |= {"archiveTime": "archive", "cancelTime": "cancel"}

LINES = (
    Line("id", ID),
    Line("caseNo", CASE_NO, "case_no", CASE_NO),
    Line(
        "channel",
        words(pl.col("channel"), SOURCES),
        "source_channel_code",
        pl.col("channel"),
    ),
    Line(
        "state",
        pl.when(has("status")).then(pl.lit("已销案")).otherwise(STATE),
        "source_stage_id",
        STATE,
    ),
    Line(None, None, "source_stage_name", STATE),
    Line(
        "title",
        pl.format("{}：{}", "major_name", "category_name"),
        "description",
        pl.format("{}：{}", "major_name", "category_name"),
    ),
    Line(
        "classCode",
        pl.when(has("category")).then(pl.lit("06031")).otherwise("category_code"),
    ),
    Line("className", pl.col("category_name")),
    Line("x", pl.col("north"), "lat", pl.col("lat")),  # T36
    Line("y", pl.col("east"), "lon", pl.col("lon")),
    Line("street", pl.col("street_code"), "street_code", pl.col("street_code")),
    Line(
        "community",
        pl.col("community_code"),
        "community_code",
        pl.col("community_code"),
    ),
    Line(
        "time.report",
        pl.when(has("date"))
        .then(pl.lit("2026-02-30T08:00:00+08:00"))  # T9
        .otherwise(local("created_at", ZONED)),
        "reported_at",
        pl.col("created_at"),
    ),
    *(
        Line(f"time.{name}", local(at, ZONED), TIMES[at], pl.col(at))
        for at, name in AT.items()
    ),
    Line("time.check", local(CHECKED, ZONED), "checked_at", CHECKED),
    Line("time.due", local(DUE, ZONED)),
    Line("dept", UNIT, "handling_org_id", ref("org", UNIT)),
    Line("photos", pl.col("pick") % 5, "media_count", pl.col("pick") % 5),
    Line("operator.name", pl.lit("值班员")),
    Line("operator.password", pl.lit("123456")),  # T50
    Line("modified", local("changed_at", ZONED)),
    *derived_lines("CODE", "CGCS2000"),
)


class Dongxihu:
    """The simulated interface of the district."""

    partner = PARTNER

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._shown = pl.DataFrame()
        self._made = mark(around.cases(PARTNER), KINDS)
        self._tokens = 0
        self._left = 0

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Listen on the loopback."""
        del folder
        app = Starlette(
            routes=[
                Route("/auth/login", self._login, methods=["POST"]),
                Route("/case/query", self._query, methods=["GET"]),
            ]
        )
        return {
            "HUB_DEMO_DONGXIHU_URL": opening.enter_context(serve(app)),
            "HUB_DEMO_DONGXIHU_USER": USER,
            "HUB_DEMO_DONGXIHU_PASSWORD": PASSWORD,
        }

    def deliver(self, day: int) -> None:
        """Tell from now on how the district stood at the end of a day."""
        known = self._known(day).reverse()
        rows = nested(as_sent(known, LINES))
        self._shown = known.select("changed_at").with_columns(rows)

    def window(self, day: int) -> Span | None:
        """The span of the day."""
        return span_of(day)

    def told(self) -> Iterable[Told]:
        """Its cases after all days."""
        known = self._known(self._around.days).with_columns(id=ID)
        sound = known.filter(
            ~pl.col("defect").is_in(list(RULES)).fill_null(value=False)
        )
        yield Told(
            "issue", PARTNER, [as_told(sound, ID, LINES)], refused(known, "id", RULES)
        )

    def keyless(self) -> Iterable[Keyless]:
        """Every row has its key."""
        return ()

    def _known(self, day: int) -> pl.DataFrame:
        """Cases with everything that a line may name, by their last change."""
        known = self._made.known(told_at(day))
        east, north = (
            degrees_text(known["lon"].to_numpy()),
            degrees_text(known["lat"].to_numpy()),
        )
        placed = known.with_columns(east=east, north=north)
        return surrounded(placed, self._around, "new")

    async def _login(self, request: Request) -> Response:
        given = orjson.loads(await request.body())
        if given != {"userName": USER, "passWord": PASSWORD}:
            return refusal(Refused(1001, "用户名或密码错误"))
        self._tokens += 1
        self._left = GOOD_FOR
        data = {"accessToken": self._token, "expiresIn": 7200}
        return json_answer(orjson.dumps({"code": 0, "msg": "ok", "data": data}))

    @property
    def _token(self) -> str:
        return f"demo-dongxihu-{self._tokens}"

    async def _query(self, request: Request) -> Response:
        try:
            if request.headers.get("x-access-token") != self._token or not self._left:
                raise Refused(1002, "令牌已失效")
            self._left -= 1
            return self._listing(dict(request.query_params))
        except Refused as no:
            return refusal(no)

    def _listing(self, asked: dict[str, str]) -> Response:
        since, until = instant(asked, "beginTime"), instant(asked, "endTime")
        start, limit = asked.get("start", "0"), asked.get("limit", "20")
        if not (start.isdecimal() and limit.isdecimal()):
            raise Refused(1003, "分页参数错误")
        changed = pl.col("changed_at")
        rows = self._shown.filter((changed >= since) & (changed < until))
        most = min(int(limit), max(LEAST_ROWS, -(-len(rows) // MOST_PAGES)))
        # Between two pages a newer row has come, and all others have moved on (T6).
        page = rows.slice(max(0, int(start) - 1), most).drop("changed_at")
        data = f'{{"rows":{page.write_json()},"totalCount":{len(page)}}}'
        return json_answer(f'{{"code":0,"msg":"ok","data":{data}}}')
