"""`hub dev`: Dagster's pages for a person at this machine, one process for all.

What lives here: the command; a small simulated city where there is no hub yet, whose
partners answer for as long as the pages are open. What does not: the pages' processes
(`hub.assets.pages`), the city (`hub.demo`), services of production (`deploy/`).
"""

from __future__ import annotations

import shlex
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubCommand
from hub.cli.demo import CITY, LEAST_ISSUES
from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.settings import Settings

DAYS = 1  # whoever types this waits for pages; `hub demo` has more of them


@click.command("dev", cls=HubCommand, examples=("hub dev", "hub dev --port 3100"))
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=3000,
    show_default=True,
    help="Port of this machine's loopback.",
)
def dev(call: Call, port: int) -> None:
    """Open Dagster's pages on this hub, until Ctrl-C.

    Where there is no hub yet, a small simulated city is made first. Its partners answer
    while the pages are open, and the hub's clock stands at their last day: what is
    materialised there is really fetched.
    """
    from hub.assets.pages import dagster_pages, interruptible

    with interruptible():
        try:
            _refuse_taken(port)
            if _is_to_make(call):
                _make_demo(call)
            settings = call.settings()
            with (
                _partners(call, settings) as (settings, environment),
                _for_other_terminals(call, settings, environment),
                dagster_pages(settings, port, environment) as (url, process),
            ):
                told = {"url": url, "home": str(settings.home.absolute())}
                call.answer(told, lambda page: page.line(f"Dagster's pages: {url}"))
                call.note("Ctrl-C ends it.")
                process.wait()
                raise _ended(process.returncode)
        except KeyboardInterrupt:
            call.note("Ended.")


def _is_to_make(call: Call) -> bool:
    """Whether there is no hub yet, or only a demo that was broken off."""
    from hub.cli.simulation import made_of

    if call.house_if_there() is None:
        return True
    made = made_of(call.settings())
    return made is not None and not made.is_whole


def _make_demo(call: Call) -> None:
    from hub.cli.simulation import simulate

    settings = call.settings()
    if settings.city != CITY:
        call.house()  # says that there is none, and how to make one
    call.note(f"There is no hub in {settings.home} yet: a small city is made.")
    order = list(range(1, DAYS + 1))
    simulate(
        settings,
        issues=LEAST_ISSUES,
        days=DAYS,
        order=order,
        seed=None,
        say=call.note,
    )


@contextmanager
def _partners(
    call: Call, settings: Settings
) -> Iterator[tuple[Settings, dict[str, str]]]:
    """The simulated partners of a home that holds a demo, at its last day.

    Another home's partners are where its declarations say.
    """
    from hub.assets.recording import init_instance
    from hub.cli.simulation import made_of
    from hub.demo.apart import city_apart
    from hub.demo.days import told_at

    init_instance(settings)
    made = made_of(settings)
    if made is None:
        yield settings, {}
        return
    days = "one day" if made.days == 1 else f"{made.days} days"
    call.note(f"The simulated partners open for {days}.")
    with city_apart(
        settings.home.absolute() / "demo",
        seed=made.seed,
        issues=made.issues,
        days=made.days,
    ) as city:
        for day in range(1, made.days + 1):
            city.deliver(day)
        today = settings.model_copy(update={"now": told_at(made.days)})
        yield today, city.environment


@contextmanager
def _for_other_terminals(
    call: Call, settings: Settings, environment: Mapping[str, str]
) -> Iterator[None]:
    """A file of the demo's clock and addresses, for commands beside the pages.

    Without it they would live in another time, and find none of its partners.
    """
    if not environment:
        yield
        return
    home = settings.home.absolute()
    told = {"HUB_HOME": str(home), "HUB_NOW": settings.clock().isoformat()}
    lines = [
        f"export {name}={shlex.quote(text)}\n"
        for name, text in {**told, **environment}.items()
    ]
    path = home / "demo" / "surroundings.sh"
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text("".join(lines), encoding="utf-8")
    call.note(f"Commands in another terminal first need:  . {shlex.quote(str(path))}")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _refuse_taken(port: int) -> None:
    """Say it before a city is made, not after.

    Raises:
        MisuseError: somebody listens at the port.
    """
    from hub.assets.pages import HOST

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise MisuseError(
                f"open Dagster's pages at {HOST}:{port}",
                seen="the port is taken",
                next_step="Name another one: hub dev --port 3100, or "
                'make dev ARGS="--port 3100".',
            ) from None


def _ended(status: int) -> Exception:
    from hub.assets.pages import PagesEnded

    return PagesEnded(
        "keep Dagster's pages open",
        seen=f"its process ended with status {status}",
        next_step="Its own words stand above.",
    )


COMMANDS = (dev,)
