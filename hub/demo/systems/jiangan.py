"""江岸区's own case system: a token, cursors, and numbers for everything.

What lives here: one listing by change time in which identifiers, states, category
codes and instants are bare numbers, points are GCJ-02, and missing instants are 0. Some
of its cases are the platform's once more, named by the platform's key (trap T56).
What does not: what happens (`hub.demo.ground.cases`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

import polars as pl
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.demo.days import Span, span_of, told_at
from hub.demo.ground.coordinates import as_gcj02
from hub.demo.loopback import serve
from hub.demo.systems.base import Line, Surroundings, as_sent, as_told, words
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
    voided_later,
)
from hub.demo.systems.roster.lists import ref
from hub.demo.systems.serving import Refused, Token, epoch_span, json_answer, page_of
from hub.demo.told.expected import Keyless, Told, hub_key, refused

PARTNER = "jiangan"
TOKEN = "demo-jiangan-token"  # noqa: S105 - of a simulated system
MOST_ROWS = 500
TRAPS = {
    "T7": "identifiers as numbers of 19 digits, one in exponent form, one missing; "
    "category codes that have lost their zero",
    "T14": "a state that the value table does not know; one is corrected next day",
    "T17": "cases that are voided a day later, some of them closed",
    "T25": "instants as milliseconds since 1970",
    "T26": "0 for an instant that is not",
    "T33": "points in GCJ-02",
    "T56": "cases that are the platform's too",
}
RULES = {"exponent": "P08", "state": "P06", "state_once": "P06"}
KEYLESS, VOIDED = "keyless", "voided"
KINDS = (*RULES, KEYLESS, VOIDED)
UNKNOWN_STATE = 35
STATES = {
    "DISCOVERED": "10",
    "ACCEPTED": "20",
    "REGISTERED": "30",
    "DISPATCHED": "40",
    "HANDLING": "50",
    "HANDLED": "60",
    "CHECKED": "70",
    "CLOSED": "80",
    "CANCELLED": "90",
    "NOT_ACCEPTED": "90",
    "NOT_REGISTERED": "90",
}
SOURCES = {"LZZ": "1", "XC": "2", "WX": "3", "SP": "4"}
FAULT = pl.col("defect")
STATE = words(pl.col("stage"), STATES)
IS_ODD = FAULT.is_in(["state", "state_once"]).fill_null(value=False)
IS_PUBLIC = pl.col("channel") == "WX"
PHONE = pl.when(IS_PUBLIC).then(pl.format("199{}", TAIL))
CONTENT = pl.format("{}：{}", "community_name", "category_name")
ADDRESS = pl.format("{}{}", "district_name", "street_name")
CASE_NO = pl.format("江岸城管{}-{}", "stamp", FIVE)


def number(text: pl.Expr) -> pl.Expr:
    """Digits that are sent without quotation marks, see `_bare`."""
    return pl.format("#{}", text)


def epoch(column: str | pl.Expr) -> pl.Expr:
    """Milliseconds since 1970; 0 for what has not happened."""  # T25, T26
    instant = pl.col(column) if isinstance(column, str) else column
    return instant.dt.epoch("ms").fill_null(0)


LINES = (
    Line(
        "id",
        pl.when(FAULT == "exponent")
        .then(number(pl.format("4.20102{}E+18", "stamp")))
        .when(FAULT == KEYLESS)
        .then(pl.lit(None))
        .otherwise(number(pl.col("case_id"))),
    ),
    Line("no", CASE_NO, "case_no", CASE_NO),
    Line(
        "cityId",
        number(pl.col("city_id")),
        "duplicate_of_id",
        hub_key("issue", "platform", pl.col("city_id")),
    ),
    Line(
        "source",
        words(pl.col("channel"), SOURCES).cast(pl.Int64),
        "source_channel_code",
        pl.col("channel"),
    ),
    Line(
        "state",
        pl.when(IS_ODD).then(pl.lit(UNKNOWN_STATE)).otherwise(STATE.cast(pl.Int64)),
        "source_stage_id",
        STATE,
    ),
    Line("content", CONTENT, "description", CONTENT),
    Line("phone", PHONE.cast(pl.Int64), "reporter_phone", PHONE),
    Line("type", pl.lit(2)),
    # A leading zero is lost: 6010 for 06010 (T7).
    Line("category", pl.col("category_code").cast(pl.Int64)),
    Line("categoryName", pl.col("category_name")),
    Line("address", ADDRESS, "address", ADDRESS),
    Line("lng", number(pl.col("east")), "lon", pl.col("lon")),
    Line("lat", number(pl.col("north_lat")), "lat", pl.col("lat")),
    Line(
        "street",
        pl.col("street_code").cast(pl.Int64),
        "street_code",
        pl.col("street_code"),
    ),
    Line("reported", epoch("created_at"), "reported_at", pl.col("created_at")),
    *(Line(name, epoch(name), column, pl.col(name)) for name, column in TIMES.items()),
    Line("deadline", epoch(DUE)),
    Line("dept", UNIT, "handling_org_id", ref("org", UNIT)),
    Line("pictures", pl.col("pick") % 3, "media_count", pl.col("pick") % 3),
    Line("updated", epoch("changed_at")),
    *derived_lines("POINT", "GCJ02"),
)


class Jiangan:
    """The simulated interface of the district."""

    partner = PARTNER

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._token = Token(TOKEN)
        self._shown = pl.DataFrame()
        self._made = mark(around.cases(PARTNER), KINDS)

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Listen on the loopback."""
        del folder
        app = Starlette(routes=[Route("/api/cases", self._cases, methods=["GET"])])
        return {
            "HUB_DEMO_JIANGAN_URL": opening.enter_context(serve(app)),
            "HUB_DEMO_JIANGAN_TOKEN": TOKEN,
        }

    def deliver(self, day: int) -> None:
        """Tell from now on how the district stood at the end of a day."""
        known = self._known(day)
        rows = as_sent(known, LINES)
        self._shown = known.select("changed_at").with_columns(rows)

    def window(self, day: int) -> Span | None:
        """The span of the day."""
        return span_of(day)

    def told(self) -> Iterable[Told]:
        """Its cases after all days."""
        known = self._known(self._around.days)
        sound = known.filter(FAULT.is_null() | (FAULT == VOIDED))
        ruined = pl.format("4.20102{}E+18", "stamp")
        keyed = known.with_columns(
            case_id=pl.when(FAULT == "exponent").then(ruined).otherwise("case_id")
        )
        yield Told(
            "issue",
            PARTNER,
            [as_told(sound, pl.col("case_id"), LINES)],
            refused(keyed, "case_id", RULES),
        )

    def keyless(self) -> Iterable[Keyless]:
        """Every state in which a case without a number was told."""
        told = [
            self._known(day).filter(FAULT == KEYLESS).select("case", "changed_at")
            for day in range(1, self._around.days + 1)
        ]
        yield Keyless(PARTNER, "cases", {"P07": len(pl.concat(told).unique())})

    def _known(self, day: int) -> pl.DataFrame:
        """Cases with everything that a line may name."""
        at = told_at(day)
        known = mended_later(self._made.known(at), at, ["state_once"])
        known = voided_later(known, at, VOIDED)
        lon, lat = as_gcj02(known["lon"].to_numpy(), known["lat"].to_numpy())
        known = known.with_columns(east=lon, north_lat=lat)
        return surrounded(known, self._around, "new").with_columns(
            case_id=pl.concat_str(pl.lit("420102"), "stamp", FIVE)
        )

    async def _cases(self, request: Request) -> Response:
        asked = dict(request.query_params)
        try:
            self._token.check(request)
            since, until = epoch_span(asked, "since", "until")
            changed = pl.col("changed_at")
            rows = self._shown.filter((changed >= since) & (changed < until))
            page, rest = page_of(rows, asked.get("cursor"), asked["size"], MOST_ROWS)
        except Refused as no:
            return json_answer(f'{{"status":"{no.code}","msg":"{no}"}}')
        found = _bare(page.drop("changed_at").write_json())
        more = "null" if rest is None else f'"{rest}"'
        result = f'{{"rows":{found},"next":{more},"count":{len(rows)}}}'
        return json_answer(f'{{"status":"200","msg":"ok","result":{result}}}')


def _bare(text: str) -> str:
    """Texts that begin with # become bare numbers."""
    return re.sub(r'"#([0-9.E+]+)"', r"\1", text)
