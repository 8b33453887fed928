"""Rows put in order by their keys, in memory while they are few, on disk when many.

What lives here: laying the rows of both sides of a comparison onto shelves by key, so
that equal keys lie on the same shelf and a comparison holds one shelf at a time. What
does not: comparing (`compare`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

SHELVES = 16
MOST = 200_000  # rows that stay in memory
SEED = 1


class Shelves:
    """Rows of one shape on `SHELVES` shelves by `source_id`."""

    def __init__(self, folder: Path, empty: pl.DataFrame) -> None:
        """Start without rows.

        Args:
            folder: takes files once there are many rows; is made then.
            empty: a frame without rows, of the shape of all that come.
        """
        self._folder = folder
        self._empty = empty
        self._held: list[pl.DataFrame] = []
        self._count = 0
        self._files: list[list[Path]] | None = None

    def __len__(self) -> int:
        return self._count

    def put(self, rows: pl.DataFrame) -> None:
        """Lay rows onto their shelves."""
        self._count += len(rows)
        self._held.append(rows)
        if self._files is not None or self._count > MOST:
            self._store()

    @property
    def is_large(self) -> bool:
        """Whether there are too many rows to be held at once."""
        return self._files is not None

    def all(self) -> pl.DataFrame:
        """Every row, while they are few."""
        return pl.concat([self._empty, *self._held])

    def shelf(self, nth: int) -> pl.DataFrame:
        """The rows of one shelf."""
        if self._files is None:
            return self.all().filter(_shelf() == nth)
        return pl.concat([self._empty, *map(pl.read_ipc, self._files[nth])])

    def _store(self) -> None:
        if self._files is None:
            self._folder.mkdir(parents=True)
            self._files = [[] for _ in range(SHELVES)]
        for rows in self._held:
            parts = rows.with_columns(shelf=_shelf()).partition_by(
                "shelf", as_dict=True, include_key=False
            )
            for (nth,), part in parts.items():
                files = self._files[int(nth)]
                path = self._folder / f"{nth}-{len(files)}.arrow"
                part.write_ipc(path, compression="lz4")
                files.append(path)
        self._held = []


def side_by_side(
    one: Shelves, other: Shelves
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Rows of two sides such that equal keys come together; all at once if few."""
    if not (one.is_large or other.is_large):
        yield one.all(), other.all()
        return
    for nth in range(SHELVES):
        yield one.shelf(nth), other.shelf(nth)


def _shelf() -> pl.Expr:
    return pl.col("source_id").hash(SEED) % SHELVES
