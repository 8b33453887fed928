"""What a person sees while a run is under way, on standard error.

What lives here: one line per partner at work, changing in a terminal, and one line
per partner that is done, there and in a file alike. What does not: standard output;
that is the answer's alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

import click

from hub.telling import is_written

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Facts = dict[str, Any]
CITY = "city"
STEPS = {"linked": "linking", "released": "releasing"}
BAD = ("refused", "failed")


@contextmanager
def watching() -> Iterator[Callable[[str, Facts], None]]:
    """A function that is told what happens, and shows it."""
    if is_written():
        yield lambda _event, _facts: None
        return
    if not sys.stderr.isatty():
        lines = Lines()
        yield lines
        lines.close()
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.table import Column

    # What is too long is cut: a folded line would make the others jump.
    words = Column(no_wrap=True, overflow="ellipsis", ratio=1)
    columns = (
        SpinnerColumn(),
        TextColumn(
            "{task.description}", markup=False, table_column=Column(no_wrap=True)
        ),
        TextColumn("{task.fields[told]}", markup=False, table_column=words),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True, highlight=False)
    with Progress(*columns, console=console, transient=True, expand=True) as progress:
        bars = Bars(progress)
        yield bars
        bars.close()


@dataclass
class Work:
    """What is known of one partner, or of the city's own steps, so far."""

    name: str
    feed: str | None = None
    feeds: set[str] = field(default_factory=set)
    rows: dict[str, int] = field(default_factory=dict)
    stored: dict[str, int] = field(default_factory=dict)
    states: dict[str, list[str]] = field(default_factory=dict)
    doing: str = "asking"

    def learn(self, event: str, facts: Facts) -> None:
        """Take in one event; an unknown one changes nothing but the words."""
        batch = str(facts.get("batch"))
        match event:
            case "feed":
                self.feed = str(facts["feed"])
                self.feeds.add(self.feed)
                self.doing = "asking"
            case "part":
                self.stored[batch] = self.stored.get(batch, 0) + int(facts["bytes"])
                self.doing = f"{self.stored[batch]:,} bytes landed"
            case "rows" if self.name != CITY:
                self.rows[batch] = int(facts["received"])
                self.doing = "checking"
            case "merged":
                self.doing = f"merging {facts['dataset']}"
            case "batch":
                feed = str(facts.get("feed") or self.feed or "")
                self.states.setdefault(feed, []).append(str(facts["state"]))
                self.doing = str(facts["state"])
            case "linked":
                self.doing = f"linking {'/'.join(map(str, facts.values()))}"
            case "released":
                self.rows[str(facts["dataset"])] = int(facts["rows"])
                self.doing = f"releasing {facts['dataset']}"

    @property
    def label(self) -> str:
        """`partner/feed`, as it is at work."""
        return f"{self.name}/{self.feed}" if self.feed else self.name

    def now(self) -> str:
        """Rows so far and what is being done."""
        rows = 0 if self.name == CITY else sum(self.rows.values())
        return f"{rows:,} rows, {self.doing}" if rows else self.doing

    def summary(self) -> str:
        """One line when it is done: feeds, rows, and every feed that went wrong."""
        if self.name == CITY:
            return f"{CITY}: linked and released, {_counted(self.rows, 'dataset')} new"
        words = [_counted(self.feeds, "feed")]
        wrong = [
            f"{feed} {state}"
            for feed, states in self.states.items()
            for state in BAD
            if state in states
        ]
        if self.states:
            words.append(f"{sum(self.rows.values()):,} rows")
        words += wrong or (["merged"] if self.states else ["nothing new"])
        return f"{self.name}: {', '.join(words)}"


def _counted(some: Collection[str], what: str) -> str:
    return f"{len(some)} {what}{'' if len(some) == 1 else 's'}"


class Works:
    """Everybody's work by partner; told from several threads at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._works: dict[str, Work] = {}

    def __call__(self, event: str, facts: Facts) -> None:
        """Tell one event."""
        partner = facts.get("partner")
        name = CITY if partner is None or event in STEPS else str(partner)
        with self._lock:
            if event == "ended":
                work = self._works.pop(name, None)
                if work is not None:
                    self.end(work)
                return
            work = self._works.setdefault(name, Work(name))
            work.learn(event, facts)
            self.show(work)

    def close(self) -> None:
        """Whoever has not told of an end has ended now."""
        with self._lock:
            for work in self._works.values():
                self.end(work)
            self._works.clear()

    def show(self, work: Work) -> None:
        """Work goes on."""

    def end(self, work: Work) -> None:
        """Work is done."""
        click.echo(work.summary(), err=True)


class Lines(Works):
    """For files and pipes: a line when a partner is done."""


class Bars(Works):
    """For terminals: a line per partner at work, which gives way to its summary."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def show(self, work: Work) -> None:
        """Change the partner's line."""
        if work.name not in self._tasks:
            self._tasks[work.name] = self._progress.add_task(
                work.label, total=None, told=""
            )
        self._progress.update(
            self._tasks[work.name], description=work.label, told=work.now()
        )

    def end(self, work: Work) -> None:
        """Take the line away; what it came to stays above the others."""
        if work.name in self._tasks:
            self._progress.remove_task(self._tasks.pop(work.name))
        self._progress.console.print(work.summary(), markup=False)
