"""Putting one table of a release on its shelf.

What lives here: the columns as an Arrow file in the order of the lake's files, and an
index over them in SQLite, both made aside and shown whole by one rename; in memory
that does not grow with the table. What does not: finding rows (`shelf`), which
releases are at hand (`hub.sharing.api.hand`).

A shelf is named by what it holds: releases that share a table share its shelf.
"""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import polars as pl
import pyarrow as pa

from hub.flow.house import House
from hub.flow.metric_tables import METRIC_COLUMNS, OTHER_COLUMNS, metric_table
from hub.flow.published import METRICS, published_rows
from hub.schemas import dataset
from hub.sharing.masks import MASKS, Mask, apply_masks, normal_of
from hub.sharing.shelf.columns import as_kept, declared, sought
from hub.sharing.shelf.shelf import BATCH, Shelf, masked_name
from hub.sharing.shelf.sums import INDEX, ROWS, SUMS, is_as_sealed, seal
from hub.storage.durable import sync
from hub.storage.releases import Pinned
from hub.storage.serving import serving_folder

FORMAT = 4  # of a shelf; raised when what it holds changes
MANY = 20_000  # rows handed to the index at a time


def schema_of(table: str) -> dict[str, pl.DataType]:
    """Column → type of a dataset or a metric table."""
    if table in METRICS:
        return dict((METRIC_COLUMNS | OTHER_COLUMNS)[table])
    return dataset(table).polars_schema()


def made_masks(table: str) -> dict[str, str]:
    """Column → mask of the schema, as far as it is the same for every recipient.

    A shelf holds such columns masked as well, because most pages show them so; where a
    key of the recipient's goes in, it holds what that key is put to.
    """
    if table in METRICS:
        return {}
    return {
        one.name: one.mask
        for one in dataset(table).all_columns
        if one.mask is not None and one.type == "str" and _is_held(MASKS[one.mask])
    }


def _is_held(mask: Mask) -> bool:
    """Whether most of the work of a mask can be done before a recipient asks."""
    return mask.normal is not None or not (mask.drops or mask.keyed)


def with_masked(frame: pl.DataFrame, masks: Mapping[str, str]) -> pl.DataFrame:
    """Rows as stored, and behind them the columns that a shelf holds masked."""
    if not masks:
        return frame
    keyed = {name: mask for name, mask in masks.items() if MASKS[mask].normal}
    plain = {name: mask for name, mask in masks.items() if name not in keyed}
    told = [
        *apply_masks(frame, plain).frame,
        *frame.select(normal_of(name, mask) for name, mask in keyed.items()),
    ]
    return frame.hstack(
        [one.alias(masked_name(one.name, masks[one.name])) for one in told]
    )


def shelf_folder(house: House, pinned: Pinned) -> Path:
    """Where the shelf of a pinned table lies, whether it is there or not."""
    version = f"v{max(pinned.version, 0)}"
    name = f"{pinned.dataset}-{version}-{pinned.digest[:16]}-{FORMAT}"
    return serving_folder(house.settings.home) / name


def build_shelf(house: House, pinned: Pinned) -> Shelf:
    """The shelf of a table as a release pins it; made where it is not there, or torn.

    Raises:
        StorageDamaged: the lake is not what was written.
        OSError: the disk did not take it; nothing is left behind.
    """
    folder = shelf_folder(house, pinned)
    schema = schema_of(pinned.dataset)
    if folder.exists() and not is_as_sealed(folder):
        shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():
        aside = folder.with_name(f".{folder.name}-{uuid.uuid4().hex[:8]}")
        aside.mkdir(parents=True)
        try:
            fill(
                aside,
                schema,
                _frames(house, pinned),
                indexed=sought(pinned.dataset, schema),
                masks=made_masks(pinned.dataset),
            )
            seal(aside)
            # Shown before its bytes are on the disk, a power cut would leave it torn.
            for name in (ROWS, INDEX, SUMS, ""):
                sync(aside / name)
            try:
                aside.rename(folder)
            except OSError:
                if not folder.exists():  # else another process was first
                    raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return Shelf(folder, pinned.dataset, schema)


def _frames(house: House, pinned: Pinned) -> Iterator[pl.DataFrame]:
    if pinned.version < 0:
        return iter(())
    if pinned.dataset in METRICS:
        return metric_table(house, pinned.dataset).scan(version=pinned.version)
    return published_rows(house, dataset(pinned.dataset), version=pinned.version)


def fill(
    folder: Path,
    schema: Mapping[str, pl.DataType],
    frames: Iterator[pl.DataFrame],
    *,
    indexed: Sequence[str],
    masks: Mapping[str, str],
) -> None:
    """Write columns and index into an empty folder.

    Args:
        folder: nobody reads it yet.
        schema: column → type.
        frames: the rows, some at a time.
        indexed: columns with an index of their own.
        masks: columns that are held masked as well.
    """
    kind = _arrow(with_masked(pl.DataFrame(schema=dict(schema)), masks)).schema
    total = 0
    with (
        closing(sqlite3.connect(folder / INDEX)) as index,
        pa.OSFile(str(folder / ROWS), "wb") as out,
        pa.ipc.new_file(out, kind) as writer,
    ):
        # Nobody sees it before it is whole, so nothing needs to be undone.
        index.execute("PRAGMA journal_mode = OFF")
        index.execute("PRAGMA synchronous = OFF")
        columns = ", ".join(declared(name, one) for name, one in schema.items())
        index.execute(f"CREATE TABLE kept (n INTEGER PRIMARY KEY, {columns})")
        marks = ", ".join("?" * (len(schema) + 1))
        for frame in frames:
            for part in frame.select(list(schema)).iter_slices(BATCH):
                told = _arrow(with_masked(part, masks)).cast(kind)
                writer.write_table(told, max_chunksize=BATCH)
            kept = frame.select(
                pl.int_range(total, total + pl.len(), dtype=pl.Int64).alias("n"),
                *(as_kept(name, one) for name, one in schema.items()),
            )
            for part in kept.iter_slices(MANY):
                index.executemany(
                    f"INSERT INTO kept VALUES ({marks})",  # noqa: S608
                    part.rows(),
                )
            total += len(frame)
        for name in indexed:
            index.execute(f'CREATE INDEX "by_{name}" ON kept ("{name}")')
        index.execute("ANALYZE")
        index.commit()


def _arrow(frame: pl.DataFrame) -> pa.Table:
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())
