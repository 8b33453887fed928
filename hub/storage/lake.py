"""The lake: Delta Lake tables whose files the hub makes durable itself.

What lives here: opening a table by name, writing parts, committing them under
an application transaction (the batch's number), and reading files back at any
version. Other engines read the same folders. What does not: the bytes of files
(`parts`) and of the log (`log`), and who may commit, which is a lease.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import polars as pl
import pyarrow as pa

from hub.errors import MisuseError
from hub.storage.ahead import in_order
from hub.storage.commit import commit_files, confirm
from hub.storage.handle import Handle
from hub.storage.listing import as_data_files, choose, list_files, manifest_digest
from hub.storage.parts import SMALL, DataFile, read_part, write_long, write_parts
from hub.storage.rewriting import APP as REWRITING
from hub.storage.rewriting import (
    Change,
    Rewritten,
    forget_journal,
    read_journal,
    rewrite_files,
)
from hub.storage.rewriting import settle as settle_files
from hub.storage.rewriting import sweep as sweep_files
from hub.storage.shape import Partition, Shape

NAME = re.compile(r"^[a-z][a-z0-9_]*(/[a-z][a-z0-9_]*)*$")
NOTHING = pl.DataFrame(
    schema={"path": pl.String, "size_bytes": pl.Int64, "num_records": pl.Int64}
)
REMEMBERED = 4  # listings of versions kept in memory, per table


class LakeTable:
    """One table; made by `Lake.table`.

    Every method that looks at the newest version refreshes first, and raises
    `StorageDamaged` where the table is torn or older than it was.
    """

    def __init__(self, root: Path, shape: Shape) -> None:
        self.name = shape.name
        self.columns = tuple(shape.columns)
        self._root = root
        self._shape = shape
        self._handle = Handle(root, shape)
        self._listings: dict[tuple[int, int], pl.DataFrame] = {}

    def expect(self, at_least: int) -> None:
        """Refuse a table older than an acknowledged version (-1: none was).

        Newer entries that a power cut tore were acknowledged to nobody; they are
        set aside, so that the batch they came from can be merged again.

        Raises:
            StorageDamaged: the table is older, or not there any more.
        """
        self._handle.expect(at_least)

    def version(self) -> int:
        """The newest version; -1 before the first commit."""
        table = self._handle.latest()
        return -1 if table is None else table.version()

    def ends_at(self, version: int) -> bool:
        """Whether this version is the newest, told without opening the table."""
        return self._handle.log.ends_at(version)

    def number(self, app_id: str) -> int:
        """The last number committed under an application id; -1 if none."""
        table = self._handle.latest()
        number = None if table is None else table.transaction_version(app_id)
        return -1 if number is None else number

    def files(
        self,
        partitions: Sequence[Partition] | None = None,
        version: int | None = None,
    ) -> list[DataFile]:
        """The table's files in order of path, of the given partitions or of all.

        A partition that names only some partition columns takes every value of
        the others.
        """
        listing = self._listing(version)
        if partitions is not None:
            listing = choose(listing, partitions)
        return as_data_files(listing)

    def manifest_digest(self, version: int | None = None) -> str:
        """SHA-256 over the list of files: proof that a log says what it said."""
        return manifest_digest(self._listing(version))

    def read(
        self,
        files: Sequence[DataFile] | None = None,
        columns: Sequence[str] | None = None,
        version: int | None = None,
    ) -> pl.DataFrame:
        """Files (or the whole table) as one frame, partition columns included.

        Raises:
            StorageDamaged: a file holds other bits than were written.
            MisuseError: a column that the table has not.
        """
        wanted = self._wanted(columns)
        frames = list(self.scan(files, wanted, version))
        if not frames:
            return pl.DataFrame(schema={n: self._shape.columns[n] for n in wanted})
        return pl.concat(frames)

    def scan(
        self,
        files: Sequence[DataFile] | None = None,
        columns: Sequence[str] | None = None,
        version: int | None = None,
    ) -> Iterator[pl.DataFrame]:
        """As `read`, one frame of at most 128 000 rows at a time."""
        wanted = self._wanted(columns)
        listed = self.files(version=version) if files is None else files

        def read(file: DataFile) -> pl.DataFrame:
            return read_part(self._root, self._shape, file, wanted)

        is_little = sum(file.rows for file in listed) <= SMALL
        yield from map(read, listed) if is_little else in_order(read, listed)

    def write(
        self, frame: pl.DataFrame, partition: Partition | None = None
    ) -> list[DataFile]:
        """Write rows of one partition as durable files that no reader sees yet.

        Raises:
            FrameMismatch: the frame is not of the table's shape; nothing is cast.
            StorageUnwritable: the disk did not take it.
        """
        return write_parts(self._root, self._shape, frame, partition or {})

    def write_long(
        self, frames: Iterable[pl.DataFrame], partition: Partition | None = None
    ) -> list[DataFile]:
        """As `write`, of rows that come in frames because together they are many."""
        return write_long(self._root, self._shape, frames, partition or {})

    def commit(
        self,
        app_id: str,
        number: int,
        *,
        add: Sequence[DataFile] = (),
        remove: Sequence[DataFile] = (),
    ) -> int:
        """Make files part of the table, or no longer, in one durable new version.

        `number` must exceed every number committed under `app_id`; see `number`.

        Raises:
            CommitConflict: the number is in already, or another writer was first.
            StorageDamaged: the commit cannot be read back.
        """
        return commit_files(
            self._handle,
            self._shape,
            app_id=app_id,
            number=number,
            add=add,
            remove=remove,
        )

    def confirm(self, app_id: str, number: int) -> int:
        """The version of a commit that a killed run left, now certainly durable.

        Raises:
            StorageDamaged: there is no such commit, or it is not whole.
        """
        return confirm(self._handle, app_id, number)

    def rewrite(self, key: str, keys: pl.Series, change: Change) -> list[Rewritten]:
        """Write files of every version again without what was erased; see `settle`.

        Args:
            key: column that tells whether a file is concerned at all.
            keys: its values to look for.
            change: the new rows of such a file; None leaves it as it is.
        """
        return rewrite_files(
            self._root, self._shape, self._handle.log, key=key, keys=keys, change=change
        )

    def rewriting(self) -> list[Rewritten]:
        """Files that were written again and are not yet in everybody's place."""
        return read_journal(self._root)

    def settle(self) -> int:
        """Let every version name the rewritten files, and remove the old ones.

        Safe to repeat. `forget` ends it, once the control database was told.

        Returns:
            The newest version, -1 where there is no table.
        """
        with self._handle.lock:
            if settle_files(self._root, self._handle.log):
                self._handle.forget()
                self.commit(REWRITING, self.number(REWRITING) + 1)
            return self.version()

    def sweep(self) -> int:
        """Remove files that no version names; only under all of its leases."""
        return sweep_files(self._root, self._handle.log)

    def forget(self) -> None:
        """Everything about a rewriting is told."""
        forget_journal(self._root)

    def litter(self, before: datetime) -> list[Path]:
        """Files last touched before an instant that no version refers to."""
        known = self._handle.log.references()
        return sorted(
            path
            for path in self._root.rglob("*")
            if path.is_file()
            and path.relative_to(self._root).as_posix() not in known
            and path.stat().st_mtime < before.timestamp()
        )

    def _listing(self, version: int | None) -> pl.DataFrame:
        table = self._handle.latest() if version is None else self._handle.at(version)
        if table is None:
            return NOTHING
        at = (table.version(), self._handle.stamp)
        if at not in self._listings:
            while len(self._listings) >= REMEMBERED:
                self._listings.pop(next(iter(self._listings)))
            self._listings[at] = list_files(table)
        return self._listings[at]

    def _wanted(self, columns: Sequence[str] | None) -> Sequence[str]:
        if columns is None:
            return self.columns
        unknown = sorted(set(columns) - set(self.columns))
        if unknown:
            raise MisuseError(
                f"read the table {self.name}",
                seen=f"it has no column {unknown[0]}",
                next_step=f"Its columns are: {', '.join(self.columns)}.",
            )
        return columns


class Lake:
    """All tables under one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._tables: dict[str, tuple[pa.Schema, tuple[str, ...], LakeTable]] = {}

    def table(
        self,
        name: str,
        schema: pa.Schema,
        partition_by: Sequence[str] = (),
        *,
        at_least: int | None = None,
    ) -> LakeTable:
        """The table of a lake name ("core/issue"); its first commit creates it.

        `schema` holds all columns, those of the partition among them. A column
        that it has and the stored table has not is added by the next commit.

        Raises:
            FrameMismatch: the stored table has another shape.
            StorageDamaged: it is older than `at_least` (see `LakeTable.expect`).
        """
        if not NAME.match(name):
            raise MisuseError(
                "open a lake table",
                seen="its name is not made of lower-case words and slashes",
                next_step="Build the name from the declaration, as in core/issue.",
            )
        known = self._tables.get(name)
        if known and known[0].equals(schema) and known[1] == tuple(partition_by):
            table = known[2]
        else:
            table = LakeTable(self._root / name, Shape(name, schema, partition_by))
            self._tables[name] = (schema, tuple(partition_by), table)
        if at_least is not None:
            table.expect(at_least)
        return table
