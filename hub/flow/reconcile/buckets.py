"""Frames spread over files by key, so that two large sets meet piece by piece.

What lives here: a temporary store of sixteen files per side, by the first digit of
the hub id; equal keys lie in files of equal number. Keys, digests and hashes go in,
never values. What does not: comparing (`reasons`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

DIGITS = "0123456789abcdef"


class Buckets:
    """One side of a comparison, on disk until its folder goes."""

    def __init__(self, folder: Path, schema: Mapping[str, pl.DataType]) -> None:
        """Hold nothing yet.

        Args:
            folder: takes the files; is made.
            schema: columns of every frame; `key` is one of them.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._schema = pl.Schema(schema)
        self._empty = pl.DataFrame(schema=self._schema)
        self._writers: dict[str, pq.ParquetWriter] = {}

    def add(self, frame: pl.DataFrame) -> None:
        """Put rows into the files of their keys; rows without a key are left out."""
        told = frame.select(*self._schema).cast(self._schema)
        digit = pl.col("key").str.slice(0, 1).alias("__digit")
        keyed = told.filter(pl.col("key").is_not_null()).with_columns(digit)
        parts = keyed.partition_by("__digit", as_dict=True, include_key=False)
        for (name,), part in parts.items():
            self._writer(str(name)).write_table(_arrow(part))

    def read(self, digit: str) -> pl.DataFrame:
        """All rows of one file; nothing may be added after the first read."""
        self.close()
        path = self._path(digit)
        if not path.exists():
            return self._empty
        found = pl.from_arrow(pq.read_table(path))
        assert isinstance(found, pl.DataFrame)
        return found.cast(self._schema)

    def close(self) -> None:
        """Finish the files."""
        while self._writers:
            self._writers.popitem()[1].close()

    def _path(self, digit: str) -> Path:
        return self._folder / f"{digit}.parquet"

    def _writer(self, digit: str) -> pq.ParquetWriter:
        if digit not in self._writers:
            schema = _arrow(self._empty).schema
            self._writers[digit] = pq.ParquetWriter(self._path(digit), schema)
        return self._writers[digit]


def _arrow(frame: pl.DataFrame) -> pa.Table:
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())
