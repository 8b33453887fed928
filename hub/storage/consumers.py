"""Consumers: the organisations that the hub hands data to.

What lives here: entering a consumer, finding it, and ending it. Nothing is changed or
deleted; what ended stays listed with who and why. What does not: keys
(`consumer_keys`), what is granted (`grants`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hub.errors import MisuseError
from hub.storage.consumer_tables import CONSUMER
from hub.storage.control import insert
from hub.storage.desk import Desk
from hub.storage.span import GivenFrom


@dataclass(frozen=True, kw_only=True)
class Consumer(GivenFrom):
    """A recipient of data (政务数据共享条例: an authorised body, for its purposes).

    Attributes:
        id: short name, in commands and in the audit.
        org: the organisation in its own words.
        contact_role: the post that answers for it; never a person's name.
        purposes: what it may use data for; a grant names one of them.
        units: codes of the assessment units that are its own.
    """

    id: str
    org: str
    contact_role: str
    purposes: tuple[str, ...]
    units: tuple[str, ...] = ()


class Consumers(Desk):
    """The consumers of one control database."""

    def add(self, given: Consumer, conn: sa.Connection | None = None) -> None:
        """Enter a consumer.

        Raises:
            MisuseError: one of that id is or was there.
        """
        told = asdict(given)
        row = {**told, "purposes": list(given.purposes), "units": list(given.units)}
        with self._writing(conn) as connection:
            # Two may add the same name at once: the database decides who was first.
            added = connection.execute(
                insert(connection, CONSUMER)
                .values(row)
                .on_conflict_do_nothing()
                .returning(CONSUMER.c.id)
            ).first()
        if added is None:
            raise MisuseError(
                f"add the consumer {given.id}",
                seen="one of that name is there, or was",
                next_step="Choose another name: history keeps the old one.",
            )

    def find(self, name: str, conn: sa.Connection | None = None) -> Consumer:
        """The consumer of that id.

        Raises:
            MisuseError: there is none.
        """
        with self._reading(conn) as connection:
            row = _row(connection, name)
        if row is None:
            raise MisuseError(
                f"find the consumer {name}",
                seen="there is none of that name",
                next_step="`hub consumer list --all` tells the names.",
            )
        return _read(row)

    def all(self) -> list[Consumer]:
        """Every consumer there ever was, by id."""
        query = sa.select(CONSUMER).order_by(CONSUMER.c.id)
        with self._reading(None) as connection:
            return [_read(row) for row in connection.execute(query)]

    def revoke(self, name: str, *, by: str, reason: str, at: datetime) -> Consumer:
        """End a consumer, and with it all of its keys and grants.

        Raises:
            MisuseError: there is none, or it was ended before.
        """
        with self._writing(None) as connection:
            if self.find(name, connection).revoked_at is not None:
                raise MisuseError(
                    f"revoke the consumer {name}",
                    seen="it is revoked already",
                    next_step=f"`hub consumer show {name}` tells since when and why.",
                )
            connection.execute(
                sa.update(CONSUMER)
                .where(CONSUMER.c.id == name)
                .values(revoked_at=at, revoked_by=by, revoked_reason=reason)
            )
            return self.find(name, connection)


def _row(connection: sa.Connection, name: str) -> sa.Row[Any] | None:
    return connection.execute(sa.select(CONSUMER).where(CONSUMER.c.id == name)).first()


def _read(row: sa.Row[Any]) -> Consumer:
    told = dict(row._mapping)
    return Consumer(
        **{**told, "purposes": tuple(told["purposes"]), "units": tuple(told["units"])}
    )
