"""What the partner sent → raw, as sent, and the batch that names it.

What lives here: the first step of a batch. A batch is `landed` once every part
is durable; whatever interrupts before leaves no batch that anybody could
mistake for a delivery. What does not: talking to partners (`hub.connectors`).
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import polars as pl

from hub.connectors.base import Connector, Delivery
from hub.errors import HubError
from hub.flow import tables
from hub.flow.acknowledge import acknowledge
from hub.flow.guard import span
from hub.flow.house import House
from hub.flow.stages import tell_end, timing
from hub.partners.spec import Feed, Partner
from hub.schemas import dataset
from hub.storage.batches import Batch, BatchPart, State
from hub.telling import about

ENDED = ("CLOSED", "FED_BACK", "NOT_ACCEPTED", "NOT_REGISTERED", "CANCELLED")


def land(
    house: House,
    partner: Partner,
    feed: Feed,
    connector: Connector,
    delivery: Delivery,
    token: int,
) -> Batch:
    """Fetch one delivery and keep it.

    Returns:
        The batch, `landed`; or `failed` or `refused` with the error written into
        it, when the partner was down, said no, or broke its contract.
    """
    batch = house.ledger.open_batch(
        partner=partner.id,
        feed=feed.name,
        kind="delivery",
        name=delivery.name,
        content=delivery.content,
        since=delivery.since,
        until=delivery.until,
        city_digest=house.city.digest(),
        token=token,
    )
    with (
        about(partner=partner.id, feed=feed.name, batch=batch.id),
        timing(house, partner.id, feed.name) as stage,
    ):
        house.note("opened", {"batch": batch.id, "kind": batch.kind})
        with stage("fetch"):
            batch = _fetch(house, batch, partner, feed, connector, delivery)
        if batch.state != "landed":
            return tell_end(house, batch)
        acknowledge(house, batch, feed, connector)
        return batch


def _fetch(
    house: House,
    batch: Batch,
    partner: Partner,
    feed: Feed,
    connector: Connector,
    delivery: Delivery,
) -> Batch:
    """Read every part and keep it; then the batch is `landed`."""
    as_of = delivery.as_of
    parts: list[BatchPart] = []
    size = 0
    try:
        keys = open_keys(house, partner, feed, delivery) if feed.read.sweep else None
        for part in connector.read(feed, delivery, sweep_keys=keys):
            stored = house.raw.put(part.body)
            described = orjson.loads(part.meta.as_json())
            parts.append(BatchPart(part.meta.sequence, stored.sha256, described))
            as_of = as_of or part.meta.as_of
            size += stored.size
            house.note("part", {"batch": batch.id, "bytes": stored.size})
    except HubError as error:
        error.at(partner.id, feed.name)
        state: State = "refused" if error.code == "batch_refused" else "failed"
        return house.ledger.set_state(batch.number, state, error=error.as_dict())
    with house.ledger.transaction() as conn:
        house.ledger.record_parts(batch.number, parts, conn=conn)
        batch = house.ledger.set_state(
            batch.number, "landed", landed_at=house.now(), as_of=as_of, conn=conn
        )
    house.note("landed", {"batch": batch.id, "parts": len(parts), "bytes": size})
    return batch


def confirm(connector: Connector, feed: Feed, delivery: Delivery) -> HubError | None:
    """Let the connector tell its partner that a delivery is durable here.

    Returns:
        Why the partner could not be told; the batch stands all the same, and what
        comes again is known by its content.
    """
    try:
        connector.landed(feed, delivery)
    except HubError as error:
        return error
    return None


def open_keys(
    house: House, partner: Partner, feed: Feed, delivery: Delivery
) -> Iterator[pl.Series]:
    """Source keys of open cases that the window of a delivery does not reach (T2).

    A window by creation time brings whatever was reported inside it, open or not;
    asking for those again would only make duplicates.
    """
    table = tables.core_table(house.lake, dataset("issue"))
    window = feed.read.window
    reached = pl.lit(value=False)
    if window is not None and window.reach and delivery.since is not None:
        reached = pl.col("reported_at") >= delivery.since - span(window.reach)
    for frame in table.scan(
        table.files(partitions=[{"partner": partner.id}]),
        columns=["source_id", "stage_code", "deleted_at", "reported_at"],
    ):
        ended = pl.col("stage_code").is_in(ENDED).fill_null(value=False)
        still = frame.filter(pl.col("deleted_at").is_null() & ~ended & ~reached)
        if len(still):
            yield still["source_id"]
