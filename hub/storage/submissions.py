"""Submissions: who sent what under which key, and its receipt.

What lives here: entering a submission, once per key of a feed however many send it at
the same time and only where there is room, and finding it again. What does not: its
bytes and its way into the hub (`hub.sharing.submissions`), counting what waits
(`submission_room`), what became of it (`ledger`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from hub.storage import submission_room
from hub.storage.control import insert
from hub.storage.desk import Desk
from hub.storage.submission_room import Room, Waits
from hub.storage.submission_tables import SUBMISSION

RECEIPT = re.compile(r"s(\d{8,18})")


@dataclass(frozen=True, kw_only=True)
class Given:
    """What is known of a submission when its last byte has come.

    Attributes:
        partner, feed: what it is for.
        key: the sender's own name for this attempt; unique within the feed.
        consumer: who sent it; null = somebody at the hub's console.
        sha256, size: of the bytes as sent, unpacked where they came as gzip.
        form: json, jsonl, csv or xlsx.
        encoding: codec of a text, as its sender names it.
        name: what its sender calls it.
        received_at: when all of it was there.
    """

    partner: str
    feed: str
    key: str
    consumer: str | None
    sha256: str
    size: int
    form: str
    encoding: str | None
    name: str | None
    received_at: datetime

    def is_same(self, other: Given) -> bool:
        """Whether both bring the same bytes to be read in the same way."""
        mine = (self.sha256, self.form, self.encoding)
        return mine == (other.sha256, other.form, other.encoding)


@dataclass(frozen=True, kw_only=True)
class Submission(Given):
    """A submission that was entered."""

    number: int

    @property
    def receipt(self) -> str:
        """The name that people and programs use, as in s00000012."""
        return f"s{self.number:08d}"


class Submissions(Desk):
    """The submissions of one control database."""

    def enter(self, given: Given, most: Room) -> Submission | None:
        """Enter a submission; where its key was used before, the earlier one.

        Args:
            given: what came.
            most: how much of its partner may wait, this one included.

        Returns:
            None where it is new and there is no room for it: nothing was entered.
        """
        query = _keyed(given.partner, given.feed, given.key)
        with self._writing(None) as connection:
            # Two may send the same at once, and the last place may be asked for twice.
            submission_room.lock(connection, given.partner)
            submission_room.let_go(connection, given.partner)
            row = connection.execute(query).first()
            if row is None:
                waiting = submission_room.measure(connection, given.partner)
                if not most.holds(waiting, given.size):
                    return None
                entered = insert(connection, SUBMISSION).values(asdict(given))
                row = connection.execute(entered.returning(SUBMISSION)).one()
            found = Submission(**row._mapping)
            # Also an earlier one: its sender may have died before it was kept.
            submission_room.add(connection, found.number, found.receipt)
        return found

    def room_taken(self, partner: str) -> Room:
        """What of a partner waits now."""
        with self._reading(None) as connection:
            return submission_room.measure(connection, partner)

    def waiting_since(self, partner: str, before: datetime) -> list[Waits]:
        """What of a partner waits since before an instant."""
        with self._reading(None) as connection:
            return submission_room.older(connection, partner, before)

    def forget_waiting(self, gone: Sequence[Waits]) -> None:
        """Count these no more; whoever sends them again is counted again."""
        with self._writing(None) as connection:
            submission_room.forget(connection, gone)

    def keyed(self, partner: str, feed: str, key: str) -> Submission | None:
        """The submission of a feed under that key."""
        with self._reading(None) as connection:
            row = connection.execute(_keyed(partner, feed, key)).first()
        return None if row is None else Submission(**row._mapping)

    def find(self, receipt: str) -> Submission | None:
        """The submission of that receipt; None where there is none."""
        number = RECEIPT.fullmatch(receipt)
        if number is None:
            return None
        query = sa.select(SUBMISSION).where(SUBMISSION.c.number == int(number[1]))
        with self._reading(None) as connection:
            row = connection.execute(query).first()
        return None if row is None else Submission(**row._mapping)

    def newest(
        self, partner: str | None = None, feed: str | None = None, *, most: int
    ) -> list[Submission]:
        """Submissions, the newest first."""
        query = sa.select(SUBMISSION).order_by(SUBMISSION.c.number.desc()).limit(most)
        if partner is not None:
            query = query.where(SUBMISSION.c.partner == partner)
        if feed is not None:
            query = query.where(SUBMISSION.c.feed == feed)
        with self._reading(None) as connection:
            return [Submission(**row._mapping) for row in connection.execute(query)]


def _keyed(partner: str, feed: str, key: str) -> sa.Select[tuple[object, ...]]:
    return sa.select(SUBMISSION).where(
        SUBMISSION.c.partner == partner,
        SUBMISSION.c.feed == feed,
        SUBMISSION.c.key == key,
    )
