"""新洲区's gateway: signed calls, and everything of yesterday once more.

What lives here: results of the platform's cases behind requests signed with MD5 in
upper-case hex over milliseconds, pages by offset, instants as `/Date(…)/`. What was
told on one day is told again on the next with a new change time and nothing else new
(trap T22). What does not: which attempts there are (`hub.demo.ground.attempts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
import polars as pl
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.demo.days import ZONE_NAME, Span, span_of, told_at
from hub.demo.loopback import serve
from hub.demo.systems.base import (
    Line,
    Surroundings,
    as_sent,
    as_told,
    nested,
    pick,
    words,
)
from hub.demo.systems.own import mended_later
from hub.demo.systems.results import (
    HELPER,
    IS_DONE,
    TAIL,
    UNIT_CODE,
    has,
    marked_attempts,
    sound,
)
from hub.demo.systems.roster.lists import ref
from hub.demo.systems.serving import Refused, SignedKeys, instant, json_answer, page_of
from hub.demo.told.expected import Keyless, Told, hub_key, refused

PARTNER, UNIT = "xinzhou", "AU-420117"
KEY, SECRET = "demo-xinzhou-key", "demo-xinzhou-secret"
MOST_ROWS = 200
AGAIN_HOURS, TWICE_EVERY = 32, 5
TRAPS = {
    "T5": "success: false with HTTP 200",
    "T6": "rows that come twice in one listing, on one page or two",
    "T22": "everything once more on the next day, unchanged but for its change time",
    "T25": "instants as /Date(1782662400000)/",
    "T26": "无 for a unit, corrected on the next day",
    "T65": "没收, a measure that no table knows",
}
RULES = {"measure": "P06", "unit": "P01"}
MEASURES = {
    "PERSUADE": "10",
    "RECTIFY": "20",
    "CLEAR": "30",
    "FINE": "40",
}
FINE = pl.when(IS_DONE & (pl.col("measure") == "FINE")).then(
    pl.format("{}.50", pl.col("pick") % 9 * 50 + 50)
)
PAPER = pl.when(FINE.is_not_null()).then(pl.format("新城罚字{}号", TAIL))
OPINION = pl.when(IS_DONE).then(
    pl.format("{}：{}", "community_name", pick(("已整改", "已清理", "已恢复"), 5))
)
PHOTOS = pl.when(IS_DONE).then(pl.col("pick") % 3 + 1).otherwise(0)
RESULT_ID = pl.format("XZ-{}-{}", "case_id", "attempt")


def dated(column: str) -> pl.Expr:
    """An instant as a vendor's library writes it (T25)."""
    return pl.format("/Date({})/", pl.col(column).dt.epoch("ms"))


LINES = (
    Line("id", RESULT_ID),
    Line(
        "case.recId",
        pl.col("case_id"),
        "issue_id",
        hub_key("issue", "platform", pl.col("case_id")),
    ),
    Line("case.round", pl.col("attempt"), "attempt_seq", pl.col("attempt")),
    Line(
        "unit.code",
        pl.when(has("unit")).then(pl.lit("无")).otherwise(UNIT_CODE),
        "org_id",
        ref("org", UNIT_CODE),
    ),
    Line("unit.worker", HELPER, "handler_person_id", ref("person", HELPER)),
    Line("beginAt", dated("begin"), "started_at", pl.col("begin")),
    Line("endAt", dated("end"), "finished_at", pl.col("end")),
    Line(
        "measure",
        pl.when(has("measure"))
        .then(pl.lit("没收"))
        .otherwise(words(pl.col("measure"), MEASURES)),
        "measure_code",
        pl.col("measure"),
    ),
    Line("text", OPINION, "opinion", OPINION),
    Line("fine", FINE, "penalty_yuan", FINE.cast(pl.Decimal(18, 3))),
    Line("paper", PAPER, "document_no", PAPER),
    Line("pictures", PHOTOS, "media_count", PHOTOS),
    Line("updateTime", dated("changed_at")),
)


class Xinzhou:
    """The simulated gateway of the district."""

    partner = PARTNER

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._keys = SignedKeys(
            KEY, SECRET, algorithm="md5", milliseconds=True, upper=True
        )
        self._shown = pl.DataFrame()

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Listen on the loopback."""
        del folder
        at = "/gateway/results/query"
        app = Starlette(routes=[Route(at, self._results, methods=["POST"])])
        return {
            "HUB_DEMO_XINZHOU_URL": opening.enter_context(serve(app)),
            "HUB_DEMO_XINZHOU_KEY": KEY,
            "HUB_DEMO_XINZHOU_SECRET": SECRET,
        }

    def deliver(self, day: int) -> None:
        """Tell from now on how the district stood at the end of a day."""
        known = self._known(day)
        midnight = (
            pl.col("changed_at").dt.convert_time_zone(ZONE_NAME).dt.truncate("1d")
        )
        again = known.with_columns(
            changed_at=(midnight + pl.duration(hours=AGAIN_HOURS)).dt.convert_time_zone(
                "UTC"
            )
        ).filter(pl.col("changed_at") < told_at(day))
        twice = known.filter(pl.col("pick") % TWICE_EVERY == 1)  # T6
        rows = pl.concat([known, again, twice]).sort("changed_at", "case", "attempt")
        told = nested(as_sent(rows, LINES))
        self._shown = rows.select("changed_at").with_columns(told)

    def window(self, day: int) -> Span | None:
        """The span of the day."""
        return span_of(day)

    def told(self) -> Iterable[Told]:
        """Results after all days."""
        known = self._known(self._around.days).with_columns(result_id=RESULT_ID)
        yield Told(
            "handling",
            PARTNER,
            [as_told(sound(known, RULES), RESULT_ID, LINES)],
            refused(known, "result_id", RULES),
        )

    def keyless(self) -> Iterable[Keyless]:
        """Every result has its key."""
        return ()

    @cached_property
    def _attempts(self) -> pl.DataFrame:
        made = marked_attempts(self._around.happenings, UNIT, list(RULES))
        return made.with_columns(measure=pick(list(MEASURES), 17))

    def _known(self, day: int) -> pl.DataFrame:
        """Attempts as they stand on an evening."""
        at = told_at(day)
        end = pl.when(pl.col("end") < at).then("end")
        begun = self._attempts.filter(pl.col("begin") < at).with_columns(end=end)
        changed = begun.with_columns(changed_at=pl.coalesce("end", "begin"))
        return mended_later(changed, at, ["unit"])

    async def _results(self, request: Request) -> Response:
        try:
            asked = _fields(await request.body())
            self._keys.check(request, asked)
            return json_answer(self._listing({k: str(v) for k, v in asked.items()}))
        except Refused as no:
            told = {"success": False, "code": no.code, "message": str(no)}
            return json_answer(orjson.dumps({"resultInfo": told}))

    def _listing(self, asked: Mapping[str, str]) -> str:
        since, until = _bounds(asked)
        changed = pl.col("changed_at")
        rows = self._shown.filter((changed >= since) & (changed < until))
        page, _ = page_of(rows, asked.get("offset"), asked.get("limit", ""), MOST_ROWS)
        items = page.drop("changed_at").write_json()
        data = f'{{"total":{len(rows)},"items":{items}}}'
        return f'{{"resultInfo":{{"success":true,"code":0}},"resultData":{data}}}'


def _bounds(asked: Mapping[str, str]) -> tuple[datetime, datetime]:
    return instant(asked, "beginTime"), instant(asked, "endTime")


def _fields(body: bytes) -> dict[str, Any]:
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Refused(400, "请求体不是JSON") from None
    if not isinstance(read, dict):
        raise Refused(400, "请求体不是对象")
    return read
