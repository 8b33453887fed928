"""Leases: who may write, until when, and proof that it is still so.

What lives here: named leases with an expiry and a fencing token that only
grows. A run that sleeps past its expiry is not stopped, it is found out: its
token no longer matches in the very transaction that would make its work count.
What does not: which names there are; `flow` leases partners and core tables.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from hub.errors import LeaseHeld
from hub.storage.control import insert, write
from hub.storage.holders import is_gone
from hub.storage.tables import LEASE

PAUSE = 0.02  # seconds between two looks at a lease that somebody holds
AT_ONCE = timedelta(0)


@dataclass(frozen=True)
class Lease:
    """A held lease; `token` is larger than that of every holder before."""

    name: str
    holder: str
    token: int
    expires_at: datetime


class Leases:
    """The leases of one control database, by the given clock.

    Holders on several machines must agree on the time to well within the
    shortest lease; correctness rests on the token, never on the clock.
    """

    def __init__(
        self,
        engine: sa.Engine,
        clock: Callable[[], datetime],
        is_gone: Callable[[str], bool] = is_gone,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._is_gone = is_gone
        self._sleep = sleep

    def acquire(self, name: str, holder: str, ttl: timedelta) -> Lease:
        """Take a lease that is free, given back, past its expiry, or a dead run's.

        Raises:
            LeaseHeld: someone holds it, be it under the same holder's name.
        """
        with write(self._engine) as connection:
            now = self._clock()
            held = _row(connection, name)
            if held is None:
                _create(connection, name, now)
                held = _row(connection, name)
            if held is None or (
                now < held.expires_at and not self._is_gone(held.holder)
            ):
                raise _held(held, name)
            lease = Lease(name, holder, held.token + 1, now + ttl)
            _store(connection, lease)
        return lease

    def renew(self, lease: Lease, ttl: timedelta) -> Lease:
        """Move the expiry to `ttl` from now, also past an expiry nobody used.

        Raises:
            LeaseHeld: someone else has taken it since.
        """
        with write(self._engine) as connection:
            self.check(connection, lease)
            renewed = replace(lease, expires_at=self._clock() + ttl)
            _store(connection, renewed)
        return renewed

    def release(self, lease: Lease) -> None:
        """Give it back; nothing happens where someone else has it already."""
        with write(self._engine) as connection:
            held = _row(connection, lease.name)
            if held is not None and held.token == lease.token:
                _store(connection, replace(lease, expires_at=self._clock()))

    def check(self, connection: sa.Connection, lease: Lease) -> None:
        """Refuse inside a transaction whose lease has gone to another.

        Until that transaction ends, nobody can take the lease.

        Raises:
            LeaseHeld: the token has moved on.
        """
        held = _row(connection, lease.name)
        if held is None or held.token != lease.token:
            raise _held(held, lease.name)

    @contextmanager
    def hold(
        self, name: str, holder: str, ttl: timedelta, *, patience: timedelta = AT_ONCE
    ) -> Iterator[Lease]:
        """Hold a lease for the length of a block.

        Args:
            name: what is leased.
            holder: who holds it, as others are told.
            ttl: when it expires, unless renewed.
            patience: how long to wait for one that others hold only briefly.

        Raises:
            LeaseHeld: as `acquire`, after `patience`.
        """
        lease = self._await(name, holder, ttl, self._clock() + patience)
        try:
            yield lease
        finally:
            self.release(lease)

    def _await(self, name: str, holder: str, ttl: timedelta, until: datetime) -> Lease:
        while True:
            try:
                return self.acquire(name, holder, ttl)
            except LeaseHeld:
                if self._clock() >= until:
                    raise
            self._sleep(PAUSE)


def _row(connection: sa.Connection, name: str) -> Lease | None:
    found = connection.execute(
        sa.select(LEASE).where(LEASE.c.name == name).with_for_update()
    ).first()
    return None if found is None else Lease(**found._mapping)


def _create(connection: sa.Connection, name: str, now: datetime) -> None:
    # Two holders may both find no row: the insert of the second changes nothing.
    values = {"name": name, "holder": "", "token": 0, "expires_at": now}
    connection.execute(
        insert(connection, LEASE).values(values).on_conflict_do_nothing()
    )


def _store(connection: sa.Connection, lease: Lease) -> None:
    connection.execute(
        sa.update(LEASE)
        .where(LEASE.c.name == lease.name)
        .values(holder=lease.holder, token=lease.token, expires_at=lease.expires_at)
    )


def _held(held: Lease | None, name: str) -> LeaseHeld:
    seen = "it was never given out"
    if held is not None:
        until = held.expires_at.isoformat(timespec="seconds")
        seen = f"{held.holder or 'another run'} holds it until {until}"
    return LeaseHeld(
        f"hold the lease {name}",
        seen=seen,
        next_step="Another run is at work; it can be repeated when that has ended.",
    )
