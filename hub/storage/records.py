"""Reading the ledger: batches, their parts, counts and findings, and the totals.

What lives here: queries only; each opens its own reading transaction or uses the
one it is given. What does not: writing, see `ledger`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa

from hub.errors import MisuseError
from hub.storage.batches import (
    TAKEN,
    UNFINISHED,
    Batch,
    BatchPart,
    DatasetCounts,
    RuleCount,
    State,
    Totals,
    batch_id,
)
from hub.storage.control import read
from hub.storage.desk import Desk
from hub.storage.tables import BATCH, BATCH_DATASET, BATCH_PART, BATCH_RULE

FACTS = tuple(field.name for field in fields(DatasetCounts))
ROWS = ("received", "accepted", "quarantined", "duplicate")

# How the description of a part tells that it brings rows again.
IS_RETURNED = sa.cast(BATCH_PART.c.meta, sa.Text).contains('"returned":')


class Records(Desk):
    """What the ledger says."""

    def batch(self, number: int, *, conn: sa.Connection | None = None) -> Batch:
        """One batch.

        Raises:
            MisuseError: there is none of this number.
        """
        with self._reading(conn) as connection:
            return find_batch(connection, number)

    def batches(
        self,
        partner: str | None = None,
        feed: str | None = None,
        state: State | Sequence[State] | None = None,
        limit: int | None = None,
        since: datetime | None = None,
    ) -> list[Batch]:
        """Batches, the newest first, narrowed by what is given.

        Args:
            partner: whose.
            feed: its feed.
            state: one or some.
            limit: at most so many.
            since: opened at that instant or later.
        """
        query = sa.select(BATCH).order_by(BATCH.c.number.desc()).limit(limit)
        if partner is not None:
            query = query.where(BATCH.c.partner == partner)
        if feed is not None:
            query = query.where(BATCH.c.feed == feed)
        if state is not None:
            states = [state] if isinstance(state, str) else list(state)
            query = query.where(BATCH.c.state.in_(states))
        if since is not None:
            query = query.where(BATCH.c.created_at >= since)
        with read(self._engine) as connection:
            return [as_batch(row) for row in connection.execute(query)]

    def unfinished(self, partner: str, feed: str | None = None) -> list[Batch]:
        """Batches that a rerun must finish before anything new, the oldest first."""
        return self.batches(partner, feed, UNFINISHED)[::-1]

    def last_merged(self, partner: str, feed: str) -> Batch | None:
        """The newest delivery of a feed that was merged: the measure of the next.

        A workbook of corrected rows is some of a delivery and measures nothing.
        """
        returned = sa.exists().where(BATCH_PART.c.batch == BATCH.c.number, IS_RETURNED)
        query = (
            sa.select(BATCH)
            .where(BATCH.c.partner == partner, BATCH.c.feed == feed)
            .where(BATCH.c.state == "merged", BATCH.c.kind == "delivery", ~returned)
            .order_by(BATCH.c.number.desc())
            .limit(1)
        )
        with read(self._engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else as_batch(row)

    def furthest(self, partner: str, feed: str) -> Batch | None:
        """The merged batch of a feed that reaches furthest, in whatever order it came.

        It reaches to its own day, else to the end of its window, else to its landing.
        """
        reach = sa.func.coalesce(BATCH.c.as_of, BATCH.c.until, BATCH.c.landed_at)
        query = (
            sa.select(BATCH)
            .where(BATCH.c.partner == partner, BATCH.c.feed == feed)
            .where(BATCH.c.state == "merged", BATCH.c.kind != "retry")
            .order_by(reach.desc(), BATCH.c.number.desc())
            .limit(1)
        )
        with read(self._engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else as_batch(row)

    def last_delivery(self, partner: str, feed: str) -> Batch | None:
        """The newest delivery of a feed, or the replay that took it in after all."""
        own = sa.select(BATCH).where(BATCH.c.partner == partner, BATCH.c.feed == feed)
        newest = own.where(BATCH.c.kind == "delivery").order_by(BATCH.c.number.desc())
        with read(self._engine) as connection:
            row = connection.execute(newest.limit(1)).first()
            if row is None or row.state == "merged":
                return None if row is None else as_batch(row)
            again = own.where(
                BATCH.c.parent == row.number,
                BATCH.c.kind == "replay",
                BATCH.c.state == "merged",
            )
            taken = connection.execute(again.order_by(BATCH.c.number.desc())).first()
        return as_batch(taken or row)

    def named(self, partner: str, feed: str, name: str) -> Batch | None:
        """The newest delivery of that name."""
        query = (
            sa.select(BATCH)
            .where(BATCH.c.partner == partner, BATCH.c.feed == feed)
            .where(BATCH.c.name == name, BATCH.c.kind == "delivery")
            .order_by(BATCH.c.number.desc())
            .limit(1)
        )
        with read(self._engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else as_batch(row)

    def returning(self, partner: str, feed: str) -> list[tuple[int, str]]:
        """Deliveries of a feed that brought rows again: number, which rows."""
        query = (
            sa.select(BATCH.c.number, BATCH_PART.c.meta)
            .join(BATCH, BATCH.c.number == BATCH_PART.c.batch)
            .where(BATCH.c.partner == partner, BATCH.c.feed == feed, IS_RETURNED)
        )
        with read(self._engine) as connection:
            found = connection.execute(query.order_by(BATCH.c.number)).all()
        return [(number, meta["origin"]["returned"]) for number, meta in found]

    def children(self, number: int) -> list[Batch]:
        """Retries and replays of a delivery, the oldest first."""
        query = sa.select(BATCH).where(BATCH.c.parent == number)
        with read(self._engine) as connection:
            found = connection.execute(query.order_by(BATCH.c.number))
            return [as_batch(row) for row in found]

    def feeds_of(self, partner: str) -> list[str]:
        """Names of a partner's feeds of which anything ever came, in order."""
        query = sa.select(BATCH.c.feed).where(BATCH.c.partner == partner).distinct()
        with read(self._engine) as connection:
            return sorted(connection.execute(query).scalars())

    def seen(
        self, partner: str, feed: str, name: str, content: str | None = None
    ) -> bool:
        """Whether a delivery of this name (and content) was taken before.

        One that was refused counts if it can be replayed. Of a file that could not
        be read nothing was landed: it is fetched again until it can.
        """
        landed = sa.exists().where(BATCH_PART.c.batch == BATCH.c.number)
        query = sa.select(sa.literal(1)).where(
            BATCH.c.partner == partner,
            BATCH.c.feed == feed,
            BATCH.c.name == name,
            BATCH.c.kind == "delivery",
            BATCH.c.state.in_(TAKEN),
            sa.or_(BATCH.c.state != "refused", landed),
        )
        if content is not None:
            query = query.where(BATCH.c.content == content)
        with read(self._engine) as connection:
            return connection.execute(query.limit(1)).first() is not None

    def parts(self, number: int) -> list[BatchPart]:
        """The landed parts of a batch in their order."""
        columns = (BATCH_PART.c[field.name] for field in fields(BatchPart))
        query = (
            sa.select(*columns)
            .where(BATCH_PART.c.batch == number)
            .order_by(BATCH_PART.c.sequence)
        )
        with read(self._engine) as connection:
            return [BatchPart(**row._mapping) for row in connection.execute(query)]

    def batches_with(self, sha256: str) -> list[int]:
        """Numbers of the batches of which a raw object is a part, in order."""
        query = sa.select(BATCH_PART.c.batch).where(BATCH_PART.c.sha256 == sha256)
        with read(self._engine) as connection:
            found = connection.execute(query.distinct()).scalars()
            return sorted(found)

    def datasets(
        self, number: int, *, conn: sa.Connection | None = None
    ) -> dict[str, DatasetCounts]:
        """What a batch's facts did, per dataset."""
        with self._reading(conn) as connection:
            return find_datasets(connection, number)

    def rules(self, number: int) -> list[RuleCount]:
        """A batch's findings, counted by rule, dataset and column."""
        columns = (BATCH_RULE.c[field.name] for field in fields(RuleCount))
        query = (
            sa.select(*columns)
            .where(BATCH_RULE.c.batch == number)
            .order_by(BATCH_RULE.c.rule, BATCH_RULE.c.dataset, BATCH_RULE.c.column)
        )
        with read(self._engine) as connection:
            return [RuleCount(**row._mapping) for row in connection.execute(query)]

    def newest_landing(self, until: datetime | None = None) -> datetime | None:
        """When the newest delivery (not after `until`) landed; None before any."""
        query = sa.select(sa.func.max(BATCH.c.landed_at))
        if until is not None:
            query = query.where(BATCH.c.landed_at <= until)
        with read(self._engine) as connection:
            landed: datetime | None = connection.execute(query).scalar_one()
        return landed

    def totals(self) -> Totals:
        """Sums over finished deliveries; replays and retries count nothing twice."""
        merged = (BATCH.c.kind == "delivery") & (BATCH.c.state == "merged")
        refused = (BATCH.c.kind == "delivery") & (BATCH.c.state == "refused")
        rows = sa.select(*(_sum(BATCH.c[name]) for name in ROWS)).where(merged)
        left = sa.select(_sum(BATCH.c.received)).where(refused)
        facts = (
            sa.select(*(_sum(BATCH_DATASET.c[name]) for name in FACTS))
            .join(BATCH, BATCH.c.number == BATCH_DATASET.c.batch)
            .where(merged)
        )
        with read(self._engine) as connection:
            counted = dict(connection.execute(rows).one()._mapping)
            outside = connection.execute(left).scalar_one()
            did = connection.execute(facts).one()._mapping
        counted["received"] += outside
        return Totals(refused=outside, **counted, **did)


def as_batch(row: sa.Row[tuple[object, ...]]) -> Batch:
    """A row of the batch table as a value."""
    return Batch(**row._mapping)


def find_batch(connection: sa.Connection, number: int, *, lock: bool = False) -> Batch:
    """One batch, on request locked until the transaction ends.

    Raises:
        MisuseError: there is none of this number.
    """
    query = sa.select(BATCH).where(BATCH.c.number == number)
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise MisuseError(
            "find the batch",
            seen=f"there is no {batch_id(number)}",
            next_step="`hub batch list` shows those there are.",
        )
    return as_batch(row)


def find_datasets(connection: sa.Connection, number: int) -> dict[str, DatasetCounts]:
    """A batch's facts per dataset."""
    query = sa.select(BATCH_DATASET).where(BATCH_DATASET.c.batch == number)
    return {
        row.dataset: DatasetCounts(**{name: row._mapping[name] for name in FACTS})
        for row in connection.execute(query.order_by(BATCH_DATASET.c.dataset))
    }


def _sum(column: sa.Column[int]) -> sa.Label[int]:
    whole = sa.cast(sa.func.coalesce(sa.func.sum(column), 0), sa.BigInteger)
    return whole.label(column.name)
