"""What a source is asked for, and which deliveries of the hub that covers.

What lives here: the span or the files of one reconciliation, the hub's deliveries
behind them with their sums, and the comparison of plain counts. What does not:
keys and digests (`match`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.connectors.base import Connector, Delivery
from hub.errors import SourceRejected
from hub.flow.house import House
from hub.flow.reconcile.spans import Pulls, Told, by_change
from hub.flow.run import Window
from hub.partners.spec import Feed, Partner
from hub.storage.batches import Batch, Totals


@dataclass(frozen=True)
class Asked:
    """What is read again.

    Attributes:
        feed: its declaration.
        since: where the span begins; null = from the beginning.
        until: where it ends for the hub's own deliveries.
        deliveries: what to read; files of a listing the newest first.
        of_files: files are read again, not a span.
    """

    feed: Feed
    since: datetime | None
    until: datetime | None
    deliveries: tuple[Delivery, ...]
    of_files: bool = False

    @property
    def by_change(self) -> bool:
        """Whether a row lies in the span in which it changed last."""
        return by_change(self.feed) and not self.of_files

    @property
    def is_listing(self) -> bool:
        """Whether each delivery shows everything, so that what is absent is gone."""
        return self.feed.deletes.kind == "snapshot"

    @property
    def newest_only(self) -> bool:
        """Whether older files say nothing any more."""
        return self.of_files and self.feed.mode == "snapshot"

    def told_of(self, pulls: Pulls, delivery: Delivery) -> Told | None:
        """What the hub knows of a file; null where rows are told one by one."""
        if delivery.content is None:
            return None
        return pulls.of_file(delivery.name, delivery.content)

    def roots(self, pulls: Pulls, read: Sequence[Delivery]) -> list[Batch]:
        """The hub's deliveries whose rows the source must still show."""
        if self.feed.mode == "snapshot":
            return list(pulls.deliveries) if read else []
        if self.of_files:
            there = {(one.name, one.content) for one in read}
            return [one for one in pulls.deliveries if (one.name, one.content) in there]
        return [one for one in pulls.deliveries if self._covers(one)]

    def _covers(self, batch: Batch) -> bool:
        if self.since is not None and (batch.since is None or batch.since < self.since):
            return False
        return self.until is None or batch.until is None or batch.until <= self.until

    def sums(self, roots: Sequence[Batch]) -> Totals:
        """Rows of those deliveries by the ledger's own words; of listings the last."""
        merged = [one for one in roots if one.state == "merged"]
        refused = [one for one in roots if one.state == "refused"]
        if self.feed.mode == "snapshot":
            merged, refused = merged[:1], []
        out = sum(one.received or 0 for one in refused)
        return Totals(
            received=sum(one.received or 0 for one in merged) + out,
            accepted=sum(one.accepted or 0 for one in merged),
            quarantined=sum(one.quarantined or 0 for one in merged),
            duplicate=sum(one.duplicate or 0 for one in merged),
            refused=out,
        )

    def recounted(self, pulls: Pulls, delivery: Delivery, rows: int) -> list[str]:
        """A file whose rows were counted otherwise when it was taken."""
        if delivery.content is None:
            return []
        for one in pulls.deliveries:
            same = (one.name, one.content) == (delivery.name, delivery.content)
            if same and one.state == "merged" and one.received != rows:
                return [
                    f"The file {delivery.name} has {rows} rows and had {one.received} "
                    f"when it was taken ({one.id})."
                ]
        return []


def can_be_asked(partner: Partner, feed: Feed) -> bool:
    """Whether the source of a feed answers at all; a sender of submissions does not."""
    return partner.reading(feed).source.connector != "push"


def asked_of(
    house: House,
    partner: Partner,
    feed: Feed,
    window: Window,
    connector: Connector,
    pulls: Pulls,
) -> Asked:
    """What to read again: a span from the first pull to now, or the files there are.

    A span is always read up to now: a row that has changed since it ended still
    exists, and must not be taken for gone.
    """
    if not can_be_asked(partner, feed):
        raise SourceRejected(
            "ask the source again",
            seen="its partner sends submissions, and nobody can be asked for them",
            next_step="`hub submission list` shows what came, by receipt.",
            partner=partner.id,
            feed=feed.name,
        )
    if partner.reading(feed).source.connector == "files":
        bounded = window.since is not None or window.until is not None
        found = connector.deliveries(
            feed, since=window.since, until=window.until, seen=lambda *_: bounded
        )
        files = tuple(found)
        if feed.mode == "snapshot":
            files = files[::-1]
        return Asked(feed, window.since, window.until, files, of_files=True)
    since = window.since or pulls.first
    found = connector.deliveries(
        feed, since=since, until=house.now(), seen=lambda *_: False
    )
    asked = tuple(found)
    start = asked[0].since if asked else since
    return Asked(feed, start, window.until, asked)


def count_now(
    connector: Connector, feed: Feed, asked: Asked, before: tuple[int, int] | None
) -> tuple[int | None, list[str]]:
    """What the source counts itself, and the complaint if it lists another number.

    Args:
        before: an earlier count, and the rows listed since: a source that moves on
            meanwhile counts once less and once more than it lists.
    """
    told = [connector.count(feed, one) for one in asked.deliveries]
    known = [one for one in told if one is not None]
    if not known or len(known) < len(told):
        return None, []
    counted = sum(known)
    if before is None:
        return counted, []
    low, high = sorted((before[0], counted))
    if low <= before[1] <= high:
        return counted, []
    return counted, [
        f"The source counts {counted} rows and lists {before[1]}: ask the partner "
        "which of the two is right (T4)."
    ]
