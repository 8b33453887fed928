"""What the hub holds of a feed's rows: staged, in the index, or kept out.

What lives here: every staged row of a partner's dataset, put into buckets with the
mark whether the source must still show it; and the keys that are in quarantine
today. What does not: comparing (`reasons`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import orjson
import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.quarantine import held_rows
from hub.flow.reconcile.buckets import Buckets
from hub.flow.reconcile.reasons import HUB
from hub.flow.split import PART
from hub.partners.spec import Feed, Partner
from hub.schemas import dataset
from hub.storage.batches import Batch

KEPT: dict[str, pl.DataType] = {
    "key": pl.String(),
    "kept_by": pl.String(),
    "kept_number": pl.Int64(),
    "kept_rules": pl.List(pl.String),
    "waiting": pl.Boolean(),
}
READ = [
    "key",
    "row",
    "version_at",
    "row_digest",
    "source_updated_at",
    "batch_id",
    "feed",
]


@dataclass(frozen=True)
class Inside:
    """Which of the hub's rows the source must still show.

    Attributes:
        since, until: span of the rows' own change times, where those decide.
        roots: numbers of the deliveries that the source was asked for again.
        by_change: whether `since` and `until` decide, and not `roots`.
    """

    since: datetime | None
    until: datetime | None
    roots: Collection[int]
    by_change: bool = False


def kept_out(house: House, partner: Partner, feed: Feed) -> pl.DataFrame:
    """`KEPT`: the keys of rows in quarantine today, the newest word for each."""
    rows = held_rows(house, partner, feed).select("batch_id", "row", "root")
    table = tables.quarantine_table(house.lake, partner.id, feed.name)
    wanted = ["batch_id", "row", "findings", "keys", "missing", "only_references"]
    frames = [
        frame.join(rows, on=["batch_id", "row"])
        for frame in table.scan(columns=wanted)
    ]  # fmt: skip
    if not frames:
        return pl.DataFrame(schema=KEPT)
    told = pl.concat(frames)
    return (
        told.select(
            pl.col("keys").alias("key"),
            kept_by="batch_id",
            kept_number=pl.col("batch_id").str.slice(1).cast(pl.Int64),
            kept_rules=pl.col("findings")
            .list.eval(pl.element().struct.field("rule"))
            .list.unique()
            .list.sort(),
            waiting=pl.col("only_references") & (pl.col("missing").list.len() > 0),
        )
        .explode("key")
        .filter(pl.col("key").is_not_null())
        .sort("kept_number", maintain_order=True)
        .unique("key", keep="last", maintain_order=True)
        .select(*KEPT)
    )


def put_staged(
    house: House, partner: Partner, feed: Feed, name: str, inside: Inside, into: Buckets
) -> None:
    """Put every merged staged row of one dataset into buckets, as `HUB`."""
    known = house.ledger.batches(partner.id, state="merged")
    table = tables.staged_table(house.lake, partner.id, dataset(name))
    files = table.files(partitions=[{"batch_id": one.id} for one in known])
    batches = pl.DataFrame(
        {
            "batch_id": [one.id for one in known],
            "number": [one.number for one in known],
            "root": [one.parent or one.number for one in known],
        },
        schema={"batch_id": pl.String, "number": pl.Int64, "root": pl.Int64},
    )
    swept = _swept(house, feed, known, inside)
    is_own = (pl.col("feed") == feed.name) & pl.col("root").is_in(list(inside.roots))
    asked = pl.struct("root", part=pl.col("row") // PART)
    member = is_own & ~asked.is_in(swept.implode()) if len(swept) else is_own
    if inside.by_change:
        changed = pl.col("changed")
        within = pl.lit(value=True)
        if inside.since is not None:
            within = within & (changed >= inside.since)
        if inside.until is not None:
            within = within & (changed < inside.until)
        dated = (pl.col("feed") == feed.name) & within
        member = pl.when(changed.is_null()).then(member).otherwise(dated)
    for frame in table.scan(files, columns=READ):
        told = frame.rename({"source_updated_at": "changed"})
        told = told.join(batches, on="batch_id", how="left")
        into.add(told.with_columns(member=member).select(*HUB))


def _swept(house: House, feed: Feed, batches: list[Batch], inside: Inside) -> pl.Series:
    """Parts that were asked for by key, not by span: structs of root and part."""
    found: list[dict[str, int]] = []
    if feed.read.sweep is not None:
        roots = {one.parent or one.number for one in batches if one.feed == feed.name}
        found = [
            {"root": root, "part": part.sequence}
            for root in sorted(roots & set(inside.roots))
            for part in house.ledger.parts(root)
            if b'"sweep"' in orjson.dumps(part.meta.get("origin"))
        ]
    kind = pl.Struct({"root": pl.Int64, "part": pl.Int64})
    return pl.Series("swept", found, dtype=kind)


def index_of(house: House, name: str, keys: pl.Series) -> pl.DataFrame:
    """The key index of some keys, as `reasons.compare` wants it."""
    return house.keys.lookup(name, keys).select(
        "version_at", "row_digest", "deleted_at", key="hub_id"
    )
