"""The simulated city as a whole: four partners, a clock, and the truth about them.

What lives here: building the city from a seed, opening its partners' systems for
as long as a context lasts, and moving all of them to the end of a day. What does
not: running the hub over it (`hub.cli`, tests, benchmarks).

    with SimulatedCity(folder, issues=600, days=2) as city:
        for day in (1, 2):
            city.deliver(day)
            ...  # run the hub with city.environment and HUB_NOW = city.now(day)
        checks = compare(city.expected([1, 2]), count_core(...))
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from hub.demo.days import Span, span_of, told_at
from hub.demo.district import make_district
from hub.demo.district_api import DistrictApi
from hub.demo.exchange import Exchange
from hub.demo.loopback import serve
from hub.demo.platform import Platform
from hub.demo.roster_files import drop_day
from hub.demo.surroundings import read_surroundings
from hub.demo.truth import Expected, Truth
from hub.demo.world import make_world

SEED = 20260930
ISSUES, DAYS = 600, 2
PARTNERS = ("roster", "platform", "qiaokou", "jianghan")
# Whoever drops files is asked for whatever is new: a late file lies in no window.
WITHOUT_WINDOW = frozenset({"roster"})
KEYS_TO_THE_TOY = {
    "HUB_DEMO_PLATFORM_TOKEN": "demo-platform-token",
    "HUB_DEMO_JIANGHAN_KEY": "demo-jianghan-key",
    "HUB_DEMO_JIANGHAN_SECRET": "demo-jianghan-secret",
}


class SimulatedCity:
    """A small Wuhan whose truth is known.

    Attributes:
        days: how many days there are; they are numbered from 1.
        environment: the variables that the partner files name; complete only
            while the context is open.
    """

    def __init__(
        self,
        folder: Path,
        *,
        seed: int = SEED,
        issues: int = ISSUES,
        days: int = DAYS,
    ) -> None:
        """Make the city; nothing listens yet.

        Args:
            folder: takes the roster files and the exchange database; is made.
            seed: decides everything that is left to chance.
            issues: cases that the platform reports per day, 60 at least.
            days: how many days, 1 to 31.
        """
        self.days = days
        self.environment: dict[str, str] = {}
        self._around = read_surroundings()
        world = make_world(seed, issues, days, self._around)
        district = make_district(seed, issues, world, self._around)
        self._drop = folder / "roster"
        self._drop.mkdir(parents=True, exist_ok=True)
        self._exchange = Exchange(world, folder / "exchange.db")
        self._platform = Platform(
            world, self._around, token=KEYS_TO_THE_TOY["HUB_DEMO_PLATFORM_TOKEN"]
        )
        self._district = DistrictApi(
            district,
            self._around,
            key=KEYS_TO_THE_TOY["HUB_DEMO_JIANGHAN_KEY"],
            secret=KEYS_TO_THE_TOY["HUB_DEMO_JIANGHAN_SECRET"],
        )
        self._truth = Truth(
            self._around.streets, world, district, self._exchange.operations
        )
        self._open = ExitStack()

    def __enter__(self) -> Self:
        """Open the partners' systems."""
        with ExitStack() as opening:
            platform = opening.enter_context(serve(self._platform.app()))
            district = opening.enter_context(serve(self._district.app()))
            self._open = opening.pop_all()
        self.environment = KEYS_TO_THE_TOY | {
            "HUB_DEMO_PLATFORM_URL": platform,
            "HUB_DEMO_JIANGHAN_URL": district,
            "HUB_DEMO_QIAOKOU_URL": self._exchange.url,
            "HUB_DEMO_ROSTER_DIR": str(self._drop.absolute()),
        }
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close them; files and database stay."""
        self._open.close()

    def deliver(self, day: int) -> None:
        """Move every partner to the end of a day, in whatever order days come.

        The interfaces tell the state of that evening from now on; files and rows of
        the day are written, and stay.
        """
        if not 1 <= day <= self.days:
            raise ValueError(f"there are days 1 to {self.days}")
        drop_day(self._drop, self._around.streets, day)
        self._exchange.write_day(day)
        self._platform.set_clock(told_at(day))
        self._district.set_clock(told_at(day))

    def now(self, day: int) -> datetime:
        """What the hub's clock shows when a day is fetched (`HUB_NOW`)."""
        return told_at(day)

    def window(self, day: int, partner: str) -> Span | None:
        """The span to ask a partner for; None = whatever it has not yet shown."""
        return None if partner in WITHOUT_WINDOW else span_of(day)

    def expected(self, days: Sequence[int]) -> Expected:
        """What core must hold after the deliveries of these days, in any order."""
        return self._truth.expected(days)
