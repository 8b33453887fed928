"""`hub demo`: a simulated city through the whole hub, compared with its truth.

What lives here: the command: days in their order, then the summary. What does not:
the city (`hub.demo`), running one day and comparing (`simulation`).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubCommand
from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.cli.simulation import Simulated
    from hub.flow.house import House

CITY = "wuhan"
MOST_DAYS = 31
# A few rows of each defect are too large a share of still fewer cases: the bounds of
# the partner files would rightly refuse the day.
LEAST_ISSUES = 120


@click.command(
    "demo",
    cls=HubCommand,
    examples=(
        "hub demo",
        "hub demo --issues 300 --days 3 --home /tmp/demo",
        "hub demo --days 2 --order 2,1",
    ),
)
@click.option(
    "--issues",
    type=click.IntRange(min=LEAST_ISSUES),
    default=600,
    show_default=True,
    help="Cases reported per day, in all systems together.",
)
@click.option(
    "--days",
    type=click.IntRange(min=1, max=MOST_DAYS),
    default=5,
    show_default=True,
    help="Days of deliveries, over the end of a month.",
)
@click.option(
    "--order",
    metavar="2,1",
    help="Days in another order; days not named keep their place.",
)
@click.option("--seed", type=int, help="Another city than the usual one.")
def demo(
    call: Call, issues: int, days: int, order: str | None, seed: int | None
) -> int:
    """Take a simulated city through the whole hub.

    Some twenty partner systems on the loopback deliver day by day, with the faults
    that real ones have. In a home that exists the same days simply arrive again.
    At the end every published row and value, every row kept out and the figures of
    the last day's month are compared with what the makers of the city know.
    """
    from hub.cli.simulation import is_good, simulate
    from hub.flow.house import open_house

    started = time.monotonic()
    sequence = days_in_order(days, order)
    # The demo's partners are declared in this city, whichever is usually meant.
    settings = call.settings(city=CITY)
    done = simulate(
        settings, issues=issues, days=days, order=sequence, seed=seed, say=call.note
    )
    house = open_house(done.settings)
    seconds = round(time.monotonic() - started, 2)
    call.answer(
        demo_shape(house, done, seconds),
        lambda page: show_demo(
            page, house, done, seconds, same_days(issues, days, seed)
        ),
    )
    return 0 if is_good(done) else 1


def days_in_order(days: int, order: str | None) -> list[int]:
    """The days as they arrive: named ones share their places in the given order.

    Raises:
        MisuseError: a day that does not exist, or one named twice.
    """
    every = list(range(1, days + 1))
    if order is None:
        return every
    named = [int(one) if one.strip().isdecimal() else 0 for one in order.split(",")]
    if len(set(named)) < len(named) or not set(named) <= set(every):
        raise MisuseError(
            "put the days in order",
            seen=f"{order} is no order of days 1 to {days}",
            next_step="Name each day once, as in --order 2,1.",
        )
    left = iter(named)
    return [next(left) if day in named else day for day in every]


def demo_shape(house: House, done: Simulated, seconds: float) -> dict[str, object]:
    """The answer for programs."""
    from hub.cli.shapes import run_shape
    from hub.schemas import DATASETS

    told = run_shape(house, done.batches, done.release)
    published = [one for one in done.release.datasets if one.dataset in DATASETS]
    return {
        "home": str(house.settings.home.absolute()),
        "seconds": seconds,
        "release": told["release"],
        "batches": told["batches"],
        "ledger": told["ledger"],
        "datasets": {one.dataset: one.rows for one in published},
        "digests": {one.dataset: one.digest for one in published},
        "truth": [one.as_dict() for one in done.truth],
        "warnings": told["warnings"],
    }


def same_days(issues: int, days: int, seed: int | None) -> str:
    """The call that lets the same days arrive once more, in another order if it can."""
    order = f" --order {days},1" if days > 1 else ""
    own = "" if seed is None else f" --seed {seed}"
    return f"hub demo --issues {issues} --days {days}{own}{order}"


def show_demo(
    page: Page, house: House, done: Simulated, seconds: float, again: str
) -> None:
    """The answer for a person; `again` is the call for the same days once more."""
    from hub.cli.demo_page import (
        busiest_month,
        released_figures,
        show_arrivals,
        show_figures,
        show_next_steps,
        show_places,
        show_reasons,
        show_truth,
    )
    from hub.cli.shapes import show_ledger

    show_arrivals(page, done.batches)
    page.line()
    show_ledger(page, house)
    show_reasons(page, house, done.batches, done.release)
    figures = released_figures(house, done.release)
    show_figures(page, house, figures)
    show_truth(page, done.truth)
    show_places(page, house, done.release, seconds)
    show_next_steps(page, house, done, busiest_month(figures), again)


COMMANDS = (demo,)
