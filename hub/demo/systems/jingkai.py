"""武汉经开区's own case system: an API key, numbered pages, instants in odd clothes.

What lives here: one listing by change time. Instants are `/Date(…)/` or seconds in
texts, points are of a system that nobody can name, and some cases get a new change time
every evening though nothing has changed. What does not: what happens
(`hub.demo.ground.cases`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.demo.days import Span, span_of, told_at
from hub.demo.ground.coordinates import as_bd09
from hub.demo.loopback import serve
from hub.demo.systems.base import Line, Surroundings, as_sent, as_told, words
from hub.demo.systems.defects import mark
from hub.demo.systems.own import DUE, FIVE, TAIL, TIMES, UNIT, derived_lines, surrounded
from hub.demo.systems.roster.lists import ref
from hub.demo.systems.serving import Refused, json_answer
from hub.demo.told.expected import Keyless, Told, refused
from hub.demo.told.issues import derived

PARTNER = "jingkai"
KEY = "demo-jingkai-key"
MOST_ROWS = 200
STAMPED_EVERY = 8
TRAPS = {
    "T14": "a state in a gap of the list",
    "T22": "cases with a new change time every evening and nothing else new",
    "T25": "/Date(…)/ and seconds in texts; one in seconds where milliseconds are due",
    "T26": "/Date(-2209017600000)/, the year 1900, for what has not happened",
    "T33": "points of a system that nobody can name",
    "T47": "communities that are newer than every list",
}
RULES = {"state": "P06", "seconds": "P03"}
NEWER = "newer"
KINDS = (*RULES, NEWER)
STATES = {
    "DISCOVERED": "0",
    "ACCEPTED": "1",
    "REGISTERED": "2",
    "DISPATCHED": "3",
    "HANDLING": "5",
    "HANDLED": "6",
    "CHECKED": "7",
    "CLOSED": "8",
    "NOT_ACCEPTED": "-1",
    "CANCELLED": "-2",
}
SOURCES = {"LZZ": "ROAD", "XC": "GRID", "WX": "WECHAT", "SP": "CAMERA"}
NEVER = "/Date(-2209017600000)/"


def has(kind: str) -> pl.Expr:
    """Whether a case has that defect."""
    return pl.col("defect").eq_missing(kind)


def framed(column: str | pl.Expr) -> pl.Expr:
    """An instant as some frameworks write it, with the offset behind it."""
    instant = pl.col(column) if isinstance(column, str) else column
    return pl.format("/Date({}+0800)/", instant.dt.epoch("ms")).fill_null(NEVER)


STATE = words(pl.col("stage"), STATES)
CASE_NO = pl.format("WHJK-{}-{}", "stamp", FIVE)
IS_PUBLIC = pl.col("channel") == "WX"
NAME = pl.when(IS_PUBLIC).then(pl.lit("李女士"))
PHONE = pl.when(IS_PUBLIC).then(pl.format("199{}", TAIL))
COMMUNITY = (
    pl.when(has(NEWER))
    .then(pl.format("{}598", "street_code"))
    .otherwise("community_code")
)
# Without a point that can be trusted, the community's code says where it is.
METHOD = pl.when(has(NEWER)).then(pl.lit("NONE")).otherwise(pl.lit("CODE"))
DERIVED = derived(method=METHOD)

LINES = (
    Line("CaseID", pl.col("case_id")),
    Line("CaseNo", CASE_NO, "case_no", CASE_NO),
    Line(
        "Source",
        words(pl.col("channel"), SOURCES),
        "source_channel_code",
        pl.col("channel"),
    ),
    Line(
        "State",
        pl.when(has("state")).then(pl.lit("4")).otherwise(STATE),
        "source_stage_id",
        STATE,
    ),
    Line("Reporter", NAME, "reporter_name", NAME),
    Line("Phone", pl.format("+86 {}", PHONE), "reporter_phone", PHONE),
    Line(
        "Memo",
        pl.format("{}，请处理", "category_name"),
        "description",
        pl.format("{}，请处理", "category_name"),
    ),
    Line("Code", pl.col("category_code")),
    Line("CodeName", pl.col("category_name")),
    Line("Lng", pl.col("east"), "lon", pl.col("east").cast(pl.Float64)),
    Line("Lat", pl.col("north"), "lat", pl.col("north").cast(pl.Float64)),
    Line(None, None, "coord_sys_code", pl.lit("UNKNOWN")),
    Line(None, None, "coord_quality_code", pl.lit("UNSURE")),
    Line("District", pl.col("district_code")),
    Line("Street", pl.col("street_code"), "street_code", pl.col("street_code")),
    Line("Community", COMMUNITY, "community_code", COMMUNITY),
    Line(
        "ReportTime",
        pl.when(has("seconds"))
        .then(pl.col("created_at").dt.epoch("s").cast(pl.String))
        .otherwise(framed("created_at")),
        "reported_at",
        pl.col("created_at"),
    ),
    *(Line(name, framed(name), column, pl.col(name)) for name, column in TIMES.items()),
    Line("Deadline", framed(DUE)),
    Line("Dept", UNIT, "handling_org_id", ref("org", UNIT)),
    Line("Files", pl.col("pick") % 3, "media_count", pl.col("pick") % 3),
    Line("Stamp", pl.col("changed_at").dt.epoch("s").cast(pl.String)),
    *(line for line in derived_lines("CODE", None) if line.column not in DERIVED),
    *(Line(None, None, name, told) for name, told in DERIVED.items()),
)


class Jingkai:
    """The simulated interface of the zone."""

    partner = PARTNER

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._shown = pl.DataFrame()
        self._made = mark(around.cases(PARTNER), KINDS)

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Listen on the loopback."""
        del folder
        app = Starlette(routes=[Route("/api/Case/List", self._list, methods=["GET"])])
        return {
            "HUB_DEMO_JINGKAI_URL": opening.enter_context(serve(app)),
            "HUB_DEMO_JINGKAI_KEY": KEY,
        }

    def deliver(self, day: int) -> None:
        """Tell from now on how the zone stood at the end of a day."""
        known = self._known(day)
        self._shown = known.select("changed_at").with_columns(as_sent(known, LINES))

    def window(self, day: int) -> Span | None:
        """The span of the day."""
        return span_of(day)

    def told(self) -> Iterable[Told]:
        """Its cases after all days."""
        known = self._known(self._around.days)
        sound = known.filter(
            ~pl.col("defect").is_in(list(RULES)).fill_null(value=False)
        )
        told = as_told(sound, pl.col("case_id"), LINES)
        yield Told("issue", PARTNER, [told], refused(known, "case_id", RULES))

    def keyless(self) -> Iterable[Keyless]:
        """Every row has its key."""
        return ()

    def _known(self, day: int) -> pl.DataFrame:
        """Cases with everything that a line may name, by their change time."""
        until = told_at(day)
        stamped = pl.col("pick") % STAMPED_EVERY == 0
        evening = pl.lit(until) - pl.duration(minutes=5)
        known = self._made.known(until).with_columns(
            changed_at=pl.when(stamped)
            .then(pl.max_horizontal("changed_at", evening))
            .otherwise("changed_at")
        )
        east, north = as_bd09(known["lon"].to_numpy(), known["lat"].to_numpy())
        placed = known.with_columns(east=east, north=north)
        return surrounded(placed, self._around, "new").with_columns(
            case_id=pl.concat_str(pl.lit("JK"), "stamp", FIVE)
        )

    async def _list(self, request: Request) -> Response:
        if request.headers.get("x-api-key") != KEY:
            return json_answer('{"status":"401","message":"密钥无效"}', 401)
        try:
            return self._page(dict(request.query_params))
        except Refused as no:
            return json_answer(f'{{"status":"{no.code}","message":"{no}"}}')

    def _page(self, asked: dict[str, str]) -> Response:
        names = ("from", "to", "pageNo", "pageSize")
        given = [asked.get(name, "") for name in names]
        if not all(one.isdecimal() for one in given) or int(given[3]) > MOST_ROWS:
            raise Refused(400, "参数错误")
        since, until, number, size = map(int, given)
        changed = pl.col("changed_at")
        rows = self._shown.filter(
            (changed >= datetime.fromtimestamp(since, UTC))
            & (changed < datetime.fromtimestamp(until, UTC))
        )
        page = rows.slice((number - 1) * size, size).drop("changed_at")
        data = f'{{"items":{page.write_json()},"total":{len(rows)}}}'
        return json_answer(f'{{"status":"200","message":"","result":{data}}}')
