"""What the ledger tells of the past weeks, as alarms compare with it.

What lives here: one row per batch since an instant, and which rows still wait for a
release. What does not: judging it (`hub.alarms`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hub.storage.batches import RuleCount
from hub.storage.desk import Desk
from hub.storage.tables import BATCH, BATCH_CASES, BATCH_DATASET, BATCH_RULE

COLUMNS = (
    "number", "partner", "feed", "kind", "parent", "name", "since", "until", "as_of",
    "landed_at", "created_at", "state", "received", "accepted", "quarantined",
)  # fmt: skip
CASES = ("batch", "cases", "hours", "without_deadline")


class History(Desk):
    """The past of one control database."""

    def batches_since(
        self, at: datetime, feed: tuple[str, str] | None = None
    ) -> list[tuple[Any, ...]]:
        """The values of COLUMNS of every batch that began at or after an instant.

        Args:
            at: the instant.
            feed: partner and feed; every one where none is named.
        """
        query = sa.select(*(BATCH.c[name] for name in COLUMNS))
        query = query.where(BATCH.c.created_at >= at).order_by(BATCH.c.number)
        if feed is not None:
            query = query.where(BATCH.c.partner == feed[0], BATCH.c.feed == feed[1])
        with self._reading(None) as connection:
            return [tuple(row) for row in connection.execute(query)]

    def unreleased_since(self, published_at: datetime | None) -> datetime | None:
        """When core first changed after a release; None where it did not."""
        changed = BATCH_DATASET.c.inserted + BATCH_DATASET.c.updated
        query = (
            sa.select(sa.func.min(BATCH.c.updated_at))
            .join(BATCH_DATASET, BATCH_DATASET.c.batch == BATCH.c.number)
            .where(BATCH.c.state == "merged", changed + BATCH_DATASET.c.deleted > 0)
        )
        if published_at is not None:
            query = query.where(BATCH.c.updated_at > published_at)
        with self._reading(None) as connection:
            found: datetime | None = connection.execute(query).scalar_one()
        return found

    def first_merged(self, partner: str, feed: str) -> int | None:
        """Number of the first delivery of a feed that was taken in."""
        query = sa.select(sa.func.min(BATCH.c.number)).where(
            BATCH.c.partner == partner,
            BATCH.c.feed == feed,
            BATCH.c.state == "merged",
            BATCH.c.kind == "delivery",
        )
        with self._reading(None) as connection:
            found: int | None = connection.execute(query).scalar_one()
        return found

    def damaged_since(self, at: datetime) -> dict[int, int]:
        """Batch → rows with damaged free text (P22) that were let in.

        Findings are counted by column and a row may have several: the column with most
        says how many rows there are at least.
        """
        query = (
            sa.select(BATCH_RULE.c.batch, sa.func.max(BATCH_RULE.c["count"]))
            .join(BATCH, BATCH.c.number == BATCH_RULE.c.batch)
            .where(BATCH_RULE.c.rule == "P22", BATCH.c.created_at >= at)
            .group_by(BATCH_RULE.c.batch)
        )
        with self._reading(None) as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def cases_since(self, at: datetime) -> list[tuple[Any, ...]]:
        """The values of CASES of every batch that began at or after an instant."""
        query = (
            sa.select(*(BATCH_CASES.c[name] for name in CASES))
            .join(BATCH, BATCH.c.number == BATCH_CASES.c.batch)
            .where(BATCH.c.created_at >= at)
        )
        with self._reading(None) as connection:
            return [tuple(row) for row in connection.execute(query)]

    def fields(self, number: int) -> list[RuleCount]:
        """Findings of a batch about fields: unmapped (P13) and missing (P14)."""
        query = sa.select(
            BATCH_RULE.c.rule,
            BATCH_RULE.c.severity,
            BATCH_RULE.c.dataset,
            BATCH_RULE.c.column,
            BATCH_RULE.c.count,
        ).where(BATCH_RULE.c.batch == number, BATCH_RULE.c.rule.in_(["P13", "P14"]))
        with self._reading(None) as connection:
            return [RuleCount(**row._mapping) for row in connection.execute(query)]
