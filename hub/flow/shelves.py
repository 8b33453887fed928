"""Rows laid apart by their keys, in memory while they are few, on disk when many.

What lives here: shelves, such that equal keys lie on the same one and whoever looks at
one key at a time holds one shelf at a time. What does not: what is done with a shelf.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

SHELVES = 16
MOST = 200_000  # rows that stay in memory
CELLS = 25 * MOST  # and fewer of them where they are wide
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

    def __init__(self, folder: Path, empty: pl.DataFrame, by: pl.Expr) -> None:
        """Start without rows.

        Args:
            folder: takes files once there are many rows; is made then.
            empty: a frame without rows, of the shape of all that come.
            by: the number of a row's shelf.
        """
        self._folder = folder
        self._empty = empty
        self._by = by
        self._held: list[pl.DataFrame] = []
        self._count = 0
        self._most = min(MOST, CELLS // max(empty.width, 1))
        self._files: dict[int, list[Path]] | None = None

    def __len__(self) -> int:
        return self._count

    def put(self, rows: pl.DataFrame) -> None:
        """Lay rows onto their shelves."""
        if not len(rows):
            return
        self._count += len(rows)
        self._held.append(rows)
        if self._files is not None or self._count > self._most:
            self._store()

    @property
    def is_large(self) -> bool:
        """Whether there are too many rows to be held at once."""
        return self._files is not None

    def all(self) -> pl.DataFrame:
        """Every row, while they are few."""
        return pl.concat([self._empty, *self._held])

    def shelves(self, *wanted: int) -> pl.DataFrame:
        """The rows of some shelves."""
        if self._files is None:
            return self.all().filter(self._by.is_in(wanted))
        paths = [path for nth in wanted for path in self._files.get(nth, ())]
        return pl.concat([self._empty, *map(pl.read_ipc, paths)])

    def columns(self, *names: str) -> Iterator[pl.DataFrame]:
        """Some columns of every row, shelf by shelf; no other is read."""
        if self._files is None:
            yield self.all().select(names)
            return
        for nth in sorted(self._files):
            for path in self._files[nth]:
                yield pl.read_ipc(path, columns=list(names))

    def _store(self) -> None:
        if self._files is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._files = {}
        for rows in self._held:
            parts = rows.with_columns(shelf=self._by).partition_by(
                "shelf", as_dict=True, include_key=False
            )
            for (nth,), part in parts.items():
                files = self._files.setdefault(int(nth), [])
                path = self._folder / f"{nth}-{len(files)}.arrow"
                part.write_ipc(path, compression="lz4")
                files.append(path)
        self._held = []


def side_by_side(*sides: Shelves) -> Iterator[tuple[pl.DataFrame, ...]]:
    """Rows of some sides such that equal keys come together; all at once if few."""
    if not any(one.is_large for one in sides):
        yield tuple(one.all() for one in sides)
        return
    for nth in range(SHELVES):
        yield tuple(one.shelves(nth) for one in sides)
