"""Telling a partner's exchange table which rows have landed.

What lives here: the step after landing of a feed that declares `read.acknowledge`.
It comes after the parts are durable and the batch is `landed`, so a row is marked at
the partner only if it can no longer be lost here. Whatever stops it leaves rows
unmarked: they are read again and balance as duplicate or unchanged. What does not:
the marking itself (`hub.connectors`).
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from hub.connectors.base import Acknowledging, Connector
from hub.errors import HubError
from hub.flow.context import parts_of
from hub.flow.house import House
from hub.partners.spec import Feed
from hub.storage.batches import Batch


def acknowledge(house: House, batch: Batch, feed: Feed, connector: Connector) -> None:
    """Mark the rows of a landed batch; a partner that refuses costs us nothing."""
    if feed.read.acknowledge is None or not isinstance(connector, Acknowledging):
        return
    try:
        told = connector.acknowledge(feed, _landed(house, batch))
    except HubError as error:
        facts = {
            "batch": batch.id,
            "error": error.at(batch.partner, batch.feed).sentence,
        }
        house.note("acknowledge", facts)
        return
    house.note(
        "acknowledge", {"batch": batch.id, "marked": told.marked, "left": told.left}
    )


def _landed(house: House, batch: Batch) -> Iterator[pl.DataFrame]:
    """The rows as they lie in the raw store, part by part."""
    for part in parts_of(house, batch):
        with house.raw.open(part.sha256) as body:
            yield pl.read_ipc_stream(body.read())
