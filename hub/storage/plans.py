"""Plans: what a merge is about to do, kept until the ledger says that it is done.

What lives here: named frames of one batch in one folder, written whole or not
at all. A run killed between the Delta commit and the ledger's transaction left
its plan behind, and the next run completes the transaction from it. What does
not: the meaning of the frames, which is the merge's.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, cast

import orjson
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from hub.errors import StorageDamaged
from hub.storage import durable

CONTENTS = "contents.json"
FRAMES = "frames.bin"


class PlanStore:
    """The open plans below one folder, one per batch id."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def save(self, batch: str, plan: Mapping[str, pl.DataFrame]) -> None:
        """Keep a plan durably in place of an older one of the batch.

        Killed on the way, there is no plan of the batch at all, or the new one.

        Raises:
            StorageUnwritable: the disk did not take it.
        """
        durable.make_folder(self._root)
        self.drop(batch)
        with durable.aside(self._root) as draft:
            with durable.writing(f"the plan of {batch}"):
                draft.mkdir()
                # One file for all frames: a small batch has a dozen, and each
                # file would be flushed, and removed again, by itself.
                with (draft / FRAMES).open("wb") as sink:
                    marks = {name: _store(sink, frame) for name, frame in plan.items()}
                (draft / CONTENTS).write_bytes(orjson.dumps(marks))
            for file in draft.iterdir():
                durable.sync(file)
            durable.publish(draft, self._root / batch)

    def load(self, batch: str) -> dict[str, pl.DataFrame] | None:
        """The plan of a batch; None where there is none.

        Raises:
            StorageDamaged: it is not what was saved.
        """
        folder = self._root / batch
        if not folder.is_dir():
            return None
        try:
            marks = orjson.loads((folder / CONTENTS).read_bytes())
            with (folder / FRAMES).open("rb") as source:
                return {name: _load(source, *mark) for name, mark in marks.items()}
        except (OSError, orjson.JSONDecodeError, pa.ArrowException) as problem:
            raise StorageDamaged(
                f"read the plan of {batch}",
                seen="its files are not what was saved",
                next_step="Drop the plan and merge the batch again from raw.",
            ) from problem

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


def _store(sink: BinaryIO, frame: pl.DataFrame) -> tuple[int, int]:
    """Write a frame after those before it; its size and checksum."""
    packed = pa.BufferOutputStream()
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    pq.write_table(table, packed, compression="zstd", write_page_checksum=True)
    content = packed.getvalue()
    sink.write(content)
    return content.size, zlib.crc32(content)


def _load(source: BinaryIO, size: int, mark: int) -> pl.DataFrame:
    """The next frame."""
    content = source.read(size)
    if zlib.crc32(content) != mark:
        raise OSError("another checksum")
    table = pq.read_table(pa.BufferReader(content), page_checksum_verification=True)
    return cast(pl.DataFrame, pl.from_arrow(table))
