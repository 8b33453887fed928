"""The simulated city as a whole: its systems, a clock, and the truth about them.

What lives here: building the city from a seed, opening its systems for as long as a
context lasts, and moving all of them to the end of a day. What does not: running the
hub over it (`hub.cli`, tests, benchmarks).

    with SimulatedCity(folder, issues=600, days=2) as city:
        for day in (1, 2):
            city.deliver(day)
            ...  # run the hub with city.environment and HUB_NOW = city.now(day)
        checks = city.compare(house)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

from hub.demo.days import SEED, Span, told_at
from hub.demo.ground.cases import Happenings
from hub.demo.ground.people import make_people
from hub.demo.ground.plan import read_plan
from hub.demo.systems.base import Refusing, Surroundings, System
from hub.demo.systems.registry import make_systems
from hub.demo.told.compare import Check, compare_refused, compare_rows
from hub.demo.told.expected import Keyless, Told
from hub.demo.told.figure_checks import compare_figures
from hub.demo.told.reading import read_refused, read_turned_away, reader_of
from hub.demo.told.rosters import ASKED
from hub.demo.told.statements import narrowed
from hub.flow.figures import metric_table
from hub.flow.house import House
from hub.metrics.counting import FIGURE
from hub.metrics.registry import usual

ISSUES, DAYS = 600, 5


class SimulatedCity:
    """A Wuhan whose truth is known.

    Attributes:
        days: how many days there are; they are numbered from 1.
        around: plan, people and happenings.
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
        only: Sequence[str] = (),
    ) -> None:
        """Make the city; nothing listens yet.

        Args:
            folder: takes dropped files and exchange databases; is made.
            seed: decides everything that is left to chance.
            issues: cases that are reported in the city per day; with fewer than
                120 the seeded dirt is too large a share of a day.
            days: how many days, 1 to 31.
            only: partners that exist; none = all.
        """
        plan = read_plan(issues)
        self.days = days
        self.environment: dict[str, str] = {}
        self.around = Surroundings(
            plan=plan,
            people=make_people(plan),
            happenings=Happenings(seed, issues, days, plan),
        )
        self._only = tuple(only)
        self._folder = folder
        self._open = ExitStack()

    @cached_property
    def systems(self) -> dict[str, System]:
        """The systems by partner, made when the city is opened."""
        return {one.partner: one for one in make_systems(self.around, self._only)}

    def __enter__(self) -> Self:
        """Open the partners' systems."""
        with ExitStack() as opening:
            for name, system in self.systems.items():
                own = self._folder / name
                own.mkdir(parents=True, exist_ok=True)
                self.environment |= system.start(own, opening)
            self._open = opening.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close them; files and databases stay."""
        self._open.close()

    def deliver(self, day: int) -> None:
        """Move every partner to the end of a day, in whatever order days come."""
        if not 1 <= day <= self.days:
            raise ValueError(f"there are days 1 to {self.days}")
        for system in self.systems.values():
            system.deliver(day)

    def now(self, day: int) -> datetime:
        """What the hub's clock shows when a day is fetched (`HUB_NOW`)."""
        return told_at(day)

    def window(self, day: int, partner: str) -> Span | None:
        """The span to ask a partner for; None = whatever it has not yet shown."""
        return self.systems[partner].window(day)

    def compare(self, house: House) -> Iterator[Check]:
        """What the hub holds after all days, held against what the makers know.

        Every system is made anew for it, one after the other: what all of them know
        and tell of a million cases is not held at once, only what figures are counted
        from.
        """
        read = reader_of(house)
        told: list[Told] = []
        keyless: list[Keyless] = []
        turned_away: dict[str, Mapping[str, int]] = {}
        for system in make_systems(self.around, self._only):
            for one in system.told():
                yield from compare_rows(one, read)
                told.append(narrowed(one, ASKED))
            keyless += system.keyless()
            turned_away[system.partner] = (
                system.refusals() if isinstance(system, Refusing) else {}
            )
        yield from compare_refused(told, keyless, read_refused(house, turned_away))
        for partner, wanted in turned_away.items():
            yield from _compare_turned_away(house, partner, wanted)
        figures = metric_table(house, "figure").scan()
        own = [usual(some).select(list(FIGURE)) for some in figures]
        found = pl.concat([pl.DataFrame(schema=FIGURE), *own])
        yield from compare_figures(told, self.around.plan, self.days, found)


def _compare_turned_away(
    house: House, partner: str, wanted: Mapping[str, int]
) -> Iterator[Check]:
    """Deliveries that the hub must not take, by feed; and no others."""
    found = read_turned_away(house, partner)
    for feed in sorted(wanted.keys() | found.keys()):
        yield Check(
            f"deliveries turned away: {partner}/{feed}",
            wanted.get(feed, 0),
            found.get(feed, 0),
        )
