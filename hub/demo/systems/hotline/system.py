"""The hotlines' interface: orders as they stand, page by page.

What lives here: what an evening shows, the interface, the truth, the step that only
states show. What does not: what an order says (`lines`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import orjson
import polars as pl
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.demo.days import Span, midnight, span_of, told_at
from hub.demo.ground.coordinates import degrees_text
from hub.demo.loopback import serve
from hub.demo.systems.base import Surroundings, as_sent, as_told, nested
from hub.demo.systems.defects import mark
from hub.demo.systems.hotline.lines import (
    FAULT,
    HAS_CODE,
    HAS_POINT,
    LINES,
    STATUS,
    UNTIMED,
)
from hub.demo.systems.own import FIVE, mended_later, surrounded
from hub.demo.systems.serving import Refused, Token, json_answer
from hub.demo.told.expected import Keyless, Told, hub_key, refused
from hub.demo.told.issues import waits_for_areas

PARTNER = "hotline"
TOKEN = "demo-hotline-token"  # noqa: S105 - of a simulated system
MOST_ROWS = 500
URGED_HOURS = 32  # after the midnight before a report: eight o'clock on the next day
TRAPS = {
    "T3": "pages are called pageNo here; another name is ignored",
    "T12": "case numbers that begin anew every day",
    "T16": "办毕, a word that the value table does not know; corrected next day",
    "T21": "only the latest state; being handled has no time; texts sent again",
    "T35": "orders without a point",
    "T50": "identity numbers of callers",
    "T56": "one problem by hotline, snapshot app and patrol",
    "T60": "orders without a deadline",
    "T65": "智能外呼, a channel that no table knows",
}
RULES = {"channel": "P06", "state_once": "P06"}


class Hotline:
    """The simulated interface of the hotlines."""

    partner = PARTNER

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._token = Token(TOKEN)
        self._shown = pl.DataFrame()
        self._made = mark(around.cases(PARTNER), RULES)

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Listen on the loopback."""
        del folder
        app = Starlette(routes=[Route("/v3/orders", self._orders, methods=["GET"])])
        return {
            "HUB_DEMO_HOTLINE_URL": opening.enter_context(serve(app)),
            "HUB_DEMO_HOTLINE_TOKEN": TOKEN,
        }

    def deliver(self, day: int) -> None:
        """Tell from now on how the orders stood at the end of a day."""
        known = self._known(day)
        rows = nested(as_sent(known, LINES))
        self._shown = known.select("changed_at").with_columns(rows)

    def window(self, day: int) -> Span | None:
        """The span of the day."""
        return span_of(day)

    def told(self) -> Iterable[Told]:
        """Orders after all days, and the steps that only their states show."""
        known = self._known(self._around.days)
        yield Told(
            "issue",
            PARTNER,
            [as_told(known.filter(FAULT.is_null()), pl.col("case_id"), LINES)],
            refused(known, "case_id", RULES),
        )
        yield Told("issue_event", PARTNER, [self._inferred()])

    def keyless(self) -> Iterable[Keyless]:
        """Every order has its key."""
        return ()

    def _inferred(self) -> pl.DataFrame:
        """One step per order: first seen in an evening to be handled (T21)."""
        evenings = [
            self._known(day)
            .filter((pl.col("stage") == UNTIMED) & FAULT.is_null())
            .select("case_id", "changed_at")
            for day in range(1, self._around.days + 1)
        ]
        first = pl.concat(evenings).group_by("case_id").agg(pl.col("changed_at").min())
        stamp = pl.col("changed_at").dt.strftime("%Y-%m-%dT%H:%M:%S.000000Z")
        return first.select(
            source_id=pl.format(f"{{}}#{STATUS[UNTIMED]}@{{}}", "case_id", stamp),
            issue_id=hub_key("issue", PARTNER, pl.col("case_id")),
            event_seq=pl.lit(1),
            action_code=pl.lit("ACCEPT"),
            stage_code=pl.lit(UNTIMED),
            happened_at="changed_at",
            is_inferred=pl.lit(value=True),
        )

    def _known(self, day: int) -> pl.DataFrame:
        """Orders with everything that a line may name."""
        at = told_at(day)
        known = _urged(mended_later(self._made.known(at), at, ["state_once"]), at)
        known = known.with_columns(
            east=degrees_text(known["lon"].to_numpy()),
            northern=degrees_text(known["lat"].to_numpy()),
        )
        return surrounded(known, self._around, "new").with_columns(
            case_id=pl.concat_str(pl.lit("HL"), "stamp", FIVE),
            method=pl.when(waits_for_areas(self._around.days))
            .then(pl.lit("NONE"))
            .when(HAS_POINT)
            .then(pl.lit("POINT"))
            .when(HAS_CODE)
            .then(pl.lit("CODE"))
            .otherwise(pl.lit("NONE")),
        )

    async def _orders(self, request: Request) -> Response:
        try:
            self._token.check(request)
            return json_answer(self._listing(dict(request.query_params)))
        except Refused as no:
            return json_answer(orjson.dumps({"errcode": no.code, "errmsg": str(no)}))

    def _listing(self, asked: Mapping[str, str]) -> str:
        since, until = _instant(asked, "updatedFrom"), _instant(asked, "updatedTo")
        # Whoever calls the page by another name gets the first one, again and again.
        number, size = asked.get("pageNo", "1"), asked.get("pageSize", "20")
        if not (number.isdecimal() and size.isdecimal()) or int(size) > MOST_ROWS:
            raise Refused(40001, "分页参数错误")
        changed = pl.col("changed_at")
        rows = self._shown.filter((changed >= since) & (changed < until))
        page = rows.slice((int(number) - 1) * int(size), int(size)).drop("changed_at")
        orders = f'{{"list":{page.write_json()},"total":{len(rows)}}}'
        return f'{{"errcode":0,"errmsg":"ok","data":{{"orders":{orders}}}}}'


def _urged(known: pl.DataFrame, at: datetime) -> pl.DataFrame:
    """Orders that were open on the morning after are told again, with another text."""
    morning = pl.lit(midnight(1)) + pl.duration(
        days=pl.col("day") - 1, hours=URGED_HOURS
    )
    open_then = pl.min_horizontal("archiveTime", "cancelTime").fill_null(at) >= morning
    is_urged = (morning < at) & open_then & (pl.col("pick") % 3 == 0)
    changed = pl.max_horizontal("changed_at", morning)
    return known.with_columns(
        is_urged=is_urged,
        changed_at=pl.when(is_urged).then(changed).otherwise("changed_at"),
    )


def _instant(asked: Mapping[str, str], name: str) -> datetime:
    try:
        bound = datetime.fromisoformat(asked[name])
    except (KeyError, ValueError):
        raise Refused(40001, f"{name} 缺失或格式错误") from None
    if bound.tzinfo is None:
        raise Refused(40001, f"{name} 没有时区")
    return bound
