"""A delivery read again from raw, under the declaration of today.

What lives here: the batch of kind `replay`. The partner is not asked; landing
instant and delivery date are those of the delivery, so the result depends on
the declaration alone. Whatever the delivery, its retries and earlier replays had
said is replaced. What does not: how the replaced keys are settled (`merge`).
"""

from __future__ import annotations

from hub.errors import MisuseError
from hub.flow.batches import finish
from hub.flow.house import House
from hub.partners.spec import Feed, Partner
from hub.storage.batches import Batch, State
from hub.storage.leases import Lease

REPLAYABLE: tuple[State, ...] = ("merged", "refused")


def replay(
    house: House, partner: Partner, feed: Feed, delivery: Batch, lease: Lease
) -> Batch:
    """Read a delivery again.

    Raises:
        MisuseError: the batch is no delivery, or nothing of it was landed.
    """
    if delivery.kind != "delivery" or not house.ledger.parts(delivery.number):
        raise MisuseError(
            f"replay batch {delivery.id}",
            seen=f"it is a {delivery.kind} in state {delivery.state}",
            next_step="Name the delivery itself, one that was landed.",
            partner=partner.id,
            feed=feed.name,
        )
    batch = house.ledger.open_batch(
        partner=partner.id,
        feed=feed.name,
        name=delivery.name,
        kind="replay",
        parent=delivery.number,
        as_of=delivery.as_of,
        city_digest=house.city.digest(),
        token=lease.token,
    )
    batch = house.ledger.set_state(
        batch.number,
        "landed",
        landed_at=delivery.landed_at,
        as_of=delivery.as_of,
    )
    return finish(house, batch, partner, feed, lease)


def deliveries_of(house: House, partner: Partner, feed: Feed) -> list[Batch]:
    """The deliveries of a feed that can be replayed, the oldest first.

    What was refused while it was fetched has left nothing to read again, and neither
    has one in which nothing came.
    """
    found = house.ledger.batches(partner.id, feed.name, state=REPLAYABLE)
    return [
        batch
        for batch in found[::-1]
        if batch.kind == "delivery" and house.ledger.parts(batch.number)
    ]
