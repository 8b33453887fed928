"""The lake as it was: every table at the version that a release pinned.

What lives here: a lake whose tables stand at fixed versions and take no commit, so
that whatever reads tables can read an old picture without knowing. What does not:
which versions belong together (`releases`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa

from hub.errors import MisuseError
from hub.storage.lake import NOTHING, Lake, LakeTable
from hub.storage.parts import DataFile
from hub.storage.shape import Partition, Shape


class PinnedTable(LakeTable):
    """One table at one version; -1 is the table before its first commit."""

    def __init__(self, root: Path, shape: Shape, at: int) -> None:
        super().__init__(root, shape)
        self._at = at

    def version(self) -> int:
        """The version that it stands at."""
        return self._at

    def write(
        self, frame: pl.DataFrame, partition: Partition | None = None
    ) -> list[DataFile]:
        """Refuse: nothing can be added to the past.

        Raises:
            MisuseError: always.
        """
        raise MisuseError(
            f"write to the table {self.name}",
            seen="it stands at the version of a release",
            next_step="This is a mistake in the hub, nothing was written: report it.",
        )

    def _listing(self, version: int | None) -> pl.DataFrame:
        at = self._at if version is None else version
        return NOTHING if at < 0 else super()._listing(at)


class PinnedLake(Lake):
    """All tables of a release; one that it does not name has nothing."""

    def __init__(self, root: Path, versions: Mapping[str, int]) -> None:
        super().__init__(root)
        self._versions = versions

    def table(
        self,
        name: str,
        schema: pa.Schema,
        partition_by: Sequence[str] = (),
        *,
        at_least: int | None = None,
    ) -> LakeTable:
        """The table of a lake name, at the version of the release."""
        known = self._tables.get(name)
        if known and known[0].equals(schema) and known[1] == tuple(partition_by):
            return known[2]
        shape = Shape(name, schema, partition_by)
        table = PinnedTable(self._root / name, shape, self._versions.get(name, -1))
        self._tables[name] = (schema, tuple(partition_by), table)
        return table
