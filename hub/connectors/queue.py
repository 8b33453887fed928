"""Queues: what waits at a partner's broker, taken in batches, told of afterwards.

What lives here: how many batches a run makes of a queue, and when the broker hears
that a batch arrived: when its parts are durable and the ledger knows them. Until then
the connection stays open and unacknowledged, so whatever ends the process, the broker
sends the messages again. What does not: the channel (`queue_link`), what lands of a
message (`messages`), reading it (`decode.messages`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import polars as pl

from hub.connectors.base import Closing, Delivery, Part, Place, Seen
from hub.connectors.messages import parts_of
from hub.connectors.queue_link import Link, parameters_of
from hub.errors import DeclarationError
from hub.partners.spec import Feed, Partner
from hub.settings import Settings


class QueueConnector(Closing):
    """Drains queues of one partner's broker."""

    def __init__(self, partner: Partner, settings: Settings) -> None:
        """Connect to nothing yet.

        Args:
            partner: the declaration.
            settings: clock and secrets.

        Raises:
            DeclarationError: there is no address of a broker.
            SecretMissing: it names a variable that is not set.
        """
        self._partner = partner
        self._clock = settings.clock
        self._parameters = parameters_of(partner, settings)
        self._waiting: dict[str, int] = {}
        self._link: Link | None = None

    def close(self) -> None:
        """Part from the broker; what nobody confirmed goes back into the queue."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def deliveries(
        self, feed: Feed, *, since: datetime | None, until: datetime | None, seen: Seen
    ) -> Iterator[Delivery]:
        """One delivery per `max_messages` of what waits now; none if nothing does.

        A queue has no past to ask for, so windows mean nothing here.
        """
        del since, until, seen  # what waits was not acknowledged, whoever saw it
        link = self._open(feed)
        waiting = link.waiting
        self.close()
        self._waiting[feed.name] = waiting
        begun = self._clock()
        for first in range(0, waiting, feed.read.max_messages):
            yield Delivery(f"{feed.read.queue} {begun:%F %T}Z from {first + 1}")

    def read(
        self, feed: Feed, delivery: Delivery, *, sweep_keys: Iterator[pl.Series] | None
    ) -> Iterator[Part]:
        """The next messages of the queue; see `Connector.read`.

        They stay unacknowledged until `landed`, and go back where that never comes.
        """
        del sweep_keys  # a queue cannot be asked
        read, limits = feed.read, self._partner.source.limits
        link = self._open(feed)
        most = min(read.max_messages, self._waiting.get(feed.name, read.max_messages))
        if feed.name in self._waiting:
            self._waiting[feed.name] -= most
        messages = link.take(most, quiet=read.quiet_seconds) if most else ()
        try:
            yield from parts_of(
                messages,
                feed,
                str(read.queue),
                largest=limits.max_body_mb << 20,
            )
        except BaseException:
            self.close()
            raise

    def landed(self, feed: Feed, delivery: Delivery) -> None:
        """Acknowledge what the last `read` took; see `Connector.landed`."""
        if self._link is None:
            return
        try:
            self._link.acknowledge()
        finally:
            self.close()

    def _open(self, feed: Feed) -> Link:
        if feed.read.queue is None:
            raise DeclarationError(
                "read the queue",
                seen="[feed.read] names none",
                next_step='Add queue = "…".',
                partner=self._partner.id,
                feed=feed.name,
            )
        self.close()
        place = Place(self._partner.id, feed.name)
        self._link = Link(self._parameters, feed.read.queue, place)
        return self._link
