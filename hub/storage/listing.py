"""The files of one table version, as its log lists them.

What lives here: from delta-rs's list of added files to `DataFile`, chosen by
partition. What does not: the bytes of those files, see `parts`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import TypeVar, cast
from urllib.parse import unquote

import polars as pl
import pyarrow as pa
from deltalake import DeltaTable

from hub.storage.parts import DataFile
from hub.storage.shape import Partition

T = TypeVar("T")


def list_files(table: DeltaTable) -> pl.DataFrame:
    """One row per file of the version the table stands at.

    Columns: path (as on disk), num_records, size_bytes, partition (struct), and,
    where the log has them, the structs min, max and null_count.
    """
    added = pa.table(table.get_add_actions(flatten=False))
    # Paths in the log are percent-encoded once more than those on disk.
    paths = [unquote(path) for path in added.column("path").to_pylist()]
    frame = cast(pl.DataFrame, pl.from_arrow(added.drop_columns(["path"])))
    return frame.with_columns(pl.Series("path", paths, dtype=pl.String)).sort("path")


def choose(files: pl.DataFrame, partitions: Sequence[Partition]) -> pl.DataFrame:
    """The files of the given partitions; a partition may name some columns only."""
    if files.is_empty():
        return files
    wanted = [
        reduce(
            and_,
            (
                pl.col("partition").struct.field(column) == value
                for column, value in partition.items()
            ),
            pl.lit(value=True),
        )
        for partition in partitions
    ]
    return files.filter(reduce(or_, wanted, pl.lit(value=False)))


def as_data_files(files: pl.DataFrame) -> list[DataFile]:
    """The listing as values."""
    if files.is_empty():
        return []
    blank = [None] * files.height
    return [
        DataFile(
            path=path,
            rows=rows,
            size=size,
            partition=partition or {},
            stats_min=_known(low),
            stats_max=_known(high),
            null_count=_known(nulls),
        )
        for path, rows, size, partition, low, high, nulls in zip(
            files["path"],
            files["num_records"],
            files["size_bytes"],
            *(
                files[name] if name in files.columns else blank
                for name in ("partition", "min", "max", "null_count")
            ),
            strict=True,
        )
    ]


def manifest_digest(files: pl.DataFrame) -> str:
    """SHA-256 over path, size and rows of every file, in order of path.

    Names carry a checksum and partition, so two equal digests mean the same data.
    """
    lines = files.select(
        pl.concat_str(
            pl.col("path", "size_bytes", "num_records").cast(pl.String), separator="\t"
        )
    ).to_series()
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _known(values: Mapping[str, T | None] | None) -> dict[str, T]:
    return {n: v for n, v in (values or {}).items() if v is not None}
