"""Replaying deliveries from the command line.

What lives here: which deliveries are read again, and what follows once for all of
them. What does not: the replay itself (`hub.flow.replay`).
"""

from __future__ import annotations

import os

from hub.errors import MisuseError
from hub.flow.city_run import finish_run
from hub.flow.house import House
from hub.flow.quarantine import held_rows
from hub.flow.replay import deliveries_of, replay
from hub.flow.run import LEASE
from hub.partners.spec import Feed, Partner
from hub.storage.batches import Batch, batch_number
from hub.storage.releases import Release


def replay_deliveries(
    house: House, partner: Partner, feed: Feed, *, batch_id: str | None, every: bool
) -> tuple[list[Batch], Release]:
    """Replay the chosen deliveries under the partner's lease, then finish the run.

    Raises:
        MisuseError: the batch is no delivery of this feed.
        LeaseHeld: another run is at work on this partner.
    """
    chosen = _chosen(house, partner, feed, batch_id, every=every)
    done: list[Batch] = []
    holder = f"replay {os.getpid()}"
    with house.leases.hold(f"partner/{partner.id}", holder, LEASE) as lease:
        for delivery in chosen:
            done.append(replay(house, partner, feed, delivery, lease))  # noqa: PERF401  a failure keeps those before it
    retried, release = finish_run(house)
    return done + retried, release


def _chosen(
    house: House, partner: Partner, feed: Feed, batch_id: str | None, *, every: bool
) -> list[Batch]:
    """The deliveries to read again, the oldest first."""
    if batch_id is not None:
        found = house.ledger.batch(batch_number(batch_id))
        if (found.partner, found.feed) != (partner.id, feed.name):
            raise MisuseError(
                f"replay {batch_id}",
                seen=f"it came from {found.partner}/{found.feed}",
                next_step=f"`hub batch list --partner {partner.id} --feed {feed.name}`"
                " shows the right ones.",
                partner=partner.id,
                feed=feed.name,
            )
        return [found]
    deliveries = deliveries_of(house, partner, feed)
    if every:
        return deliveries
    out = set(held_rows(house, partner, feed)["root"].unique())
    taken = {
        one.parent
        for one in house.ledger.batches(partner.id, feed.name, "merged")
        if one.kind == "replay"
    }
    return [
        one
        for one in deliveries
        if one.number in out or (one.state == "refused" and one.number not in taken)
    ]
