"""Released datasets as tables of the warehouse: what everybody's table holds.

What lives here: which columns of a dataset come into its table, and its published rows
at a release, part by part. A part is a partition of the lake table (partner, month);
only one whose files are others is written. What does not: what single consumers see
beyond it (`hub.sharing.warehouse`).

The table holds no closed column and none that leaves the hub masked; so whoever sees
the whole of it, as anybody with the file of SQLite does, sees nothing personal. Its
key is there in any case: identifiers that the hub made itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from hashlib import sha256

import polars as pl
import sqlalchemy as sa

from hub.flow.house import House
from hub.flow.published import table_of
from hub.flow.warehouse_sources import partition_name
from hub.schemas import DATASETS, Column, Dataset
from hub.schemas.derive import sql_table
from hub.storage.lake import LakeTable
from hub.storage.parts import DataFile
from hub.storage.releases import Release
from hub.storage.shape import Partition
from hub.storage.warehouse import Loading, Part, part_column

DELETED = "deleted_at"


def shared_columns(ds: Dataset) -> tuple[Column, ...]:
    """The columns of a dataset's table: its key, and what needs no mask and is open."""
    return tuple(
        one
        for one in ds.all_columns
        if one.name in ds.key or (one.share != "CLOSED" and one.mask is None)
    )


def dataset_table(ds: Dataset, metadata: sa.MetaData) -> sa.Table:
    """The table, with types, primary key and Chinese comments from the schema."""
    names = [one.name for one in shared_columns(ds)]
    table = sql_table(ds, metadata, columns=names)
    table.append_column(part_column())
    return table


def dataset_loadings(house: House, release: Release) -> list[Loading]:
    """Every dataset of a release as parts to load."""
    metadata = sa.MetaData()
    return [
        Loading(dataset_table(ds, metadata), _parts(house, ds, release))
        for ds in DATASETS.values()
    ]


def _parts(house: House, ds: Dataset, release: Release) -> list[Part]:
    table = table_of(house, ds.name)
    version = pinned_version(release, ds.name)
    columns = [one.name for one in shared_columns(ds)]
    return [
        Part(name, files_digest(files), partial(_rows, table, files, version, columns))
        for name, files in files_by_part(table, version)
    ]


def _rows(
    table: LakeTable, files: Sequence[DataFile], version: int, columns: Sequence[str]
) -> Iterator[pl.DataFrame]:
    for frame in live_rows(table, files, version, columns):
        yield frame.select(columns)


def live_rows(
    table: LakeTable, files: Sequence[DataFile], version: int, columns: Sequence[str]
) -> Iterator[pl.DataFrame]:
    """Rows of files without tombstones, at most a file's at a time."""
    read = list(dict.fromkeys([*columns, DELETED]))
    for frame in table.scan(files=files, columns=read, version=version):
        yield frame.filter(pl.col(DELETED).is_null())


def pinned_version(release: Release, name: str) -> int:
    """The version of a table that a release pins; -1 where it pins none."""
    return {one.dataset: one.version for one in release.datasets}.get(name, -1)


def files_by_part(
    table: LakeTable, version: int, partition: Partition | None = None
) -> list[tuple[str, Sequence[DataFile]]]:
    """The files of a version, or of one partition of it, by partition.

    A part is named after its partition.
    """
    chosen = None if partition is None else [partition]
    there = table.files(partitions=chosen, version=version) if version >= 0 else []
    found: dict[str, list[DataFile]] = {}
    for file in there:
        name = partition_name(file.partition, sorted(file.partition))
        found.setdefault(name, []).append(file)
    return sorted(found.items())


def files_digest(files: Sequence[DataFile], *more: str) -> str:
    """The same for the same rows: files of the lake never change."""
    lines = sorted(f"{one.path} {one.size} {one.rows}" for one in files)
    return sha256("\n".join([*lines, *more]).encode()).hexdigest()
