"""The whole simulated city through the flow, in this process and without Dagster.

What lives here: running days in some order and comparing with the truth; a test may
bend something in between. What does not: processes and Dagster runs; `hub demo` is
tested from outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.demo.city import SimulatedCity
from hub.demo.told.compare import Check
from hub.flow.city_run import link_core
from hub.flow.figures import compute, keep_figures
from hub.flow.house import House, open_house
from hub.flow.published import PUBLISHED, digest_of
from hub.flow.run import Window, run_partner
from hub.flow.waves import waves
from hub.schemas import dataset
from hub.settings import Settings
from hub.storage.batches import Batch


@dataclass(frozen=True)
class Outcome:
    """What some days came to."""

    house: House
    batches: tuple[Batch, ...]
    checks: tuple[Check, ...]

    @property
    def wrong(self) -> list[str]:
        """Checks that disagree with the truth."""
        return [
            f"{one.check}: expected {one.expected}, found {one.found}"
            for one in self.checks
            if not one.ok
        ]

    def digests(self) -> dict[str, tuple[int, str]]:
        """Rows and content digest of everything that is published."""
        return {name: digest_of(self.house, dataset(name)) for name in PUBLISHED}


def run_days(
    folder: Path,
    order: Sequence[int],
    *,
    issues: int = 120,
    days: int | None = None,
    only: Sequence[str] = (),
    without: Sequence[str] = (),
    around_runs: Any = None,
    city: str = "wuhan",
    figures: bool = True,
) -> Outcome:
    """Let days arrive in an order and compare.

    Args:
        folder: takes the home.
        order: days as they arrive; one may come several times.
        issues: cases a day.
        days: how many days the city has; None = as many as are named.
        only: systems that exist; none = all.
        without: systems that exist and are never asked.
        around_runs: a context in which the hub runs; the truth is told outside.
        city: whose declarations are used.
        figures: whether the days end in figures and are compared with the truth.
    """
    made = SimulatedCity(
        folder / "demo", issues=issues, days=days or max(order), only=only
    )
    ended: list[Batch] = []
    with made as simulated:
        for day in order:
            simulated.deliver(day)
            house = open_house(
                Settings(
                    home=folder / "home",
                    city=city,
                    now=simulated.now(day),
                    environment=simulated.environment,
                )
            )
            asked: dict[str, list[str]] = {
                name: [] for name in simulated.systems if name not in without
            }
            with around_runs or nullcontext():
                for names in waves(house.city, asked):
                    for name in names:
                        window = Window(*(simulated.window(day, name) or (None, None)))
                        partner = house.city.partners[name]
                        ended += run_partner(house, partner, window)
                link_core(house)
        checks: list[Check] = []
        if figures:
            keep_figures(house, compute(house, evidence=False))
            checks += simulated.compare(house)
    return Outcome(house, tuple(ended), tuple(checks))
