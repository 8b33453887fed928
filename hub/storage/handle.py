"""One open Delta table, kept at its newest version and mistrusted.

What lives here: opening, refreshing and time travel of one table, with the
checks that delta-rs does not make: no torn entry, and never a version below one
that was seen or acknowledged before. What does not: changing the table, see
`commit`; its files, see `listing` and `parts`.
"""

from __future__ import annotations

import threading
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from hub.storage.log import Log
from hub.storage.shape import Shape


class Handle:
    """The table in one folder; opening costs once, refreshing about a millisecond."""

    def __init__(self, root: Path, shape: Shape) -> None:
        self.name = shape.name
        self.root = root
        self.log = Log(shape.name, root)
        self._shape = shape
        self.lock = threading.RLock()
        self._table: DeltaTable | None = None
        self._floor = -1
        self._flushed: int | None = None
        self.stamp = 0

    def expect(self, at_least: int) -> None:
        """Take it as known that versions up to `at_least` were acknowledged.

        Entries above that were torn by a power cut are set aside.

        Raises:
            StorageDamaged: the table is older than that.
        """
        with self.lock:
            self._floor = max(self._floor, at_least)
            if self._table is None:
                self.log.set_aside_torn(self._floor)
            self.latest()

    def latest(self) -> DeltaTable | None:
        """The table at its newest version; None before its first commit.

        Raises:
            StorageDamaged: it is torn, or older than it was known to be.
        """
        with self.lock:
            stamp = self.log.stamp()
            if stamp != self.stamp:
                # Files of versions that are known already have other names now.
                self.stamp = stamp
                self._table = None
            if self._table is None:
                self._table = self._open()
                self._refuse_other_shape()
            elif not self.log.ends_at(self._table.version()):
                before = self._table.version()
                try:
                    self._table.update_incremental()
                except DeltaError as problem:
                    raise self.log.damaged("its log cannot be read on") from problem
                self.log.refuse_torn(before, self._table.version())
            version = -1 if self._table is None else self._table.version()
            if version < self._floor:
                raise self.log.damaged(
                    f"it is at version {version}, and {self._floor} was acknowledged"
                )
            self._floor = version
            return self._table

    def at(self, version: int) -> DeltaTable | None:
        """The table as it was at a version; None before its first (-1).

        Raises:
            StorageDamaged: that version cannot be read any more.
        """
        if version == -1:  # as a release pins a table that had nothing yet
            return None
        latest = self.latest()
        if latest is not None and latest.version() == version:
            return latest
        try:
            return DeltaTable(self.root, version=version)
        except DeltaError as problem:
            raise self.log.damaged(f"version {version} cannot be read") from problem

    def flush(self, upto: int) -> None:
        """Flush every log entry up to a version that this process has not flushed.

        Entries of others are included: a version rests on all before it, and the
        process that wrote one may have been killed before its flush.
        """
        if self._flushed is None:
            self._flushed = self.log.checkpointed()
        if upto > self._flushed:
            self.log.sync(self._flushed, upto)
            self._flushed = upto

    def forget(self) -> None:
        """Open anew at the next use."""
        with self.lock:
            self._table = None

    def _refuse_other_shape(self) -> None:
        if self._table is not None:
            self._shape.missing_in(pa.schema(self._table.schema().to_arrow()))

    def _open(self) -> DeltaTable | None:
        if not self.log.exists():
            return None
        self.log.refuse_torn(-1)
        try:
            return DeltaTable(self.root)
        except DeltaError as problem:
            if not self.log.set_aside_checkpoint():
                raise self.log.damaged("its log cannot be read") from problem
        try:
            return DeltaTable(self.root)
        except DeltaError as problem:
            raise self.log.damaged("its log cannot be read") from problem
