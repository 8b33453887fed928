"""武昌区's own case system: a SOAP service of another age.

What lives here: XML in the CDATA of a `<return>`, in GBK, which one day is declared
as UTF-8; times in four spellings, control characters in texts, points of a system that
nobody can name. What does not: what happens (`hub.demo.ground.cases`), envelopes
(`soap`).
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

import polars as pl
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.demo.days import ZONE_NAME, Span, span_of, told_at
from hub.demo.ground.coordinates import degrees_text
from hub.demo.loopback import serve
from hub.demo.systems.base import Line, Surroundings, as_sent, as_told, local, words
from hub.demo.systems.defects import mark
from hub.demo.systems.own import (
    DUE,
    FIVE,
    TAIL,
    TIMES,
    UNIT,
    derived_lines,
    mended_later,
    surrounded,
)
from hub.demo.systems.roster.lists import ref
from hub.demo.systems.serving import Refused, instant
from hub.demo.systems.soap import answer, asked_for, fault, rows_as_elements
from hub.demo.told.expected import Keyless, Told, refused

PARTNER = "wuchang"
USER, PASSWORD = "hub", "demo-wuchang-password"
MOST_ROWS = 500
WRONG_DAY = 2  # its answers are declared as UTF-8 and are not
TRAPS = {
    "T5": "a bad code in an answer with HTTP 200",
    "T16": "归档, a word that the value table does not know",
    "T19": "forced closes",
    "T26": "无 for times that are not; one where a report must have its time",
    "T27": "2026年6月29日15时30分00秒, 下午03:30:00, full-width digits",
    "T29": "reports of a year a thousand years from now",
    "T33": "points of a system that nobody has declared",
    "T38": "GBK, once declared as UTF-8",
    "T43": "control characters in texts",
}
RULES = {"status": "P06", "created": "P01", "future": "K14"}
ONCE = {"created_once": "P01"}  # corrected on the evening after
KINDS = (*RULES, *ONCE)
FAULT = pl.col("defect")
STATUS = {
    "DISCOVERED": "待受理",
    "ACCEPTED": "待立案",
    "REGISTERED": "待派遣",
    "DISPATCHED": "待签收",
    "HANDLING": "处置中",
    "HANDLED": "待核查",
    "CHECKED": "待结案",
    "CLOSED": "结案",
    "NOT_ACCEPTED": "作废",
    "CANCELLED": "作废",
}
SOURCES = {"LZZ": "路长", "XC": "网格员", "WX": "扫码上报", "SP": "视频巡检"}
STATE = words(pl.col("stage"), STATUS)
IS_FORCED = pl.col("pick") % 8 == 3
CLOSED = pl.col("archiveTime").is_not_null()
IS_PUBLIC = pl.col("channel") == "WX"
NAME = pl.when(IS_PUBLIC).then(pl.lit("扫码群众"))
PHONE = pl.when(IS_PUBLIC).then(pl.format("199{}", TAIL))
CONTENT = pl.format("{}<{}>，请处置", "street_name", "category_name")
ADDRESS = pl.format("武昌区{}{}号", "community_name", pl.col("pick") % 200 + 1)
CASE_NO = pl.format("武城管字{}{}", "stamp", FIVE)


def spelt(column: str, shift: int) -> pl.Expr:
    """An instant in one of four spellings, 无 where there is none (T26, T27)."""
    at = pl.col(column).dt.convert_time_zone(ZONE_NAME)
    plain = local(column)
    wide = plain.str.replace_many(list("0123456789:"), list("０１２３４５６７８９："))
    half = pl.when(at.dt.hour() < 12).then(pl.lit("上午")).otherwise(pl.lit("下午"))
    said = pl.concat_str(
        at.dt.strftime("%Y年%m月%d日 "), half, at.dt.strftime("%I:%M:%S")
    )
    signs = at.dt.strftime("%Y年%-m月%-d日%H时%M分%S秒")
    which = (pl.col("pick") // shift) % 4
    return (
        pl.when(which == 0)
        .then(plain)
        .when(which == 1)
        .then(wide)
        .when(which == 2)
        .then(said)
        .otherwise(signs)
        .fill_null("无")
    )


REPORTED = (
    pl.when(FAULT.is_in(["created", "created_once"]))
    .then(pl.lit("无"))
    .when(FAULT == "future")
    .then(local(pl.col("created_at").dt.offset_by("1000y")))
    .otherwise(spelt("created_at", 3))
)

LINES = (
    Line("id", pl.col("case_id")),
    Line("no", CASE_NO, "case_no", CASE_NO),
    Line(
        "source",
        words(pl.col("channel"), SOURCES),
        "source_channel_code",
        pl.col("channel"),
    ),
    Line(None, None, "source_channel_name", words(pl.col("channel"), SOURCES)),
    Line(
        "state",
        pl.when(FAULT == "status").then(pl.lit("归档")).otherwise(STATE),
        "source_stage_id",
        STATE,
    ),
    Line(None, None, "source_stage_name", STATE),
    # A sign of another age in the middle of a text (T43).
    Line("desc", CONTENT.str.replace("，", "\x0b，"), "description", CONTENT),
    Line("reporter", NAME, "reporter_name", NAME),
    Line("phone", PHONE, "reporter_phone", PHONE),
    Line("code", pl.col("category_code")),
    Line("codeName", pl.col("category_name")),
    Line("address", ADDRESS, "address", ADDRESS),
    Line("x", pl.col("east"), "lon", pl.col("lon")),
    Line("y", pl.col("north_lat"), "lat", pl.col("lat")),
    Line(None, None, "coord_sys_code", pl.lit("UNKNOWN")),
    Line(None, None, "coord_quality_code", pl.lit("UNSURE")),
    Line(
        "community",
        pl.col("community_code"),
        "community_code",
        pl.col("community_code"),
    ),
    Line(None, None, "street_code", pl.col("street_code")),
    Line("reported", REPORTED, "reported_at", pl.col("created_at")),
    *(
        Line(name, spelt(name, 5 + shift), column, pl.col(name))
        for shift, (name, column) in enumerate(TIMES.items())
    ),
    Line("deadline", DUE.pipe(local)),
    Line(
        "closeType",
        pl.when(CLOSED & IS_FORCED)
        .then(pl.lit("强制结案"))
        .when(CLOSED)
        .then(pl.lit("正常结案")),
        "close_type_code",
        pl.when(CLOSED & IS_FORCED)
        .then(pl.lit("FORCED"))
        .when(CLOSED)
        .then(pl.lit("NORMAL")),
    ),
    Line("unit", UNIT, "handling_org_id", ref("org", UNIT)),
    Line("photos", pl.col("pick") % 3, "media_count", pl.col("pick") % 3),
    Line("updated", local("changed_at")),
    *derived_lines("CODE", None),
)


class Wuchang:
    """The simulated service of the district."""

    partner = PARTNER

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._shown = pl.DataFrame()
        self._declared = "GBK"
        self._made = mark(around.cases(PARTNER), KINDS)

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Listen on the loopback."""
        del folder
        at = "/services/CaseService"
        app = Starlette(routes=[Route(at, self._answer, methods=["POST"])])
        return {
            "HUB_DEMO_WUCHANG_URL": opening.enter_context(serve(app)),
            "HUB_DEMO_WUCHANG_USER": USER,
            "HUB_DEMO_WUCHANG_PASSWORD": PASSWORD,
        }

    def deliver(self, day: int) -> None:
        """Tell from now on how the district stood at the end of a day."""
        known = self._known(day)
        self._shown = known.select("changed_at").with_columns(as_sent(known, LINES))
        self._declared = "UTF-8" if day == WRONG_DAY else "GBK"

    def window(self, day: int) -> Span | None:
        """The span of the day."""
        return span_of(day)

    def told(self) -> Iterable[Told]:
        """Its cases after all days."""
        known = self._known(self._around.days)
        yield Told(
            "issue",
            PARTNER,
            [as_told(known.filter(FAULT.is_null()), pl.col("case_id"), LINES)],
            refused(known, "case_id", RULES | ONCE),
        )

    def keyless(self) -> Iterable[Keyless]:
        """Every row has its key."""
        return ()

    def _known(self, day: int) -> pl.DataFrame:
        """Cases with everything that a line may name."""
        at = told_at(day)
        known = mended_later(self._made.known(at), at, list(ONCE))
        known = known.with_columns(
            east=degrees_text(known["lon"].to_numpy()),
            north_lat=degrees_text(known["lat"].to_numpy()),
        )
        return surrounded(known, self._around, "new").with_columns(
            case_id=pl.concat_str(pl.lit("WC"), "stamp", FIVE)
        )

    async def _answer(self, request: Request) -> Response:
        pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Basic {pair}".encode()):
            return fault("用户名或密码错误")
        asked = asked_for(await request.body())
        try:
            return self._told(self._listing(asked))
        except Refused as no:
            return self._told(f"<code>{no.code}</code><message>{no}</message>")

    def _listing(self, asked: Mapping[str, str]) -> str:
        """Code, total and the rows of one page.

        Raises:
            Refused: bounds or pages are missing.
        """
        since, until = instant(asked, "from"), instant(asked, "to")
        number, size = asked.get("pageNo", ""), asked.get("pageSize", "")
        if not (number.isdecimal() and size.isdecimal()) or int(size) > MOST_ROWS:
            raise Refused(40001, "分页参数错误")
        changed = pl.col("changed_at")
        rows = self._shown.filter((changed >= since) & (changed < until))
        page = rows.slice((int(number) - 1) * int(size), int(size)).drop("changed_at")
        cases = rows_as_elements(page, "case", attributes=["id"])
        return f"<code>0</code><total>{len(rows)}</total><cases>{cases}</cases>"

    def _told(self, content: str) -> Response:
        head = f'<?xml version="1.0" encoding="{self._declared}"?>'
        text = f"{head}<Result>{content}</Result>"
        return answer("getCases", text, encoding="gb18030", declared=self._declared)
