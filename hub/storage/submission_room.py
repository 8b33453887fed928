"""How many submissions of a partner wait, and how many bytes: the same for everybody.

What lives here: the statements over `submission_waiting`, inside a transaction of the
caller's. What has landed is known by its part in the ledger and let go at the next
look, so nobody has to report it, and a look never costs more than what waits. What does
not: how much may wait (`hub.partners`), the bytes themselves (`hub.connectors.inbox`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from hub.storage.control import insert
from hub.storage.submission_tables import SUBMISSION, WAITING
from hub.storage.tables import BATCH, BATCH_PART

LOCK_CLASS = 0x687562  # "hub", the first half of the advisory lock of a partner

HAS_LANDED = sa.exists().where(
    BATCH.c.partner == WAITING.c.partner,
    BATCH.c.feed == WAITING.c.feed,
    BATCH.c.name == WAITING.c.receipt,
    BATCH.c.kind == "delivery",
    BATCH_PART.c.batch == BATCH.c.number,
)


class Room(NamedTuple):
    """A number of submissions and their bytes: what waits, or the most that may."""

    submissions: int
    size: int

    def holds(self, waiting: Room, size: int) -> bool:
        """Whether one more submission of that size may wait beside what does."""
        return (
            waiting.submissions < self.submissions and waiting.size + size <= self.size
        )


class Waits(NamedTuple):
    """One submission that waits, by its place in the inbox."""

    number: int
    feed: str
    receipt: str


def lock(connection: sa.Connection, partner: str) -> None:
    """Let nobody else enter a submission of this partner until the transaction ends."""
    if connection.dialect.name == "sqlite":
        return  # it has the only write lock from its start
    key = sa.func.hashtext(partner)
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK_CLASS, key)))


def let_go(connection: sa.Connection, partner: str) -> None:
    """Count no more what has landed."""
    mine = sa.delete(WAITING).where(WAITING.c.partner == partner)
    connection.execute(mine.where(HAS_LANDED))


def measure(connection: sa.Connection, partner: str) -> Room:
    """What of a partner waits."""
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(WAITING.c.size), 0))
    mine = query.where(WAITING.c.partner == partner, ~HAS_LANDED)
    count, size = connection.execute(mine).one()
    return Room(count, int(size))


def add(connection: sa.Connection, number: int, receipt: str) -> None:
    """Count a submission, once; one that has landed only until the next look."""
    names = [one.name for one in WAITING.c if one is not WAITING.c.receipt]
    chosen = sa.select(
        *(SUBMISSION.c[name] for name in names), sa.literal(receipt)
    ).where(SUBMISSION.c.number == number)
    connection.execute(
        insert(connection, WAITING)
        .from_select([*names, "receipt"], chosen)
        .on_conflict_do_nothing()
    )


def older(connection: sa.Connection, partner: str, before: datetime) -> list[Waits]:
    """What of a partner waits since before an instant."""
    query = sa.select(WAITING.c.number, WAITING.c.feed, WAITING.c.receipt).where(
        WAITING.c.partner == partner, WAITING.c.received_at < before
    )
    return [Waits(*row) for row in connection.execute(query)]


def forget(connection: sa.Connection, gone: Sequence[Waits]) -> None:
    """Count these no more."""
    numbers = [one.number for one in gone]
    connection.execute(sa.delete(WAITING).where(WAITING.c.number.in_(numbers)))
