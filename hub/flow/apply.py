"""A merge plan → files of one core table, in one commit.

What lives here: which files a plan touches (only those that hold a dropped
key), taking content from staged, small files put together on the way. What does
not: deciding anything (`hub.pipeline.merge`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.pipeline.algebra import close_intervals
from hub.pipeline.digest import hub_id
from hub.schemas import Dataset
from hub.storage.batches import Batch
from hub.storage.lake import LakeTable
from hub.storage.parts import DataFile

SMALL_ROWS = 16_000
SMALL_FILES = 8
FULL_ROWS = 64_000


def apply_plan(house: House, batch: Batch, ds: Dataset) -> int:
    """Commit one dataset of a batch; a commit that is already in stays alone.

    Returns:
        The version of the core table that holds the batch.
    """
    table = tables.core_table(house.lake, ds)
    app = f"{batch.partner}/{batch.feed}"
    if table.number(app) >= batch.number:
        # A killed run's commit is in, but nobody knows yet that it is durable.
        return table.confirm(app, batch.number)
    wanted = [f"{ds.name}.{part}" for part in ("rows", "drop", "places")]
    frames = house.plans.load(batch.id, wanted) or {}
    drop = frames[f"{ds.name}.drop"]["key"]
    rows = frames.pop(f"{ds.name}.rows")
    if not len(drop) and not len(rows):
        return table.version()
    places = places_of(ds, batch.partner, frames[f"{ds.name}.places"]["month"])
    add, remove = rewrite_without(table, ds, drop, places)
    writer = Writer(table, ds, batch.partner)
    for content in contents(house, batch.partner, ds, rows):
        writer.put(content)
    add += writer.close()
    return table.commit(app, batch.number, add=add, remove=remove)


def places_of(ds: Dataset, partner: str, months: pl.Series) -> list[dict[str, str]]:
    """Partitions in which the keys of a plan lie so far."""
    if ds.name not in tables.MONTHLY:
        return [{"partner": partner}]
    every = months.unique().sort()
    return [{"partner": partner, "month": month} for month in every if month]


def rewrite_without(
    table: LakeTable, ds: Dataset, drop: pl.Series, places: list[dict[str, str]]
) -> tuple[list[DataFile], list[DataFile]]:
    """Files that hold a dropped key, written again without it.

    Many small files of a touched partition are put together in the same go.

    Returns:
        Files to add and files to remove.
    """
    columns = [ds.id_column] if ds.id_column else ["partner", "source_id"]
    add: list[DataFile] = []
    remove: list[DataFile] = []
    for place in places:
        files = table.files(partitions=[place])
        small = [file for file in files if file.rows < SMALL_ROWS]
        touched = [file for file in files if _holds(table, file, ds, columns, drop)]
        if len(small) > SMALL_FILES:
            touched += [file for file in small if file not in touched]
        kept: list[pl.DataFrame] = []
        for file in touched:
            frame = table.read(files=[file])
            kept.append(frame.filter(~core_key(ds).is_in(drop.implode())))
            if sum(map(len, kept)) >= FULL_ROWS:
                add += table.write(pl.concat(kept), place)
                kept = []
        rest = pl.concat(kept) if kept else None
        if rest is not None and len(rest):
            add += table.write(rest, place)
        remove += touched
    return add, remove


def core_key(ds: Dataset) -> pl.Expr:
    """The key of core rows, as the key index has it."""
    if ds.id_column is not None:
        return pl.col(ds.id_column)
    return hub_id(ds.name, pl.col("partner"), pl.col("source_id"))


def _holds(
    table: LakeTable, file: DataFile, ds: Dataset, columns: list[str], drop: pl.Series
) -> bool:
    """Whether a file holds one of the keys; reads the columns that tell it."""
    if not len(drop):
        return False
    keys = table.read(files=[file], columns=columns).select(core_key(ds)).to_series()
    return bool(keys.is_in(drop.implode()).any())


def contents(
    house: House, partner: str, ds: Dataset, rows: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    """The core rows of a plan, taken from the staged batches that hold them.

    Args:
        rows: the plan's rows; `month`, where there is one, goes along.
    """
    table = tables.staged_table(house.lake, partner, ds)
    key = ["key", "version_at", "row_digest"]
    marks = [
        name
        for name in ("deleted_at", "valid_from_on", "valid_to_on", "month")
        if name in rows.columns
    ]
    # Of a delivery of millions there is one copy of the plan, and that is large.
    batches = rows["batch_id"].unique(maintain_order=True)
    for batch_id in batches:
        own = rows if len(batches) == 1 else rows.filter(batch_id=batch_id)
        wanted = own.select(*key, *marks).with_row_index("nth")
        # An observation that stands in two files of a batch is taken once. A mask
        # and not a shrinking frame: that would be copied for every file.
        is_left = np.ones(len(wanted), dtype=bool)
        for file in table.files(partitions=[{"batch_id": batch_id}]):
            frame = table.read(files=[file]).drop(*marks, strict=False)
            # A join with all that is wanted would cost as much for every file.
            here = wanted.filter(pl.col("key").is_in(frame["key"].implode()))
            found = frame.unique(key, keep="first").join(here, on=key)
            nth = found["nth"].to_numpy()
            fresh = found.filter(pl.Series(is_left[nth], dtype=pl.Boolean)).drop("nth")
            is_left[nth] = False
            if len(fresh):
                yield _as_core(fresh, ds, house.city.timezone)


def _as_core(found: pl.DataFrame, ds: Dataset, zone: str) -> pl.DataFrame:
    """Staged content as core rows."""
    if ds.history == "interval":
        found = pl.concat(
            [
                found.filter(pl.col("deleted_at").is_null()),
                close_intervals(found.filter(pl.col("deleted_at").is_not_null()), zone),
            ]
        )
    if ds.paints:
        found = found.with_columns(deleted_at=pl.lit(None, pl.Datetime("us", "UTC")))
    if ds.name == "issue":
        found = found.with_columns(delivered=pl.struct(*tables.LINKED))
    columns = [name for name in tables.core_columns(ds) if name in found.columns]
    return found.select(*columns)


class Writer:
    """Gathers core rows and writes files near the full size, by partition."""

    def __init__(self, table: LakeTable, ds: Dataset, partner: str) -> None:
        self.table = table
        self.ds = ds
        self.partner = partner
        self.waiting: dict[str, list[pl.DataFrame]] = {}
        self.files: list[DataFile] = []

    def put(self, frame: pl.DataFrame) -> None:
        """Take rows; full partitions are written at once."""
        if self.ds.name not in tables.MONTHLY:
            self._take("", frame)
            return
        for (month,), rows in frame.partition_by(
            "month", as_dict=True, maintain_order=True
        ).items():
            self._take(str(month), rows)

    def _take(self, month: str, rows: pl.DataFrame) -> None:
        self.waiting.setdefault(month, []).append(rows)
        sizes = {name: sum(map(len, held)) for name, held in self.waiting.items()}
        # However many months a batch spans, no more rows than this ever wait.
        while sum(sizes.values()) >= FULL_ROWS:
            fullest = max(sizes, key=lambda name: sizes[name])
            self._write(fullest)
            del sizes[fullest]

    def _write(self, month: str) -> None:
        held = self.waiting.pop(month)
        place = {"partner": self.partner}
        if self.ds.name in tables.MONTHLY:
            place["month"] = month
        frame = pl.concat(held).select(*tables.core_columns(self.ds))
        self.files += self.table.write(frame, place)

    def close(self) -> list[DataFile]:
        """Write what is left; all files written."""
        for month in list(self.waiting):
            self._write(month)
        return self.files
