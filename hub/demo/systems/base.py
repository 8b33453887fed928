"""What every simulated partner system can do.

What lives here: the protocol that the city drives its systems by, the shared
surroundings, and writing a row and its truth from one list of lines. What does not:
any system.

A `Line` stands for one field of a source row. It says what the system writes there and
what must come of it in the published row, both from the makers' columns; so a system's
dialect and its truth stand side by side and neither is computed from the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol, runtime_checkable

import polars as pl

from hub.demo.days import ZONE_NAME, Span, span_of, told_at
from hub.demo.ground.cases import Cases, Happenings
from hub.demo.ground.people import People
from hub.demo.ground.plan import Plan
from hub.demo.told.expected import Keyless, Told


@dataclass(frozen=True)
class Surroundings:
    """What all systems of one city share."""

    plan: Plan
    people: People
    happenings: Happenings

    @property
    def days(self) -> int:
        """How many days there are."""
        return self.happenings.days

    @property
    def end(self) -> datetime:
        """The instant at which the last day is told."""
        return told_at(self.days)

    def cases(self, system: str) -> Cases:
        """The cases of one system."""
        return self.happenings.of(system)


class System(Protocol):
    """One simulated partner.

    Attributes:
        partner: its id, equal to the name of its declaration.
    """

    partner: str

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Open the system as long as `opening` lasts.

        Args:
            folder: the system's own, made already, for files and databases.
            opening: takes every server.

        Returns:
            The environment variables that its declaration names, with their values.
        """
        ...

    def deliver(self, day: int) -> None:
        """Stand at the end of a day from now on.

        Interfaces tell the state of that
        evening, files and rows of the day are written and stay. Days come in any
        order, and the same day may come again.
        """
        ...

    def window(self, day: int) -> Span | None:
        """The span to ask for on a day; None = whatever it has not yet shown."""
        ...

    def told(self) -> Iterable[Told]:
        """The truth of everything that it delivers, after all days."""
        ...

    def keyless(self) -> Iterable[Keyless]:
        """Rows that it delivers without a readable key, over all days once each."""
        ...


@runtime_checkable
class Refusing(Protocol):
    """A system some of whose deliveries must be turned away."""

    def refusals(self) -> Mapping[str, int]:
        """Feed → how many of its deliveries, over all days, the hub must not take."""
        ...


class Line(NamedTuple):
    """One field as sent and the column that comes of it.

    Attributes:
        field: name as sent; None = nothing is sent (a constant of the declaration).
        sent: what is written, over the makers' columns.
        column: canonical column; None = nothing comes of it.
        told: its published value, over the makers' columns.
    """

    field: str | None
    sent: pl.Expr | None = None
    column: str | None = None
    told: pl.Expr | None = None


def as_sent(known: pl.DataFrame, lines: Sequence[Line]) -> pl.DataFrame:
    """Rows as the system writes them, one flat column per field."""
    return known.select(
        line.sent.alias(line.field)
        for line in lines
        if line.field is not None and line.sent is not None
    )


def as_told(known: pl.DataFrame, key: pl.Expr, lines: Sequence[Line]) -> pl.DataFrame:
    """The published rows that come of them."""
    return known.select(
        key.alias("source_id"),
        *(
            line.told.alias(line.column)
            for line in lines
            if line.column is not None and line.told is not None
        ),
    )


def nested(flat: pl.DataFrame) -> pl.DataFrame:
    """Columns named with dots become structs, to any depth."""
    heads = dict.fromkeys(name.partition(".")[0] for name in flat.columns)
    made = []
    for head in heads:
        inner = [name for name in flat.columns if name.partition(".")[0] == head]
        if inner == [head]:
            made.append(flat[head])
            continue
        rest = flat.select(pl.col(name).alias(name.partition(".")[2]) for name in inner)
        made.append(nested(rest).to_struct(head))
    return pl.DataFrame(made)


def local(column: str | pl.Expr, form: str = "%Y-%m-%d %H:%M:%S") -> pl.Expr:
    """An instant as naive local text; null stays null."""
    instant = pl.col(column) if isinstance(column, str) else column
    return instant.dt.convert_time_zone(ZONE_NAME).dt.strftime(form)


def pick(choices: Sequence[str], shift: int) -> pl.Expr:
    """One of several texts, by the row's number for whatever is left to chance."""
    at = (pl.col("pick") // shift) % len(choices)
    return at.replace_strict(
        list(range(len(choices))), list(choices), return_dtype=pl.String
    )


def words(column: pl.Expr, table: Mapping[str, str]) -> pl.Expr:
    """A system's word for each code; every code must have one."""
    return column.replace_strict(dict(table), return_dtype=pl.String)


def whole_day(day: int) -> Span:
    """The window of systems that are asked day by day."""
    return span_of(day)
