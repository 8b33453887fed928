"""The platform's interface: eGova's case API over HTTP (dialect 1).

What lives here: listings, counts, details and the habits that make this API hard:
only create time can be filtered, and without a filter only the last thirty days
come; an error is an answer with HTTP 200; a closed case moves to the history the
day after; pages shift while they are read (traps T1, T2, T5, T6, T20). It tells
the state of the world at its own clock, which the driver sets. What does not: how
a case is spelt (`platform_rows`), carrying bytes (`loopback`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import orjson
import polars as pl
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.demo.days import FORM, ZONE, ZONE_NAME
from hub.demo.platform_rows import case_rows, trail_lines
from hub.demo.surroundings import Surroundings
from hub.demo.world import World

BASE = "/api/cgdbstat"
REACH = timedelta(days=30)
MOST_ROWS = 1000
CONDITIONS = frozenset({"createTimeBegin", "createTimeEnd", "ids"})
OVER = ("6", "7")


class Refused(ValueError):
    """The platform says no; the text is its message."""


@dataclass(frozen=True)
class Shown:
    """The world at one instant, in the two listings."""

    at: datetime
    live: pl.DataFrame
    history: pl.DataFrame


class Platform:
    """The simulated platform."""

    def __init__(self, world: World, around: Surroundings, *, token: str) -> None:
        """Know the world, but tell of none of it before the clock is set.

        Args:
            world: its cases.
            around: streets and categories.
            token: the bearer token that opens it; any other is expired.
        """
        self._world = world
        self._around = around
        self._token = token
        self._shown: Shown | None = None

    def set_clock(self, at: datetime) -> None:
        """Tell from now on how the city stood at an instant."""
        known = self._world.known(at).sort("created_at", "case_id")
        today = at.astimezone(ZONE).date()
        ended_on = pl.col("changed_at").dt.convert_time_zone(ZONE_NAME).dt.date()
        has_moved = pl.col("state").is_in(OVER) & (ended_on < today)
        self._shown = Shown(
            at=at, live=known.filter(~has_moved), history=known.filter(has_moved)
        )

    def app(self) -> Starlette:
        """The HTTP interface."""
        return Starlette(
            routes=[
                self._route("/records/page", lambda ask: self._page(ask, "live")),
                self._route("/hisrecords/page", lambda ask: self._page(ask, "history")),
                self._route("/records/count", lambda ask: self._count(ask, "live")),
                self._route(
                    "/hisrecords/count", lambda ask: self._count(ask, "history")
                ),
                Route(f"{BASE}/records/info", self._info, methods=["GET"]),
            ]
        )

    def _route(self, path: str, answer: Callable[[Any], bytes]) -> Route:
        async def respond(request: Request) -> Response:
            try:
                self._check_token(request)
                return self._answer(answer(_parsed(await request.body())))
            except Refused as refusal:
                return self._answer(_refusal(refusal))

        return Route(BASE + path, respond, methods=["POST"])

    async def _info(self, request: Request) -> Response:
        try:
            self._check_token(request)
            return self._answer(self._detail(request.query_params.get("id", "")))
        except Refused as refusal:
            return self._answer(_refusal(refusal))

    def _check_token(self, request: Request) -> None:
        given = request.headers.get("authorization")
        if given is None:
            raise Refused("未登录")
        if given != f"Bearer {self._token}":
            raise Refused("令牌无效或已过期")
        if self._shown is None:
            raise Refused("系统维护中")

    def _answer(self, body: bytes) -> Response:
        # The instant that is told of, not the one at which it is told.
        headers = {}
        if self._shown is not None:
            headers["Date"] = format_datetime(self._shown.at, usegmt=True)
        return Response(body, media_type="application/json", headers=headers)

    def _page(self, ask: Any, listing: str) -> bytes:
        rows = self._asked(ask, listing)
        paging = _table(ask, "paging")
        index = _whole(paging, "pageIndex", 1)
        size = _whole(paging, "pageSize", 10)
        if size > MOST_ROWS:
            raise Refused("pageSize 超限")
        start, total = (index - 1) * size, len(rows)
        if index > 1 and "ids" not in _table(ask, "condition"):
            # Somebody reports an older case while we read: everything moves down
            # by one, and the last row of the page before comes again (T6).
            start, total = start - 1, total + 1
        page = case_rows(rows.slice(start, size), self._around)
        return self._envelope(page.write_json().encode(), total)

    def _count(self, ask: Any, listing: str) -> bytes:
        total = len(self._asked(ask, listing))
        return self._envelope(str(total).encode(), total)

    def _asked(self, ask: Any, listing: str) -> pl.DataFrame:
        """The rows of a listing that a condition lets through."""
        assert self._shown is not None
        rows: pl.DataFrame = getattr(self._shown, listing)
        condition = _table(ask, "condition")
        unknown = sorted(condition.keys() - CONDITIONS)
        if unknown:
            raise Refused(f"未知的查询条件 {unknown[0]}")
        if "ids" in condition:
            return rows.filter(pl.col("case_id").is_in(_ids(condition["ids"])))
        begin = _instant(condition, "createTimeBegin")
        end = _instant(condition, "createTimeEnd")
        if begin is None and end is None:
            begin = self._shown.at - REACH
        created = pl.col("created_at")
        wanted = pl.lit(value=True)
        wanted = wanted & (created >= begin) if begin else wanted
        wanted = wanted & (created < end) if end else wanted
        return rows.filter(wanted)

    def _detail(self, key: str) -> bytes:
        """One case with its trail."""
        assert self._shown is not None
        case = self._world.case_of(key)
        if case is None or case.created_at >= self._shown.at:
            raise Refused("案件不存在")
        life = self._world.life_of(case.number, self._shown.at)
        trail = trail_lines(life, case.street)
        found = orjson.dumps({"id": key, "trail": trail, "attachments": []})
        return self._envelope(found, 1)

    def _envelope(self, result: bytes, total: int) -> bytes:
        assert self._shown is not None
        tag = self._shown.at.astimezone(ZONE).strftime(FORM)
        head = b'{"hasError":false,"message":null,"result":'
        return head + result + f',"tag":"{tag}","totalCount":{total}}}'.encode()


def _refusal(refusal: Refused) -> bytes:
    return orjson.dumps(
        {
            "hasError": True,
            "message": str(refusal),
            "result": None,
            "tag": None,
            "totalCount": 0,
        }
    )


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Refused("请求不是有效的 JSON") from None


def _table(ask: Any, name: str) -> dict[str, Any]:
    found = ask.get(name, {}) if isinstance(ask, dict) else None
    if not isinstance(found, dict):
        raise Refused(f"{name} 格式错误")
    return found


def _whole(paging: dict[str, Any], name: str, default: int) -> int:
    """A page number or size; names unknown to this endpoint are ignored (T3)."""
    value = paging.get(name, default)
    if not isinstance(value, int) or value < 1:
        raise Refused(f"{name} 格式错误")
    return value


def _ids(value: Any) -> list[str]:
    ids = value.split(",") if isinstance(value, str) else value
    if not isinstance(ids, list):
        raise Refused("ids 格式错误")
    return [str(one) for one in ids]


def _instant(condition: dict[str, Any], name: str) -> datetime | None:
    """A bound as naive local text, as this API wants it."""
    text = condition.get(name)
    if text is None:
        return None
    try:
        naive = datetime.strptime(text, FORM)  # noqa: DTZ007
    except (TypeError, ValueError):
        raise Refused(f"{name} 格式错误") from None
    return naive.replace(tzinfo=ZONE).astimezone(UTC)
