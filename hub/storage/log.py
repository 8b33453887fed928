"""The Delta log of one table, as files: read back, flushed, and kept honest.

What lives here: what delta-rs leaves to the operating system. It never flushes
an entry, and it reads an entry of no bytes as "nothing happened here", at the
same version number and without an error. So entries are checked when they are
first met, flushed after a commit, and, where a power cut tore one that nobody
had acknowledged, set aside. What does not: the meaning of a table, see `lake`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from hub.errors import StorageDamaged
from hub.storage import durable

ENTRY = re.compile(r"^(\d{20})\.json$")
CHECKPOINT = re.compile(r"^(\d{20})\.checkpoint.*\.parquet$")
STAMP = "_rewritten"  # its time tells when files of old versions were replaced


@dataclass(frozen=True)
class Commit:
    """One entry: its version, and the paths and transactions it holds."""

    version: int
    added: dict[str, int]
    removed: frozenset[str]
    transactions: dict[str, int]


class Log:
    """The folder `_delta_log` of one table."""

    def __init__(self, table: str, root: Path) -> None:
        self._table = table
        self._root = root
        self.folder = root / "_delta_log"

    def exists(self) -> bool:
        """Whether the table was ever committed to."""
        return bool(self.versions())

    def versions(self) -> list[int]:
        """The versions that have an entry, ascending."""
        return sorted(self._sizes())

    def ends_at(self, version: int) -> bool:
        """Whether the entry of a version is there and none after it.

        Entries have no gaps and the hub removes none, so two looks at the folder
        tell what reading the log on would, at a hundredth of its cost.
        """
        return self._entry(version).exists() and not self._entry(version + 1).exists()

    def stamp(self) -> int:
        """Changes whenever files of old versions were replaced (an erasure)."""
        try:
            return (self.folder / STAMP).stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def checkpointed(self) -> int:
        """The newest version with a checkpoint; -1 where there is none."""
        found = (CHECKPOINT.match(path.name) for path in self.folder.iterdir())
        return max((int(name.group(1)) for name in found if name), default=-1)

    def refuse_torn(self, after: int, upto: int | None = None) -> None:
        """Refuse entries without content in (after, upto], or all after `after`.

        Raises:
            StorageDamaged: such an entry is found.
        """
        if upto is None:
            sizes = self._sizes()
        else:
            new = range(after + 1, upto + 1)
            sizes = {version: self._entry(version).stat().st_size for version in new}
        for version, size in sorted(sizes.items()):
            if version > after and size == 0:
                raise self.damaged(f"the log entry of version {version} is empty")

    def set_aside_torn(self, acknowledged: int) -> None:
        """Take torn entries away that no one was ever told of, and all after them.

        Only a power cut makes them; the batch they belonged to is merged again.
        """
        unknown = [v for v in self.versions() if v > acknowledged]
        torn = next((i for i, v in enumerate(unknown) if self._unreadable(v)), None)
        if torn is None:
            return
        for version in reversed(unknown[torn:]):
            entry = self._entry(version)
            entry.replace(entry.with_suffix(".json.torn"))
        durable.sync(self.folder)

    def set_aside_checkpoint(self) -> bool:
        """Take a newest checkpoint away that cannot be read; entries suffice.

        Returns whether there was one. The hub never removes entries, so a
        checkpoint only saves time.
        """
        found = [p for p in self.folder.iterdir() if CHECKPOINT.match(p.name)]
        hint = self.folder / "_last_checkpoint"
        if not found:
            lonely = hint.exists()
            hint.unlink(missing_ok=True)
            return lonely
        newest = max(found, key=lambda path: path.name)
        try:
            pq.read_table(newest)
        except (OSError, pa.ArrowException):
            newest.replace(newest.with_suffix(".parquet.torn"))
            hint.unlink(missing_ok=True)
            durable.sync(self.folder)
            return True
        return False

    def commits(self, after: int, upto: int) -> Iterator[Commit]:
        """The entries of (after, upto], newest first.

        Raises:
            StorageDamaged: an entry is missing or is not JSON.
        """
        for version in range(upto, after, -1):
            yield self._read(version)

    def references(self) -> set[str]:
        """Every path, relative to the table, that the log accounts for."""
        known = {
            path.relative_to(self._root).as_posix()
            for path in self.folder.glob("*")
            if ENTRY.match(path.name)
            or CHECKPOINT.match(path.name)
            or path.name in ("_last_checkpoint", STAMP)
        }
        for version in self.versions():
            entry = self._read(version)
            known.update(entry.added, entry.removed)
        return known

    def sync(self, after: int, upto: int) -> None:
        """Flush the entries of (after, upto] and the folders that name them."""
        for version in range(after + 1, upto + 1):
            durable.sync(self._entry(version))
        durable.sync(self.folder)
        if after < 0:
            # The table is new, and delta-rs made its folders without a flush.
            durable.sync(self._root)

    def sync_checkpoint(self, version: int) -> None:
        """Flush the checkpoint of a version and the hint that names it."""
        for path in self.folder.glob(f"{version:020d}.checkpoint*.parquet"):
            durable.sync(path)
        durable.sync(self.folder / "_last_checkpoint")
        durable.sync(self.folder)

    def damaged(self, seen: str) -> StorageDamaged:
        """The failure for a log that is not what was committed."""
        return StorageDamaged(
            f"open the table {self._table}",
            seen=seen,
            next_step="Restore its folder from the backup, or rebuild it from raw.",
        )

    def _entry(self, version: int) -> Path:
        return self.folder / f"{version:020d}.json"

    def _sizes(self) -> dict[int, int]:
        if not self.folder.is_dir():
            return {}
        with os.scandir(self.folder) as found:
            return {
                int(name.group(1)): entry.stat().st_size
                for entry in found
                if (name := ENTRY.match(entry.name))
            }

    def _unreadable(self, version: int) -> bool:
        try:
            self._read(version)
        except StorageDamaged:
            return True
        return False

    def _read(self, version: int) -> Commit:
        try:
            lines = self._entry(version).read_bytes().splitlines()
            actions = [orjson.loads(line) for line in lines if line.strip()]
        except (OSError, orjson.JSONDecodeError) as problem:
            seen = f"the log entry of version {version} cannot be read"
            raise self.damaged(seen) from problem
        if not actions:
            raise self.damaged(f"the log entry of version {version} is empty")
        added = [action["add"] for action in actions if "add" in action]
        removed = [action["remove"] for action in actions if "remove" in action]
        noted = [action["txn"] for action in actions if "txn" in action]
        return Commit(
            version=version,
            added={unquote(add["path"]): int(add["size"]) for add in added},
            removed=frozenset(unquote(gone["path"]) for gone in removed),
            transactions={txn["appId"]: int(txn["version"]) for txn in noted},
        )
