"""Rows laid apart by their keys, in memory while they are few, on disk when many.

What lives here: shelves, such that equal keys lie on the same one and whoever looks at
one key at a time holds one shelf at a time. What does not: what is done with a shelf.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import polars as pl

SHELVES = 16
HELD = 40_000_000  # bytes that stay in memory
PIECE = 3_000_000  # cells of the rows that come at once
SEED = 1


def by_hash(column: str) -> pl.Expr:
    """The shelf of keys of any kind."""
    return pl.col(column).hash(SEED) % SHELVES


def by_digit(column: str) -> pl.Expr:
    """The shelf of hub ids: their first digit, so that shelves are in their order."""
    first = pl.col(column).str.head(1).str.to_integer(base=16, strict=False)
    return first.fill_null(0)


class Shelves:
    """Rows of one shape on numbered shelves."""

    def __init__(
        self,
        folder: Path,
        empty: pl.DataFrame,
        by: pl.Expr,
        held: int | None = None,
    ) -> None:
        """Start without rows.

        Args:
            folder: takes files once there are many rows; is made then.
            empty: a frame without rows, of the shape of all that come.
            by: the number of a row's shelf.
            held: bytes that stay in memory; None = HELD.
        """
        self._most = HELD if held is None else held
        self._folder = folder
        self._empty = empty
        self._by = by
        self._held: dict[int, list[pl.DataFrame]] = {}
        self._files: dict[int, list[Path]] = {}
        self._count = 0
        self._size = 0

    def __len__(self) -> int:
        return self._count

    @property
    def cells(self) -> int:
        """Rows times columns."""
        return self._count * self._empty.width

    def put(self, rows: pl.DataFrame) -> None:
        """Lay rows onto their shelves."""
        if not len(rows):
            return
        self._count += len(rows)
        self._size += int(rows.estimated_size())
        for nth, part in _apart(rows, self._by):
            self._held.setdefault(nth, []).append(part)
        if self._size > self._most:
            self._store()

    def shelves(self, *wanted: int) -> pl.DataFrame:
        """The rows of some shelves."""
        parts = [part for nth in wanted for part in self._parts(nth)]
        return pl.concat([self._empty, *parts])

    def columns(self, *names: str) -> Iterator[pl.DataFrame]:
        """Some columns of every row, shelf by shelf; no other is read."""
        for nth in sorted(self._held.keys() | self._files.keys()):
            yield from self._parts(nth, names)

    def _parts(
        self, nth: int, names: Sequence[str] | None = None
    ) -> Iterator[pl.DataFrame]:
        wanted = list(names or self._empty.columns)
        for path in self._files.get(nth, ()):
            yield pl.read_ipc(path, columns=wanted)
        for part in self._held.get(nth, ()):
            yield part.select(wanted)

    def _store(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for nth, parts in self._held.items():
            files = self._files.setdefault(nth, [])
            path = self._folder / f"{nth}-{len(files)}.arrow"
            # What is packed takes three times as long to write, and is read once.
            pl.concat(parts).write_ipc(path, compression="uncompressed")
            files.append(path)
        self._held = {}


def _apart(rows: pl.DataFrame, by: pl.Expr) -> Iterator[tuple[int, pl.DataFrame]]:
    """Rows by their shelf; not copied where they come in the order of the shelves."""
    shelf = rows.select(shelf=by).to_series()
    if shelf.is_sorted():
        at = 0
        runs = shelf.rle().struct
        for nth, length in zip(runs.field("value"), runs.field("len"), strict=True):
            yield int(nth), rows.slice(at, length)
            at += length
        return
    parts = rows.with_columns(shelf).partition_by(
        "shelf", as_dict=True, include_key=False
    )
    for (nth,), part in parts.items():
        yield int(nth), part


Piece = Callable[[], tuple[pl.DataFrame, ...]]


def pieces_of(*sides: Shelves) -> list[Piece]:
    """Some shelves each of every side, in their order, read when called; one if few."""
    pieces = min(SHELVES, 1 + max(one.cells for one in sides) // PIECE)
    width = -(-SHELVES // pieces)

    def read(first: int) -> tuple[pl.DataFrame, ...]:
        wanted = range(first, min(first + width, SHELVES))
        return tuple(one.shelves(*wanted) for one in sides)

    return [partial(read, first) for first in range(0, SHELVES, width)]


def side_by_side(*sides: Shelves) -> Iterator[tuple[pl.DataFrame, ...]]:
    """Rows of some sides such that equal keys come together; all at once if few."""
    for read in pieces_of(*sides):
        yield read()
