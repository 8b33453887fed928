"""What a complete listing no longer shows is gone (trap T49, design §6).

What lives here: the deletions that follow from two neighbouring snapshots of a
feed. They are a function of the set of snapshots: a listing that comes late is
compared with the one before it and the one after it, so the order of arrival
does not matter. What does not: deletions that a partner reports itself
(`hub.pipeline.normalise`), the bound on how many are believed (`guard`).
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.outcome import Split
from hub.partners.spec import Feed
from hub.pipeline.digest import ABSENT
from hub.schemas import Dataset, dataset
from hub.storage.batches import Batch


def dated(batch: Batch) -> datetime:
    """The instant for which a listing speaks."""
    instant = batch.as_of or batch.landed_at
    assert instant is not None, batch.id
    return instant


def absent_keys(
    house: House, batch: Batch, feed: Feed, name: str, done: Split
) -> pl.DataFrame:
    """Keys that neighbouring listings show to be gone: key, version_at.

    A listing in which some row has no readable key proves nothing about absence.
    """
    empty = pl.DataFrame(
        schema={"key": pl.String, "version_at": pl.Datetime("us", "UTC")}
    )
    if feed.deletes.kind != "snapshot" or _has_unreadable_keys(done, name):
        return empty
    here = _present_now(house, batch, name, done)
    at = dated(batch)
    taken: dict[datetime, list[int]] = {}
    for shot in house.ledger.snapshots(batch.partner, batch.feed, name):
        if shot.batch != batch.number:
            taken.setdefault(shot.as_of, []).append(shot.batch)
    same = _present(house, batch, name, taken.get(at, []))
    here = pl.concat([here, same]).unique()
    before = max((as_of for as_of in taken if as_of < at), default=None)
    after = min((as_of for as_of in taken if as_of > at), default=None)
    found = [empty]
    if before is not None:
        found.append(_gone(_present(house, batch, name, taken[before]), here, at))
    if after is not None:
        found.append(_gone(here, _present(house, batch, name, taken[after]), after))
    return pl.concat(found)


def tombstones(
    house: House, batch: Batch, ds: Dataset, gone: pl.DataFrame
) -> pl.DataFrame:
    """Absent keys as observations of `staged`."""
    columns = tables.staged_columns(ds)
    zone = house.city.timezone
    made = gone.with_columns(
        partner=pl.lit(batch.partner),
        feed=pl.lit(batch.feed),
        batch_id=pl.lit(batch.id),
        row=pl.lit(-1, pl.Int64),
        row_digest=pl.lit(ABSENT),
        deleted_at=pl.col("version_at"),
        ingested_at=pl.lit(batch.landed_at, pl.Datetime("us", "UTC")),
        from_on=pl.col("version_at").dt.convert_time_zone(zone).dt.date(),
        dated=pl.lit(value=False),
    )
    if ds.id_column:
        made = made.with_columns(pl.col("key").alias(ds.id_column))
    return made.with_columns(
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in columns.items()
        if name not in made.columns
    ).select(*columns)


def living(house: House, batch: Batch, name: str) -> int:
    """How many rows of the partner's dataset live in core."""
    return len(house.keys.live_keys(name, batch.partner))


def _gone(earlier: pl.Series, later: pl.Series, at: datetime) -> pl.DataFrame:
    gone = earlier.filter(~earlier.is_in(later.implode()))
    return pl.DataFrame({"key": gone}).with_columns(
        version_at=pl.lit(at, pl.Datetime("us", "UTC"))
    )


def _has_unreadable_keys(done: Split, name: str) -> bool:
    found = done.found.filter(
        pl.col("rule").is_in(["P07", "P08", "P09", "P21"])
        & (pl.col("dataset").is_null() | (pl.col("dataset") == name))
        & (pl.col("column").is_null() | (pl.col("column") == "source_id"))
    )
    return len(found) > 0


def _present_now(house: House, batch: Batch, name: str, done: Split) -> pl.Series:
    """Keys of this listing, those of quarantined rows included."""
    table = tables.staged_table(house.lake, batch.partner, dataset(name))
    taken = table.read(files=done.files.get(name, []), columns=["key"])["key"]
    held = done.found.filter(pl.col("dataset") == name)["key"].drop_nulls()
    return pl.concat([taken, held]).unique()


def _present(house: House, batch: Batch, name: str, roots: list[int]) -> pl.Series:
    """Keys of earlier listings, with their retries, replays and quarantine."""
    none = pl.Series("key", [], dtype=pl.String)
    if not roots:
        return none
    family = [
        other.id
        for other in house.ledger.batches(batch.partner, batch.feed)
        if other.number in roots or other.parent in roots
    ]
    parts = [{"batch_id": member} for member in family]
    staged = tables.staged_table(house.lake, batch.partner, dataset(name))
    shown = staged.read(
        files=staged.files(partitions=parts), columns=["key", "row_digest"]
    )
    held = tables.quarantine_table(house.lake, batch.partner, batch.feed)
    rows = held.read(files=held.files(partitions=parts), columns=["keys"])
    seen = shown.filter(pl.col("row_digest") != ABSENT)["key"]
    return pl.concat([none, seen, rows["keys"].explode().drop_nulls()]).unique()
