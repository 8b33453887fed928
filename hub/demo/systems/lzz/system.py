"""The road chiefs' system: who signs in gets a token that does not last.

What lives here: the interface with its sign-in, the state of an evening, the truth.
Chiefs handle what they find within minutes (T57), patrol once a day, and look
again at cases of the platform. What does not: what the lists say (`lists`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

import orjson
import polars as pl
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.demo.days import INSTANT, ZONE_NAME, Span, day_of, midnight, span_of, told_at
from hub.demo.ground.attempts import platform_id
from hub.demo.ground.coordinates import degrees_text
from hub.demo.ground.patrols import patrols
from hub.demo.ground.rechecks import rechecks
from hub.demo.loopback import serve
from hub.demo.systems.base import Surroundings, as_sent, as_told
from hub.demo.systems.defects import mark
from hub.demo.systems.lzz.lists import CASES, PATROLS, RECHECKS, RULES
from hub.demo.systems.serving import Refused, json_answer, refusal
from hub.demo.told.expected import Keyless, Told, refused
from hub.demo.told.issues import listed, placed, waits_for_areas, with_chief

PARTNER = "lzz"
USER, WORD = "hub", "demo-lzz-word"
TOKEN_SECONDS, TOKEN_USES = 7200, 30  # it says the one and keeps to the other
MOST_ROWS = 1000
WEATHER_FROM = 3
TOLD_LATE = 9  # o'clock on the next day
TRAPS = {
    "T8": "the total of a page of re-checks is the page's own count",
    "T16": "state 8, which nobody has told us",
    "T22": "rows that changed within the last hour before come again",
    "T25": "milliseconds everywhere, and seconds in a few cases",
    "T26": "0 for instants that are not",
    "T40": "signs beyond three bytes in descriptions",
    "T42": "opinions with replacement signs",
    "T57": "found, handled and closed within minutes by one person",
    "T67": "a field that nobody announced, from the third day on",
}


class Lzz:
    """The simulated system."""

    partner = PARTNER

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._made = mark(around.cases(PARTNER), RULES)
        self._shown: dict[str, pl.DataFrame] = {}
        self._token = ""
        self._uses = 0
        self._tokens = 0

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Listen on the loopback."""
        del folder
        feeds = ("case", "patrol", "recheck")
        app = Starlette(
            routes=[
                Route("/auth/login", self._login, methods=["POST"]),
                *(Route(f"/api/{name}/list", self._list) for name in feeds),
            ]
        )
        return {
            "HUB_DEMO_LZZ_URL": opening.enter_context(serve(app)),
            "HUB_DEMO_LZZ_USER": USER,
            "HUB_DEMO_LZZ_PASSWORD": WORD,
        }

    def deliver(self, day: int) -> None:
        """Tell from now on how everything stood at the end of a day."""
        told = (
            ("case", self._cases(day), CASES),
            ("patrol", self._patrols(day), PATROLS),
            ("recheck", self._rechecks(day), RECHECKS),
        )
        self._shown = {
            name: as_sent(known.sort("changed_at"), lines)
            for name, known, lines in told
        }
        if day >= WEATHER_FROM:  # T67
            weather = pl.lit("晴").alias("weather")
            self._shown["patrol"] = self._shown["patrol"].with_columns(weather)
        self._uses = 0  # whoever signed in on another day does so again

    def window(self, day: int) -> Span | None:
        """The span of the day."""
        return span_of(day)

    def told(self) -> Iterable[Told]:
        """Its cases, patrols and re-checks after all days."""
        last = self._around.days
        known = self._cases(last)
        sound = known.filter(pl.col("defect").is_null())
        yield Told(
            "issue",
            PARTNER,
            [as_told(sound, pl.col("case_id"), CASES)],
            refused(known, "case_id", RULES),
        )
        done = self._patrols(last)
        yield Told("patrol", PARTNER, [as_told(done, pl.col("patrol"), PATROLS)])
        seen = self._rechecks(last)
        yield Told("review", PARTNER, [as_told(seen, pl.col("recheck"), RECHECKS)])

    def keyless(self) -> Iterable[Keyless]:
        """Every row has its key."""
        return ()

    def _cases(self, day: int) -> pl.DataFrame:
        """Cases with everything that a line may name."""
        around = self._around
        known = self._made.known(told_at(day)).sort("case")
        stamp = pl.lit(day_of(1)) + pl.duration(days=pl.col("day") - 1)
        nth = pl.col("nth").cast(pl.String).str.zfill(5)
        number = pl.concat_str(stamp.dt.strftime("%Y%m%d"), nth)
        return with_chief(
            listed(placed(known, around.plan), "new"), around.people
        ).with_columns(
            lng=degrees_text(known["lon"].to_numpy()),
            north_lat=degrees_text(known["lat"].to_numpy()),
            case_id=pl.format("LZ{}", number),
            case_no=pl.format("路长{}", number),
            method=pl.when(waits_for_areas(around.days))
            .then(pl.lit("NONE"))
            .when(pl.col("pick") % 2 == 0)
            .then(pl.lit("SOURCE"))
            .otherwise(pl.lit("POINT")),
        )

    @cached_property
    def _duty(self) -> pl.DataFrame:
        """Every patrol with its final outcome, and when that is told."""
        around = self._around
        made = patrols(around.happenings.seed, around.plan, around.people, around.days)
        on = pl.lit(day_of(1)) + pl.duration(days=pl.col("day") - 1)
        start = pl.lit(midnight(1), dtype=INSTANT) + pl.duration(days=pl.col("day") - 1)
        ended = pl.col("started_at") + pl.duration(minutes=pl.col("minutes") + 3)
        told = pl.coalesce(ended, start + pl.duration(hours=20))
        next_day = start + pl.duration(days=1, hours=TOLD_LATE)
        return made.with_columns(
            on=on,
            planned_at=start + pl.duration(hours=6),
            changed_at=pl.when("is_late").then(next_day).otherwise(told),
        )

    def _patrols(self, day: int) -> pl.DataFrame:
        """Patrols as they stand on an evening; those told late are still planned."""
        known = self._duty.filter(pl.col("day") <= day)
        is_open = pl.col("changed_at") >= told_at(day)
        results = ("started_at", "minutes", "checkpoints", "inside", "shops", "track")
        return known.with_columns(
            *(pl.when(~is_open).then(pl.col(name)).alias(name) for name in results),
            status=pl.when(is_open).then(pl.lit("PLANNED")).otherwise("status"),
            changed_at=pl.when(is_open).then("planned_at").otherwise("changed_at"),
        )

    def _rechecks(self, day: int) -> pl.DataFrame:
        """Re-checks that were done before an evening."""
        around = self._around
        seen = rechecks(around.happenings.platform).filter(pl.col("at") < told_at(day))
        local = pl.col("at").dt.convert_time_zone(ZONE_NAME).dt.date()
        named = seen.select(
            "place",
            "pick",
            "attempt",
            "at",
            "result",
            city_id=platform_id(),
            day=(local - pl.lit(day_of(1))).dt.total_days() + 1,
        )
        return with_chief(named, around.people).with_columns(
            recheck=pl.format("FH{}", "city_id"), changed_at="at"
        )

    async def _login(self, request: Request) -> Response:
        given = orjson.loads(await request.body())
        if (given.get("username"), given.get("password")) != (USER, WORD):
            return refusal(Refused(403, "用户名或密码错误"))
        self._tokens += 1
        self._token, self._uses = f"lzz-{self._tokens:06}", TOKEN_USES
        data = {"token": self._token, "expiresIn": TOKEN_SECONDS}
        return json_answer(orjson.dumps({"code": 200, "msg": "ok", "data": data}))

    async def _list(self, request: Request) -> Response:
        try:
            self._check(request)
            return self._page(request.url.path.split("/")[2], request.query_params)
        except Refused as no:
            return refusal(no)

    def _check(self, request: Request) -> None:
        given = request.headers.get("authorization")
        if given != f"Bearer {self._token}" or not self._uses:
            raise Refused(401, "登录已失效，请重新登录")
        self._uses -= 1

    def _page(self, name: str, asked: Mapping[str, str]) -> Response:
        texts = [asked.get(key, "") for key in ("from", "to", "pageNum", "pageSize")]
        if not all(text.isdecimal() for text in texts) or int(texts[3]) > MOST_ROWS:
            raise Refused(400, "参数错误")
        since, until, number, size = map(int, texts)
        changed = pl.col("updateTs")
        rows = self._shown[name].filter((changed >= since) & (changed < until))
        page = rows.slice((number - 1) * size, size)
        total = len(page) if name == "recheck" else len(rows)  # T8
        data = f'{{"total":{total},"rows":{page.write_json()}}}'
        return json_answer(f'{{"code":200,"msg":"ok","data":{data}}}')
