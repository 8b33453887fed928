"""`hub run`: ask the partners, take in what came, publish.

What lives here: the command and the instants it understands, and that deliveries
outward follow the release. What does not: the run (`hub.assets.running`), its progress
(`progress`), deliveries (`delivery`).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from hub.cli.call import Call, HubCommand
from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.flow.house import House
    from hub.partners.city import City
    from hub.sharing.outward.run import Ran

NOTHING_NEW = (
    "Nothing new came: every file and window was taken before, or nothing is there "
    "yet. Look with `hub batch list`."
)


@click.command(
    "run",
    cls=HubCommand,
    examples=(
        "hub run",
        "hub run platform qiaokou/handling",
        "hub run platform --since 2026-10-01 --until 2026-10-08",
    ),
)
@click.argument("targets", metavar="[PARTNER[/FEED]]…", nargs=-1)
@click.option(
    "--since",
    metavar="T",
    help="From this instant (with offset) or the start of this local day.",
)
@click.option("--until", metavar="T", help="Up to this instant or day, itself outside.")
def run(
    call: Call, targets: tuple[str, ...], since: str | None, until: str | None
) -> int:
    """Ask the partners, take in what came, and publish.

    Without targets every active partner is asked; without --since each feed goes on
    from where it ended. Running again is safe: what is known is only counted. At the
    end what partners' systems are to be sent back goes out.
    """
    from hub.cli.targets import chosen_feeds
    from hub.partners.loader import load_city

    settings = call.settings()
    city = load_city(settings)
    for target in targets:
        chosen_feeds(city, target)
    start, end = span_of(city, since, until)

    from hub.assets.running import run_city
    from hub.cli.progress import watching
    from hub.cli.shapes import BAD, run_shape, show_run
    from hub.flow.house import open_house

    with watching() as note:
        result = run_city(settings, targets, start, end, note)
    house = open_house(settings)
    handed = hand_over(house)
    told = run_shape(house, result.batches, result.release)
    if handed:
        told["deliveries"] = [one.as_data() for one in handed]

    def show(page: Page) -> None:
        show_run(page, house, result.batches, result.release, empty=NOTHING_NEW)
        if handed:
            from hub.cli.delivery_page import show_runs

            page.title("Deliveries outward 回传")
            show_runs(page, [one.as_data() for one in handed])

    call.answer(told, show)
    is_left_out = bool(city.broken) and not targets
    is_bad = any(one.state in BAD for one in result.batches)
    return int(is_left_out or is_bad or any(one.state != "done" for one in handed))


def hand_over(house: House) -> list[Ran]:
    """Carry out the deliveries that follow each release by themselves."""
    from hub.cli.delivery import run_all
    from hub.sharing.outward.chosen import due_deliveries

    return run_all(house, due_deliveries(house.city))


def span_of(
    city: City, since: str | None, until: str | None
) -> tuple[datetime | None, datetime | None]:
    """The window asked for.

    Raises:
        MisuseError: an end cannot be read, or nothing lies between them.
    """
    start, end = instant_of(city, since), instant_of(city, until)
    if start and end and start >= end:
        raise MisuseError(
            "run for a span of time",
            seen="it ends before it begins",
            next_step="--until lies after --since and is itself outside.",
        )
    return start, end


def instant_of(city: City, text: str | None) -> datetime | None:
    """An instant, or a local day or clock time in the city's zone.

    Raises:
        MisuseError: it is neither.
    """
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise MisuseError(
            f"understand the instant {text}",
            seen="it is not written as ISO 8601 has it",
            next_step="Write 2026-10-01 or 2026-10-01T08:00:00+08:00.",
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(city.timezone))


COMMANDS = (run,)
