"""Plans: what a merge is about to do, kept until the ledger says that it is done.

What lives here: named frames of one batch in one folder, written whole or not
at all. A run killed between the Delta commit and the ledger's transaction left
its plan behind, and the next run completes the transaction from it. What does
not: the meaning of the frames, which is the merge's.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import orjson
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from hub.errors import StorageDamaged
from hub.storage import durable

CONTENTS = "contents.json"
FRAMES = "frames.bin"


class Mark(NamedTuple):
    """One frame of a plan: its name, rows, bytes and checksum."""

    name: str
    rows: int
    size: int
    crc: int


class PlanStore:
    """The open plans below one folder, one per batch id."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def save(
        self,
        batch: str,
        plan: Mapping[str, pl.DataFrame] | Iterable[tuple[str, pl.DataFrame]],
    ) -> None:
        """Keep a plan durably in place of an older one of the batch.

        Killed on the way, there is no plan of the batch at all, or the new one.

        Args:
            batch: batch id.
            plan: named frames; several under one name are pieces of one, and are
                written as they are made, so that a large plan is never whole.

        Raises:
            StorageUnwritable: the disk did not take it.
        """
        durable.make_folder(self._root)
        self.drop(batch)
        pieces = plan.items() if isinstance(plan, Mapping) else plan
        marks: list[Mark] = []
        with durable.aside(self._root) as draft:
            with durable.writing(f"the plan of {batch}"):
                draft.mkdir()
            # One file for all frames: a small batch has a dozen, and each file
            # would be flushed, and removed again, by itself.
            with (draft / FRAMES).open("wb") as sink:
                for name, frame in pieces:
                    with durable.writing(f"the plan of {batch}"):
                        marks.append(_store(sink, name, frame))
            with durable.writing(f"the plan of {batch}"):
                (draft / CONTENTS).write_bytes(
                    orjson.dumps([tuple(mark) for mark in marks])
                )
            for file in draft.iterdir():
                durable.sync(file)
            durable.publish(draft, self._root / batch)

    def load(
        self, batch: str, names: Collection[str] | None = None
    ) -> dict[str, pl.DataFrame] | None:
        """The plan of a batch, or some frames of it; None where there is none.

        Raises:
            StorageDamaged: it is not what was saved.
        """
        if not (self._root / batch).is_dir():
            return None
        held: dict[str, list[pl.DataFrame]] = {}
        for name, frame in self._frames(batch, names):
            held.setdefault(name, []).append(frame)
        return {
            name: pl.concat(some) if len(some) > 1 else some[0]
            for name, some in held.items()
        }

    def pieces(self, batch: str, name: str) -> Iterator[pl.DataFrame]:
        """One frame of a plan, piece by piece as it was saved.

        Raises:
            StorageDamaged: it is not what was saved.
        """
        for _, frame in self._frames(batch, {name}):
            yield frame

    def heights(self, batch: str) -> dict[str, int]:
        """The rows of every frame of a plan; none where there is no plan.

        Raises:
            StorageDamaged: it is not what was saved.
        """
        counted: dict[str, int] = {}
        if (self._root / batch).is_dir():
            with _reading(batch):
                for name, height, _, _ in self._marks(batch):
                    counted[name] = counted.get(name, 0) + height
        return counted

    def _marks(self, batch: str) -> list[Mark]:
        content = (self._root / batch / CONTENTS).read_bytes()
        return [Mark(*mark) for mark in orjson.loads(content)]

    def _frames(
        self, batch: str, names: Collection[str] | None
    ) -> Iterator[tuple[str, pl.DataFrame]]:
        with _reading(batch), (self._root / batch / FRAMES).open("rb") as source:
            for mark in self._marks(batch):
                if names is None or mark.name in names:
                    yield mark.name, _load(source, mark)
                else:
                    source.seek(mark.size, os.SEEK_CUR)

    def drop(self, batch: str) -> None:
        """Forget the plan of a batch, if there is one."""
        folder = self._root / batch
        if not folder.is_dir():
            return
        with durable.aside(self._root) as gone, durable.writing("a plan's folder"):
            folder.replace(gone)
            durable.sync(self._root)

    def batches(self) -> list[str]:
        """The batch ids that have a plan, in order."""
        if not self._root.is_dir():
            return []
        return sorted(
            path.name
            for path in self._root.iterdir()
            if path.is_dir() and not path.name.startswith(durable.ASIDE)
        )


@contextmanager
def _reading(batch: str) -> Iterator[None]:
    try:
        yield
    except (OSError, TypeError, orjson.JSONDecodeError, pa.ArrowException) as problem:
        raise StorageDamaged(
            f"read the plan of {batch}",
            seen="its files are not what was saved",
            next_step="Drop the plan and merge the batch again from raw.",
        ) from problem


def _store(sink: BinaryIO, name: str, frame: pl.DataFrame) -> Mark:
    """Write a frame after those before it."""
    packed = pa.BufferOutputStream()
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    pq.write_table(table, packed, compression="zstd", write_page_checksum=True)
    content = packed.getvalue()
    sink.write(content)
    return Mark(name, len(frame), content.size, zlib.crc32(content))


def _load(source: BinaryIO, mark: Mark) -> pl.DataFrame:
    """The next frame."""
    content = source.read(mark.size)
    if zlib.crc32(content) != mark.crc:
        raise OSError("another checksum")
    table = pq.read_table(pa.BufferReader(content), page_checksum_verification=True)
    return cast(pl.DataFrame, pl.from_arrow(table))
