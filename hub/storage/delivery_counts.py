"""What became of deliveries, added up by feed between two batches of the ledger.

What lives here: sums and findings of a range of batch numbers, in one query each, so
that the answer is as long as the list of feeds and not as the history. What does not:
single batches (`records`), and what the sums mean for a dataset (`hub.sharing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from hub.storage.desk import Desk
from hub.storage.tables import BATCH, BATCH_RULE


@dataclass(frozen=True)
class FeedCounts:
    """Rows of the deliveries of one feed, each counted once.

    received = accepted + quarantined + duplicate + refused; `landed_at` is the instant
    (UTC) at which the newest merged one landed.
    """

    partner: str
    feed: str
    deliveries: int
    received: int
    accepted: int
    quarantined: int
    duplicate: int
    refused: int
    landed_at: datetime | None


@dataclass(frozen=True)
class FeedFinding:
    """How often a rule was broken in the deliveries of one feed.

    `dataset` is "" where a whole row was judged before it became any dataset's.
    """

    partner: str
    feed: str
    rule: str
    severity: str
    dataset: str
    count: int


class DeliveryCounts(Desk):
    """Sums over deliveries whose number lies in (`after`, `until`].

    Replays and retries count nothing twice: what they took in was received before.
    """

    def rows(self, *, after: int = 0, until: int) -> list[FeedCounts]:
        """Counts of merged and refused deliveries by feed, in order of their names."""
        is_merged = BATCH.c.state == "merged"
        kept = {
            name: _sum(sa.case((is_merged, BATCH.c[name]), else_=0)).label(name)
            for name in ("accepted", "quarantined", "duplicate")
        }
        left = sa.case((is_merged, 0), else_=BATCH.c.received)
        query = (
            sa.select(
                BATCH.c.partner,
                BATCH.c.feed,
                sa.func.count().label("deliveries"),
                _sum(BATCH.c.received).label("received"),
                *kept.values(),
                _sum(left).label("refused"),
                sa.func.max(
                    sa.case((is_merged, BATCH.c.landed_at), else_=None),
                    type_=BATCH.c.landed_at.type,
                ).label("landed_at"),
            )
            .where(*_between(after, until), BATCH.c.state.in_(("merged", "refused")))
            .group_by(BATCH.c.partner, BATCH.c.feed)
            .order_by(BATCH.c.partner, BATCH.c.feed)
        )
        with self._reading(None) as connection:
            return [FeedCounts(**row._mapping) for row in connection.execute(query)]

    def findings(self, *, after: int = 0, until: int) -> list[FeedFinding]:
        """Findings by feed, rule and dataset, in that order."""
        names = (
            BATCH.c.partner,
            BATCH.c.feed,
            BATCH_RULE.c.rule,
            BATCH_RULE.c.severity,
            BATCH_RULE.c.dataset,
        )
        query = (
            sa.select(*names, _sum(BATCH_RULE.c["count"]).label("count"))
            .join(BATCH_RULE, BATCH_RULE.c.batch == BATCH.c.number)
            .where(*_between(after, until))
            .group_by(*names)
            .order_by(*names)
        )
        with self._reading(None) as connection:
            return [FeedFinding(**row._mapping) for row in connection.execute(query)]


def _between(after: int, until: int) -> tuple[sa.ColumnElement[bool], ...]:
    number = BATCH.c.number
    return (BATCH.c.kind == "delivery", number > after, number <= until)


def _sum(column: sa.ColumnElement[int] | sa.Column[int]) -> sa.Cast[int]:
    return sa.cast(sa.func.coalesce(sa.func.sum(column), 0), sa.BigInteger)
