"""The files of a released table, for engines that read Parquet by themselves.

What lives here: where a table lies and which of its files a release pins. What does
not: reading them; their hashes, which the manifest has (`manifest`).

Files lie in folders named after the partition (`partner=…/month=2026-10`), and the
partition's columns are not inside them. A row counts only where `only_where_null` is
null: the others are tombstones.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from hub.flow.house import House
from hub.flow.published import METRICS, table_of
from hub.flow.warehouse_datasets import DELETED, pinned_version
from hub.storage.parts import DataFile
from hub.storage.releases import Release


class ReleaseFiles(NamedTuple):
    """A released table as it lies on the disk.

    Attributes:
        folder: of the Delta table; paths of files are below it.
        version: of the Delta table; -1 where it has none, and no file.
        only_where_null: column that must be null for a row to count; None: all count.
        files: in the order of their paths.
    """

    folder: Path
    version: int
    only_where_null: str | None
    files: list[DataFile]


def files_of(house: House, release: Release, name: str) -> ReleaseFiles:
    """The files of a dataset or metric table that a release pins."""
    table, version = table_of(house, name), pinned_version(release, name)
    return ReleaseFiles(
        folder=house.settings.lake_root.absolute() / table.name,
        version=version,
        only_where_null=None if name in METRICS else DELETED,
        files=table.files(version=version) if version >= 0 else [],
    )
