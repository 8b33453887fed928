"""The platform as a whole: where it listens, an evening, and its truth.

What lives here: the system and its traps. A case's trail comes from the database beside
the interface: one detail request per case would take longer than the night. What does
not: cases (`known`, `lists`), steps (`trail`), HTTP (`interface`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import polars as pl

from hub.demo.days import Span, span_of, told_at
from hub.demo.ground.cases import Cases
from hub.demo.loopback import serve
from hub.demo.systems.base import Surroundings, as_sent, as_told
from hub.demo.systems.platform.interface import Interface
from hub.demo.systems.platform.known import (
    RULES,
    known_on,
    platform_cases,
    with_life,
)
from hub.demo.systems.platform.lists import LINES
from hub.demo.systems.platform.trail import (
    EVENT,
    STEP_KEY,
    TrailTables,
    checks_of,
    steps_of,
    told_events,
    told_reviews,
)
from hub.demo.told.expected import Chunks, Keyless, Told, refused

PARTNER, TOKEN = "platform", "demo-platform-token"
HICCUP_EVERY = 4  # days
BROKEN_DAY = 2
CHUNK = 50_000
TRAPS = {
    "T1": "a listing without a filter shows the last thirty days only",
    "T2": "only create time can be filtered, so every run asks for all days again",
    "T3": "paging names of other endpoints are ignored",
    "T5": "an error with HTTP 200 before the first page",
    "T6": "everything moves down by one while pages are read",
    "T7": "case ids are text in the interface and numbers in the tables",
    "T9": "registered on the 31st of June",
    "T11": "a listing declares more rows than it gives",
    "T12": "two cases of a day under one number",
    "T13": "核查结案 for what is handled and not yet checked",
    "T14": "state 2, which the product does not have; some are corrected next day",
    "T17": "voided after registration",
    "T18": "opened again after closing",
    "T19": "closed by force, and closed while suspended",
    "T20": "closed cases and their steps move to the history on the next day",
    "T22": "steps that stand in both tables",
    "T24": "cases soon after midnight, in naive local time",
    "T26": "an empty time of report",
    "T28": "cases of 00:00:00 and 23:59:59, windows that end within the day",
    "T29": "accepted before it was reported; accepted in the year 3020",
    "T33": "points in GCJ-02",
    "T34": "longitude and latitude exchanged",
    "T35": "points with two decimals, points 0, 0",
    "T37": "a point in another area than the community's",
    "T50": "identity numbers of citizens",
    "T58": "closed without a check",
    "T60": "cases without a deadline",
    "T62": "a street that no list knows yet",
}


class Platform:
    """The simulated platform."""

    partner = PARTNER

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._interface = Interface(TOKEN, self._trail_of)
        self._tables: TrailTables | None = None
        self._day = 0
        self._has_broken_off = False

    @cached_property
    def made(self) -> Cases:
        """Its cases."""
        return platform_cases(self._around)

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Listen on the loopback, beside a database."""
        path = folder.absolute() / "workflow.db"
        self._tables = TrailTables(path)
        return {
            "HUB_DEMO_PLATFORM_URL": opening.enter_context(
                serve(self._interface.app())
            ),
            "HUB_DEMO_PLATFORM_TOKEN": TOKEN,
            "HUB_DEMO_PLATFORM_DB": f"sqlite:///{path}",
        }

    def deliver(self, day: int) -> None:
        """Tell from now on how the cases stood on an evening."""
        known = known_on(self.made, day)
        breaks_off = day == BROKEN_DAY < self._around.days and not self._has_broken_off
        self._has_broken_off |= breaks_off
        self._day = day
        self._interface.show(
            known, day, hiccups=day % HICCUP_EVERY == 1, breaks_off=breaks_off
        )
        assert self._tables is not None, "the platform is not open"
        self._tables.write(steps_of(self.made), known, day)

    def window(self, day: int) -> Span | None:
        """The span of the day; what changed of older cases is asked for along."""
        return span_of(day)

    def told(self) -> Iterable[Told]:
        """Cases, their steps and their checks after all days."""
        last = self._around.days
        # A day of a million cases is never held with all that may be told of it.
        named = pl.concat(
            known_on(part, last).select("case", "case_id", "defect")
            for part in self._parts()
        )
        is_out = pl.col("defect").is_in(list(RULES)).fill_null(value=False)
        out, sound = (named.filter(one).select("case") for one in (is_out, ~is_out))

        def cases() -> Iterator[pl.DataFrame]:
            for part in self._parts():
                of_part = replace(self.made, steps=part.steps)
                known = with_life(known_on(part, last), of_part, last)
                yield as_told(known.filter(~is_out), pl.col("case_id"), LINES)

        yield Told("issue", PARTNER, Chunks(cases), refused(named, "case_id", RULES))
        waits = pl.concat(steps_of(self.made, out)).filter(pl.col("at") < told_at(last))

        def entered() -> Iterator[pl.DataFrame]:
            for steps in steps_of(self.made, sound):
                yield steps.filter(pl.col("at") < told_at(last))

        yield Told(
            "issue_event",
            PARTNER,
            Chunks(lambda: (told_events(steps) for steps in entered())),
            _waiting(waits),
        )
        yield Told(
            "review",
            PARTNER,
            Chunks(lambda: (told_reviews(steps) for steps in entered())),
            _waiting(checks_of(waits)),
        )

    def _parts(self) -> Iterator[Cases]:
        """`made`, some cases after the other; at least one part."""
        made = self.made
        for first in range(0, max(len(made.cases), 1), CHUNK):
            some = made.cases.slice(first, CHUNK)
            steps = made.steps.join(some.select("case"), on="case", how="semi")
            yield replace(made, cases=some, steps=steps)

    def refusals(self) -> Mapping[str, int]:
        """The listing that breaks off (T11)."""
        return {"cases": 1} if self._around.days > BROKEN_DAY else {}

    def keyless(self) -> Iterable[Keyless]:
        """Every row has its key."""
        return ()

    def _trail_of(self, key: str) -> str:
        """The steps of one case so far as JSON, as its detail writes them."""
        asked = self.made.cases.filter(pl.col("case_id") == key)
        own = pl.concat(steps_of(self.made, asked)).filter(
            pl.col("at") < told_at(self._day)
        )
        return as_sent(own, EVENT).rename(_as_in_detail).write_json()


def _waiting(steps: pl.DataFrame) -> pl.DataFrame:
    """Steps of cases that never enter: they wait for good (F01)."""
    return steps.select(source_id=STEP_KEY, rule=pl.lit("F01"))


def _as_in_detail(name: str) -> str:
    """happen_time → happenTime."""
    head, *rest = name.split("_")
    return head + "".join(word.title() for word in rest)
