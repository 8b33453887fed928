"""What a person sees while a run is under way, on standard error.

What lives here: one line per feed, growing in a terminal and appended where the
output is a file. What does not: standard output; that is the answer's alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Facts = dict[str, Any]
CITY = "city"
STEPS = {"linked": "links", "released": "release"}


@contextmanager
def watching() -> Iterator[Callable[[str, Facts], None]]:
    """A function that is told what happens, and shows it."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(finished_text=" "),
        TextColumn("{task.description}", markup=False),
        TextColumn("{task.fields[told]}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield Bars(progress)


class Feeds:
    """Which feed the events of a partner are about; its runs follow one another."""

    def __init__(self) -> None:
        self._now: dict[str, str] = {}

    def name(self, event: str, facts: Facts) -> str:
        """`partner/feed`, or the city where no partner is concerned."""
        partner = facts.get("partner")
        if partner is None or event in STEPS:
            return CITY
        if event == "feed":
            self._now[partner] = str(facts["feed"])
        feed = self._now.get(partner)
        return f"{partner}/{feed}" if feed else str(partner)


def worded(event: str, facts: Facts) -> str:
    """An event in words."""
    match event:
        case "feed":
            return "asking"
        case "part":
            return f"{facts['batch']}: {facts['bytes']:,} bytes landed"
        case "rows":
            return f"{facts['batch']}: {facts['received']:,} rows checked"
        case "merged":
            return f"{facts['batch']}: {facts['dataset']} merged"
        case "batch":
            return f"{facts['batch']}: {facts['state']}"
        case "linked":
            return f"linked {'/'.join(str(one) for one in facts.values())}"
        case "released":
            return f"released {facts['dataset']}, {facts['rows']:,} rows"
    return event


class Lines:
    """For files and pipes: a line when a feed begins and when a batch has ended."""

    def __init__(self) -> None:
        self._feeds = Feeds()

    def __call__(self, event: str, facts: Facts) -> None:
        """Tell one event."""
        name = self._feeds.name(event, facts)
        if event in ("feed", "batch"):
            click.echo(f"{name}: {worded(event, facts)}", err=True)


class Bars:
    """For terminals: a line per feed that changes while it works."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._feeds = Feeds()
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, event: str, facts: Facts) -> None:
        """Tell one event."""
        before = self._feeds.name("", facts)
        name = self._feeds.name(event, facts)
        if name != before or event == "batch":
            self._end(before)
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=None, told="")
        self._progress.update(self._tasks[name], told=worded(event, facts))

    def _end(self, name: str) -> None:
        """Stop the clock of a feed; a further batch of it may still be told."""
        if name in self._tasks:
            self._progress.update(self._tasks[name], total=1, completed=1)
