"""Part files of the lake: Parquet that can tell whether it is still itself.

What lives here: writing and reading single data files. Pages carry checksums
and are verified on every read; the footer, which Parquet leaves unprotected, has
its CRC-32 in the file name; size and row count stand in the table's log. (A
flipped bit in a page or its header was found every time; in a footer 1 flip in
100 gave wrong data before its checksum was kept.) What does not: which files
are part of a table, see `log` and `lake`.
"""

from __future__ import annotations

import os
import re
import secrets
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from hub.errors import StorageDamaged
from hub.storage import durable
from hub.storage.ahead import in_order
from hub.storage.shape import Partition, Shape
from hub.storage.stats import Bound, bounds_of

ROWS = 128_000
SMALL = 20_000  # rows below which threads cost more than they bring
TAIL = 8  # length of the footer and the magic number
FOOTER_MARK = re.compile(r"-([0-9a-f]{8})\.parquet$")


@dataclass(frozen=True)
class DataFile:
    """One file of a table: path below the table, partition, rows, bytes, bounds."""

    path: str
    rows: int
    size: int
    partition: Partition = field(compare=False)
    stats_min: Mapping[str, Bound] = field(default_factory=dict, compare=False)
    stats_max: Mapping[str, Bound] = field(default_factory=dict, compare=False)
    null_count: Mapping[str, int] = field(default_factory=dict, compare=False)


def write_parts(
    root: Path, shape: Shape, frame: pl.DataFrame, partition: Partition
) -> list[DataFile]:
    """Write a frame as files of at most `ROWS` rows, durable but not yet visible.

    Raises:
        FrameMismatch: the frame is not of the table's shape.
        StorageUnwritable: the disk did not take them.
    """
    folder = shape.folder_of(partition)
    shape.expect(frame, partition)
    if not len(frame):
        return []
    durable.make_folder(root / folder)
    stem = f"{folder}{secrets.token_hex(8)}"

    # Files are made of slices, so that Arrow's copy of a long frame is never whole.
    def write(start: int) -> DataFile:
        piece = shape.to_arrow(frame.slice(start, ROWS))
        return _write(root, f"{stem}-{start // ROWS:04d}", piece, partition)

    files = list(in_order(write, range(0, len(frame), ROWS)))
    durable.sync(root / folder)
    return files


def write_long(
    root: Path, shape: Shape, frames: Iterable[pl.DataFrame], partition: Partition
) -> list[DataFile]:
    """As `write_parts` of all frames, of which memory holds one or two at a time."""
    folder = shape.folder_of(partition)
    stem = f"{folder}{secrets.token_hex(8)}"
    files: list[DataFile] = []
    for frame in _evenly(frames):
        shape.expect(frame, partition)
        durable.make_folder(root / folder)
        draft = f"{stem}-{len(files):04d}"
        files.append(_write(root, draft, shape.to_arrow(frame), partition))
    if files:
        durable.sync(root / folder)
    return files


def _evenly(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same rows in frames of `ROWS`, the last one shorter."""
    waiting: list[pl.DataFrame] = []
    for frame in frames:
        waiting.append(frame)
        while sum(map(len, waiting)) >= ROWS:
            both = pl.concat(waiting)
            yield both.head(ROWS)
            waiting = [both.slice(ROWS)]
    if sum(map(len, waiting)):
        yield pl.concat(waiting)


def read_part(
    root: Path, shape: Shape, file: DataFile, columns: Sequence[str]
) -> pl.DataFrame:
    """Read the named columns of one file, every byte that is used verified.

    Raises:
        StorageDamaged: the file is gone, cut, or holds other bits than were written.
    """
    path = root / file.path
    stored = [c for c in columns if c not in shape.partition_by]
    try:
        _refuse_damage(path, file)
        # Text as views is what Polars keeps in memory; nothing is copied after this.
        with pq.ParquetFile(
            path, page_checksum_verification=True, binary_type=pa.binary_view()
        ) as source:
            there = set(source.schema_arrow.names)
            table = source.read(
                columns=[c for c in stored if c in there],
                use_threads=file.rows > SMALL,
            )
    except (OSError, pa.ArrowException) as problem:
        raise damaged(shape.name, file, "its content fails verification") from problem
    if table.num_rows != file.rows:
        raise damaged(shape.name, file, f"it holds {table.num_rows} rows")
    return shape.from_arrow(table, file.partition, columns)


def damaged(table: str, file: DataFile, seen: str) -> StorageDamaged:
    """The failure for a file that is not what was written."""
    return StorageDamaged(
        f"read {file.path} of the table {table}",
        seen=seen,
        next_step="Restore the file from the backup, or rebuild the table from raw.",
    )


def _write(root: Path, stem: str, table: pa.Table, partition: Partition) -> DataFile:
    folder = (root / stem).parent
    with durable.aside(folder) as draft:
        metadata: list[pq.FileMetaData] = []
        with durable.writing("a part file"):
            pq.write_table(
                table,
                draft,
                compression="zstd",
                write_page_checksum=True,
                row_group_size=ROWS,
                store_schema=False,
                metadata_collector=metadata,
            )
        durable.sync(draft)
        size = draft.stat().st_size
        path = f"{stem}-{_footer_mark(draft)}.parquet"
        with durable.writing("a part file"):
            draft.replace(root / path)
    low, high, nulls = bounds_of(metadata[0])
    return DataFile(
        path=path,
        rows=table.num_rows,
        size=size,
        partition=dict(partition),
        stats_min=low,
        stats_max=high,
        null_count=nulls,
    )


def _refuse_damage(path: Path, file: DataFile) -> None:
    if path.stat().st_size != file.size:
        raise OSError("another size")
    mark = FOOTER_MARK.search(file.path)
    if mark and mark.group(1) != _footer_mark(path):
        raise OSError("another footer")


def _footer_mark(path: Path) -> str:
    with path.open("rb") as source:
        source.seek(-TAIL, os.SEEK_END)
        tail = source.read(TAIL)
        length = int.from_bytes(tail[:4], "little")
        source.seek(-min(length + TAIL, source.tell()), os.SEEK_END)
        return f"{zlib.crc32(source.read()):08x}"
