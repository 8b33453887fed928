"""Staged facts → core, exactly once.

What lives here: the fourth step of a batch: commit each core table under the batch's
number as its kept plan says, then acknowledge in one transaction of the control
database. A kill between any two of these is completed by `resume`. What does not:
making the plan (`plan`), which files it touches (`apply`).
"""

from __future__ import annotations

from datetime import timedelta

from hub.flow.absence import dated
from hub.flow.apply import apply_plan
from hub.flow.house import House
from hub.flow.plan import ordered
from hub.flow.returned import brings_back
from hub.partners.spec import Feed
from hub.schemas import dataset
from hub.storage.batches import Batch
from hub.storage.holders import this_process
from hub.storage.leases import Lease

TABLE_LEASE = timedelta(minutes=30)
# Partners that are asked at the same time commit to the same tables one by one.
TABLE_PATIENCE = timedelta(minutes=10)


def merge_batch(house: House, batch: Batch, feed: Feed, lease: Lease) -> Batch:
    """Carry out the kept plans of a batch and acknowledge it. Safe to repeat."""
    names = ordered([emit.dataset for emit in feed.emits])
    versions: dict[str, int] = {}
    for name in names:
        with house.leases.hold(
            f"core/{name}",
            this_process(batch.id),
            TABLE_LEASE,
            patience=TABLE_PATIENCE,
        ):
            versions[name] = apply_plan(house, batch, dataset(name))
        house.note("merged", {"batch": batch.id, "dataset": name})
    is_listing = feed.deletes.kind == "snapshot" and not brings_back(house, batch)
    with house.ledger.transaction() as conn:
        house.leases.check(conn, lease)
        for name in names:
            for index in house.plans.pieces(batch.id, f"{name}.index"):
                house.keys.upsert(conn, name, index)
            for gone in house.plans.pieces(batch.id, f"{name}.forget"):
                house.keys.forget(conn, name, gone["key"])
            if versions[name] >= 0:
                house.ledger.acknowledge_version(
                    f"core/{name}", versions[name], batch=batch.number, conn=conn
                )
        if is_listing and batch.kind == "delivery":
            for name in names:
                house.ledger.record_snapshot(
                    batch.partner,
                    batch.feed,
                    name,
                    as_of=dated(batch),
                    batch=batch.number,
                    conn=conn,
                )
        house.ledger.ask_for_link(batch.number, "batch", conn=conn)
        if batch.until is not None and batch.kind == "delivery":
            house.ledger.advance_watermark(
                batch.partner, batch.feed, batch.until, batch=batch.number, conn=conn
            )
        return house.ledger.set_state(batch.number, "merged", conn=conn)
