"""The platform's HTTP interface: eGova's listings and their habits (dialect 1).

What lives here: listings, counts and details; only create time can be filtered, and
without a filter only the last thirty days come (T1, T2); unknown paging names are
ignored (T3); an error is an answer with HTTP 200 (T5); pages shift while they are
read (T6); one evening a listing breaks off (T11). What does not: a case (`lists`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import orjson
import polars as pl
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.demo.days import FORM, ZONE, midnight, told_at
from hub.demo.systems.base import as_sent
from hub.demo.systems.platform.lists import LINES
from hub.demo.systems.serving import json_answer

BASE = "/api/cgdbstat"
REACH = timedelta(days=30)
MOST_ROWS = 1000
LOST = 5  # rows that a listing which breaks off does not give
BUSY = "数据库连接超时，请稍后重试"
CONDITIONS = frozenset({"createTimeBegin", "createTimeEnd", "ids"})
OVER = ("6", "7")


class No(ValueError):
    """The platform says no; the text is its message."""


class Interface:
    """The simulated interface; it tells how the city stood on one evening."""

    def __init__(self, token: str, trail_of: Callable[[str], str]):
        """Tell of nothing yet.

        Args:
            token: opens it; any other is expired.
            trail_of: the steps of a case by its key, as JSON, for details.
        """
        self._token = token
        self._trail_of = trail_of
        self._at: datetime | None = None
        self._known = pl.DataFrame()
        self._shown: dict[str, pl.DataFrame] = {}
        self._hiccups = 0
        self._breaks_off = False

    def show(
        self, known: pl.DataFrame, day: int, *, hiccups: int, breaks_off: bool
    ) -> None:
        """Tell from now on how the cases stood on an evening.

        Args:
            known: the cases, oldest first.
            day: which evening.
            hiccups: requests that are answered with an error first.
            breaks_off: whether the next listing gives fewer rows than it declares.
        """
        self._at = told_at(day)
        # A closed case is found in the history from the day after on (T20).
        moved = pl.col("state").is_in(OVER) & (pl.col("changed_at") < midnight(day))
        # Numbers of rows, not rows: a page is picked from what is there once.
        numbered = known.select("created_at", "case_id", row=pl.row_index(), over=moved)
        self._known = known
        self._shown = {
            "live": numbered.filter(~pl.col("over")).drop("over"),
            "history": numbered.filter("over").drop("over"),
        }
        self._hiccups, self._breaks_off = hiccups, breaks_off

    def app(self) -> Starlette:
        """The HTTP application."""
        pages = {"records": "live", "hisrecords": "history"}
        listings = [
            self._route(f"/{path}/{verb}", self._answering(verb, listing))
            for path, listing in pages.items()
            for verb in ("page", "count")
        ]
        info = Route(f"{BASE}/records/info", self._info, methods=["GET"])
        return Starlette(routes=[*listings, info])

    def _answering(self, verb: str, listing: str) -> Callable[[Any], bytes]:
        if verb == "count":
            return lambda ask: self._count(ask, listing)
        return lambda ask: self._page(ask, listing)

    def _route(self, path: str, answer: Callable[[Any], bytes]) -> Route:
        async def respond(request: Request) -> Response:
            try:
                self._check(request)
                return self._answer(answer(_parsed(await request.body())))
            except No as no:
                return self._answer(_refusal(no))

        return Route(BASE + path, respond, methods=["POST"])

    async def _info(self, request: Request) -> Response:
        try:
            self._check(request)
            return self._answer(self._detail(request.query_params.get("id", "")))
        except No as no:
            return self._answer(_refusal(no))

    def _check(self, request: Request) -> None:
        given = request.headers.get("authorization")
        if given is None:
            raise No("未登录")
        if given != f"Bearer {self._token}":
            raise No("令牌无效或已过期")
        if self._at is None:
            raise No("系统维护中")
        if self._hiccups:
            self._hiccups -= 1
            raise No(BUSY)

    def _answer(self, body: bytes) -> Response:
        answer = json_answer(body)
        if self._at is not None:
            # The instant that is told of, not the one at which it is told.
            answer.headers["Date"] = format_datetime(self._at, usegmt=True)
        return answer

    def _page(self, ask: Any, listing: str) -> bytes:
        rows = self._asked(ask, listing)["row"]
        paging = _table(ask, "paging")
        index, size = _whole(paging, "pageIndex", 1), _whole(paging, "pageSize", 10)
        if size > MOST_ROWS:
            raise No("pageSize 超限")
        start, total = (index - 1) * size, len(rows)
        by_key = "ids" in _table(ask, "condition")
        if self._breaks_off and total > LOST and not by_key:
            rows = rows.head(total - LOST)
            self._breaks_off = start < len(rows)
        elif index > 1 and not by_key:
            # Somebody reports an older case while we read: everything moves down
            # by one, and the last row of the page before comes again (T6).
            start, total = start - 1, total + 1
        page = as_sent(self._known[rows.slice(start, size)], LINES)
        return self._envelope(page.write_json().encode(), total)

    def _count(self, ask: Any, listing: str) -> bytes:
        total = len(self._asked(ask, listing))
        return self._envelope(str(total).encode(), total)

    def _asked(self, ask: Any, listing: str) -> pl.DataFrame:
        """What a condition lets through of a listing: created_at, case_id, row."""
        assert self._at is not None
        rows = self._shown[listing]
        condition = _table(ask, "condition")
        unknown = sorted(condition.keys() - CONDITIONS)
        if unknown:
            raise No(f"未知的查询条件 {unknown[0]}")
        if "ids" in condition:
            return rows.filter(pl.col("case_id").is_in(_ids(condition["ids"])))
        begin = _instant(condition, "createTimeBegin")
        end = _instant(condition, "createTimeEnd")
        if begin is None and end is None:
            begin = self._at - REACH
        created = rows["created_at"]
        first = created.search_sorted(begin, "left") if begin else 0
        until = created.search_sorted(end, "left") if end else len(rows)
        return rows.slice(first, max(until - first, 0))

    def _detail(self, key: str) -> bytes:
        """One case with its trail."""
        listed = pl.concat(self._shown.values()).filter(pl.col("case_id") == key)
        if not len(listed):
            raise No("案件不存在")
        trail = self._trail_of(key)
        found = f'{{"id":"{key}","trail":{trail},"attachments":[]}}'
        return self._envelope(found.encode(), 1)

    def _envelope(self, result: bytes, total: int) -> bytes:
        assert self._at is not None
        tag = self._at.astimezone(ZONE).strftime(FORM)
        head = b'{"hasError":false,"message":null,"result":'
        return head + result + f',"tag":"{tag}","totalCount":{total}}}'.encode()


def _refusal(no: No) -> bytes:
    told = {"hasError": True, "message": str(no), "result": None}
    return orjson.dumps({**told, "tag": None, "totalCount": 0})


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise No("请求不是有效的 JSON") from None


def _table(ask: Any, name: str) -> dict[str, Any]:
    found = ask.get(name, {}) if isinstance(ask, dict) else None
    if not isinstance(found, dict):
        raise No(f"{name} 格式错误")
    return found


def _whole(paging: dict[str, Any], name: str, default: int) -> int:
    """A page number or size; names unknown to this endpoint are ignored (T3)."""
    value = paging.get(name, default)
    if not isinstance(value, int) or value < 1:
        raise No(f"{name} 格式错误")
    return value


def _ids(value: Any) -> list[str]:
    ids = value.split(",") if isinstance(value, str) else value
    if not isinstance(ids, list):
        raise No("ids 格式错误")
    return [str(one) for one in ids]


def _instant(condition: dict[str, Any], name: str) -> datetime | None:
    """A bound as naive local text, as this interface wants it."""
    text = condition.get(name)
    if text is None:
        return None
    try:
        naive = datetime.strptime(text, FORM)  # noqa: DTZ007
    except (TypeError, ValueError):
        raise No(f"{name} 格式错误") from None
    return naive.replace(tzinfo=ZONE).astimezone(UTC)
