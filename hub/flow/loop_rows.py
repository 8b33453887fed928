"""Rows to be counted, between their making and their keeping.

What lives here: a month of a large city has more cases, and more steps of them, than
memory should hold with all their columns, so they wait on disk; whoever counts reads
the columns that are counted, whoever keeps them takes some after the other. What does
not: making them (`metric_rows`), the tables that keep them (`metric_tables`).
"""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp

import polars as pl

from hub.flow.key_pieces import shared
from hub.flow.shelves import Shelves, by_digit, side_by_side
from hub.metrics.issue_loop import COLUMNS as LOOP
from hub.metrics.metric import Subject


class RowsAside:
    """Rows of one shape, on disk where they are many.

    What lies on disk is gone with the last reference to this.
    """

    def __init__(self, empty: pl.DataFrame, key: str) -> None:
        """Start without rows.

        Args:
            empty: a frame without rows, of the shape of all that come.
            key: the column of hub ids by which rows are laid apart.
        """
        folder = Path(mkdtemp(prefix="hub-rows-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._empty = empty
        self.shelves = Shelves(folder / "rows", empty, by_digit(key))

    def __len__(self) -> int:
        return len(self.shelves)

    def put(self, rows: pl.DataFrame) -> None:
        """Add rows."""
        self.shelves.put(rows)

    def read(self, *columns: str) -> pl.DataFrame:
        """Some columns of every row, or all; equal texts are in memory once."""
        names = columns or tuple(self._empty.columns)
        parts = map(shared, self.shelves.columns(*names))
        return pl.concat([self._empty.select(names), *parts])


class LoopRows(RowsAside):
    """Rows of `issue_loop` of some months.

    They come sorted by period and issue_id, and if several times, with cases in the
    order of their first digit.
    """

    def __init__(self, periods: Sequence[str]) -> None:
        """Start without rows; none comes of a month that is not among these."""
        super().__init__(pl.DataFrame(schema=LOOP), "issue_id")
        self._months = sorted(set(periods))

    def whole(self) -> pl.DataFrame:
        """Every row with every column, sorted by period and issue_id."""
        pieces = [rows for month in self._months for rows in self.pieces_of(month)]
        return pl.concat([self._empty, *pieces])

    def pieces_of(self, month: str) -> Iterator[pl.DataFrame]:
        """The rows of one month in their order, some cases after the other."""
        for (rows,) in side_by_side(self.shelves):
            yield rows if self._months == [month] else rows.filter(period=month)


class SubjectRows(Mapping[Subject, pl.DataFrame]):
    """Rows by subject, read when they are asked for and not kept."""

    def __init__(self, read: Mapping[Subject, Callable[[], pl.DataFrame]]) -> None:
        self._read = read

    def __getitem__(self, subject: Subject) -> pl.DataFrame:
        return self._read[subject]()

    def __iter__(self) -> Iterator[Subject]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)
