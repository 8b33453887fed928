"""Published rows of core tables, as they are now or as a release pinned them.

What lives here: reading some columns of some partitions or files at a version,
tombstones left out. What does not: which files are needed (`issue_facts`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.schemas import dataset
from hub.storage.lake import LakeTable
from hub.storage.parts import DataFile
from hub.storage.shape import Partition

Versions = Mapping[str, int]
LIVING = pl.col("deleted_at").is_null()


def read_table(
    house: House,
    name: str,
    columns: Sequence[str],
    *,
    versions: Versions | None = None,
    places: Sequence[Partition] | None = None,
) -> pl.DataFrame:
    """Published rows of a dataset, of all partitions or of some."""
    table, version = core_at(house, name, versions)
    schema = tables.core_columns(dataset(name))
    empty = pl.DataFrame(schema={column: schema[column] for column in columns})
    files = files_at(table, version, places)
    return pl.concat([empty, *living_rows(table, files, columns, version)])


def core_at(
    house: House, name: str, versions: Versions | None
) -> tuple[LakeTable, int | None]:
    """The core table of a dataset, and the version to read it at."""
    table = tables.core_table(house.lake, dataset(name))
    return table, None if versions is None else versions[name]


def files_at(
    table: LakeTable,
    version: int | None,
    places: Sequence[Partition] | None = None,
) -> list[DataFile]:
    """The files of a version; none of one before the table's first (-1)."""
    return [] if version == -1 else table.files(places, version)


def living_rows(
    table: LakeTable,
    files: Sequence[DataFile],
    columns: Sequence[str],
    version: int | None,
) -> Iterator[pl.DataFrame]:
    """Frames of files, tombstones left out."""
    asked = list(dict.fromkeys([*columns, "deleted_at"]))
    for frame in table.scan(files, asked, version):
        yield frame.filter(LIVING).select(columns)
