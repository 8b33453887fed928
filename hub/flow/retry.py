"""Rows that only waited for another row: tried again when it has come.

What lives here: finding quarantined rows whose missing references are in core
now, and taking them in as a batch of kind `retry`; the counts of the delivery
that brought them never change. What does not: rows refused for what they say;
those need a correction and a replay.
"""

from __future__ import annotations

import polars as pl

from hub.flow import tables
from hub.flow.batches import finish
from hub.flow.house import House
from hub.flow.quarantine import settled_rows
from hub.partners.spec import Feed, Partner
from hub.pipeline.pointers import pointers
from hub.storage.batches import Batch
from hub.storage.leases import Lease

ONLY = "only"


def retry_feed(house: House, partner: Partner, feed: Feed, lease: Lease) -> list[Batch]:
    """Try again what has become complete, one batch per delivery."""
    targets = {
        pointer.target
        for emit in feed.emits
        for pointer in pointers(emit.dataset)
        if pointer.rejects
    }
    waiting = waiting_rows(house, partner, feed)
    if not len(waiting):
        return []
    ready = _ready(house, waiting, sorted(targets))
    done = []
    for root in ready["root"].unique(maintain_order=True):
        rows = ready.filter(pl.col("root") == root)["row"]
        batch = open_retry(house, partner, feed, root, rows, lease)
        done.append(finish(house, batch, partner, feed, lease, only=rows))
    return done


def waiting_rows(house: House, partner: Partner, feed: Feed) -> pl.DataFrame:
    """Quarantined rows that only references keep out and nothing has settled.

    Returns:
        root (batch number of the delivery), row, missing (hub ids).
    """
    table = tables.quarantine_table(house.lake, partner.id, feed.name)
    frame = table.read(columns=["batch_id", "row", "missing", "only_references"])
    waiting = frame.filter("only_references")
    if not len(waiting):
        return pl.DataFrame(
            schema={"root": pl.Int64, "row": pl.Int64, "missing": pl.List(pl.String)}
        )
    batches, present = (
        house.ledger.batches(partner.id, feed.name),
        house.city.digest(),
    )
    known = pl.DataFrame(
        {
            "batch_id": [batch.id for batch in batches],
            "number": [batch.number for batch in batches],
            "root": [batch.parent or batch.number for batch in batches],
            # Divisions, categories and units come with the city: what only they keep
            # out waits until its folder or a delivered unit list has changed.
            "renewed": [batch.city_digest != present for batch in batches],
        }
    )
    # The last word on a row is that of the newest batch of its family.
    told = waiting.join(known, on="batch_id").sort("number")
    last = told.unique(["root", "row"], keep="last", maintain_order=True)
    tried = settled_rows(house, partner, feed, batches)
    left = last.join(tried, on=["root", "row"], how="anti")
    return left.filter((pl.col("missing").list.len() > 0) | pl.col("renewed")).select(
        "root", "row", "missing"
    )


def _ready(house: House, waiting: pl.DataFrame, targets: list[str]) -> pl.DataFrame:
    """Rows whose every missing target is in core now."""
    wanted = waiting["missing"].explode().drop_nulls().unique()
    known = [house.keys.lookup(target, wanted)["hub_id"] for target in targets]
    here = pl.concat([pl.Series("hub_id", [], dtype=pl.String), *known])
    still = waiting.explode("missing").filter(
        pl.col("missing").is_not_null() & ~pl.col("missing").is_in(here.implode())
    )
    return waiting.join(still, on=["root", "row"], how="anti").sort("root", "row")


def open_retry(
    house: House, partner: Partner, feed: Feed, root: int, rows: pl.Series, lease: Lease
) -> Batch:
    """A batch of some rows of an earlier delivery, with that delivery's dates."""
    parent = house.ledger.batch(root)
    batch = house.ledger.open_batch(
        partner=partner.id,
        feed=feed.name,
        name=parent.name,
        kind="retry",
        parent=root,
        as_of=parent.as_of,
        city_digest=house.city.digest(),
        token=lease.token,
    )
    house.plans.save(f"{batch.id}-only", {ONLY: rows.to_frame("row")})
    return house.ledger.set_state(
        batch.number, "landed", landed_at=parent.landed_at, as_of=parent.as_of
    )


def resume_only(house: House, batch: Batch) -> pl.Series | None:
    """The rows that an interrupted retry was about."""
    if batch.kind != "retry":
        return None
    kept = house.plans.load(f"{batch.id}-only") or {}
    return kept[ONLY]["row"]
