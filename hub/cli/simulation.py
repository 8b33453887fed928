"""Running the hub over the simulated city, day by day, and comparing the end.

What lives here: the clock, windows and surroundings of each day, and reading core
for the comparison. What does not: the city and its truth (`hub.demo`), printing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hub.assets.crew import Crew
from hub.assets.running import run_city
from hub.cli.progress import watching
from hub.demo.apart import city_apart
from hub.demo.days import MOST_DAYS, SEED, START, ZONE, day_of, span_of, told_at
from hub.demo.told.compare import Check
from hub.errors import MisuseError
from hub.flow.house import open_house
from hub.settings import Settings
from hub.storage.batches import Batch
from hub.storage.releases import Release, Releases

NOTE = "demo"  # the ledger's note of which simulated city a home holds
WORLD = "--issues {issues} --seed {seed}"


@dataclass(frozen=True)
class Simulated:
    """What the days came to.

    Attributes:
        settings: the surroundings of the last day that was run.
        batches: every batch that ended, in the order of its end.
        release: the last one.
        truth: each number that the makers of the city know, beside the one found.
    """

    settings: Settings
    batches: tuple[Batch, ...]
    release: Release
    truth: tuple[Check, ...]


def simulate(
    settings: Settings,
    *,
    issues: int,
    days: int,
    order: Sequence[int],
    seed: int | None,
    say: Callable[[str], None],
) -> Simulated:
    """Let the days arrive in their order and compare core with the truth.

    Args:
        settings: home and databases; clock and secrets are the city's own.
        issues: cases per day.
        days: how many days there are.
        order: the days as they arrive.
        seed: decides what is left to chance; None = the usual city.
        say: is told which day begins.
    """
    home = settings.home.absolute()
    ended: list[Batch] = []
    seed = SEED if seed is None else seed
    _refuse_another_world(settings, WORLD.format(issues=issues, seed=seed))
    apart = city_apart(home / "demo", issues=issues, days=days, seed=seed)
    with Crew() as crew, apart as city:
        for nth, day in enumerate(order, 1):
            last = nth == len(order)
            say(f"Day {day} of {days}: {day_of(day)}")
            city.deliver(day)
            today = settings.model_copy(
                update={"now": told_at(day), "environment": city.environment}
            )
            since, until = span_of(day)
            with watching() as note:
                result = run_city(
                    today,
                    city.systems,
                    since,
                    until,
                    note,
                    crew=crew,
                    # What Dagster's pages would say of days gone by is in the
                    # ledger; writing it down takes longer than a small delivery.
                    record="events" if last else "nothing",
                    # Those of the last day replace them.
                    figures=last,
                )
            ended += result.batches
        say("Comparing with the truth")
        truth = city.compare(today)
    return Simulated(
        settings=today,
        batches=tuple(ended),
        release=result.release,
        truth=truth,
    )


@dataclass(frozen=True)
class World:
    """The simulated city that a home holds.

    Attributes:
        issues: cases per day.
        seed: decides what is left to chance.
        days: the last day that has come.
        is_whole: whether a release came of it; not so where somebody broke it off.
    """

    issues: int
    seed: int
    days: int
    is_whole: bool


def made_of(settings: Settings) -> World | None:
    """The simulated city of a home; None where it holds another."""
    house = open_house(settings)
    kept = house.ledger.note(NOTE)
    newest = house.ledger.batches(limit=1)
    is_whole = Releases(house.control.engine).newest() is not None
    house.control.close()
    told = re.fullmatch(WORLD.format(issues=r"(\d+)", seed=r"(-?\d+)"), kept or "")
    if told is None:
        return None
    last = newest[0].landed_at if newest else None
    day = (last.astimezone(ZONE).date() - START).days + 1 if last else 1
    return World(int(told[1]), int(told[2]), min(max(day, 1), MOST_DAYS), is_whole)


def _refuse_another_world(settings: Settings, asked: str) -> None:
    """A home holds the facts of one simulated city; another's would be added to it.

    Raises:
        MisuseError: the home was filled with other cases.
    """
    house = open_house(settings)
    kept = house.ledger.settle_note(NOTE, asked)
    house.control.close()
    if kept != asked:
        raise MisuseError(
            f"fill {settings.home} with the demo {asked}",
            seen=f"it holds the demo {kept}",
            next_step="Use the same numbers, or name another home with --home.",
        )


def is_good(done: Simulated) -> bool:
    """Whether everything ended as the makers of the city meant it to.

    Some deliveries must be turned away; the truth counts those, and no others.
    """
    return all(one.ok for one in done.truth)
