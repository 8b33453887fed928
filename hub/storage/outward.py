"""Parcels on their way out: kept before they leave, ended by what the receiver said.

What lives here: the life of a parcel in the control database. What does not: what a
parcel is (`parcel`), what each receiver has (`outward_rows`), what goes into a parcel
and sending it (`hub.sharing.outward`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import polars as pl
import sqlalchemy as sa

from hub.storage.desk import Desk
from hub.storage.outward_rows import forget_changes, keep_rows
from hub.storage.outward_tables import OUT_CHANGE, OUT_PARCEL
from hub.storage.parcel import OPEN, Parcel, State

__all__ = ["OPEN", "Parcel", "Parcels", "State"]
MOST_ERROR = 300
PIECE = 10_000  # numbers in one statement


class Parcels(Desk):
    """The parcels of one control database."""

    def newest(self, delivery: str, most: int) -> list[Parcel]:
        """The newest parcels of a delivery, the newest first."""
        query = (
            sa.select(OUT_PARCEL)
            .where(OUT_PARCEL.c.delivery == delivery)
            .order_by(OUT_PARCEL.c.number.desc())
            .limit(most)
        )
        with self._reading(None) as connection:
            return [Parcel(**row._mapping) for row in connection.execute(query)]

    def page(
        self, delivery: str, states: Collection[State], *, after: int = 0, most: int
    ) -> list[Parcel]:
        """Parcels in these states with numbers above `after`, by number."""
        query = (
            sa.select(OUT_PARCEL)
            .where(
                OUT_PARCEL.c.delivery == delivery,
                OUT_PARCEL.c.state.in_(states),
                OUT_PARCEL.c.number > after,
            )
            .order_by(OUT_PARCEL.c.number)
            .limit(most)
        )
        with self._reading(None) as connection:
            return [Parcel(**row._mapping) for row in connection.execute(query)]

    def counts(self, delivery: str) -> dict[State, tuple[int, int]]:
        """State → parcels and rows."""
        rows = OUT_PARCEL.c.inserted + OUT_PARCEL.c.updated + OUT_PARCEL.c.withdrawn
        query = (
            sa.select(OUT_PARCEL.c.state, sa.func.count(), sa.func.sum(rows))
            .where(OUT_PARCEL.c.delivery == delivery)
            .group_by(OUT_PARCEL.c.state)
        )
        with self._reading(None) as connection:
            return {
                state: (int(parcels), int(count))
                for state, parcels, count in connection.execute(query)
            }

    def next_number(self, connection: sa.Connection, delivery: str) -> int:
        """The number of the next parcel."""
        query = sa.select(sa.func.max(OUT_PARCEL.c.number)).where(
            OUT_PARCEL.c.delivery == delivery
        )
        return (connection.execute(query).scalar() or 0) + 1

    def add(
        self, connection: sa.Connection, parcels: pl.DataFrame, rows: pl.DataFrame
    ) -> None:
        """Keep parcels with the changes that they carry.

        Args:
            connection: an open transaction.
            parcels: columns of `out_parcel`; those that may be null may be missing.
            rows: the changes, with the columns of `out_change`.
        """
        for piece in parcels.iter_slices(PIECE):
            connection.execute(sa.insert(OUT_PARCEL), piece.rows(named=True))
        for piece in rows.iter_slices(PIECE):
            connection.execute(sa.insert(OUT_CHANGE), piece.rows(named=True))

    def split(self, parcel: Parcel, numbers: range, keys: dict[str, str]) -> None:
        """Cut a refused parcel into parcels of one row each, refused as it was.

        Args:
            parcel: several rows, of which none arrived.
            numbers: of the new parcels, one per row.
            keys: row key → idempotency key of its parcel.
        """
        ops = {"insert": "inserted", "update": "updated", "withdraw": "withdrawn"}
        of_parcel = (
            OUT_CHANGE.c.delivery == parcel.delivery,
            OUT_CHANGE.c.parcel == parcel.number,
        )
        none = dict.fromkeys(ops.values(), 0)
        plain = asdict(parcel) | none | {"state": "refused", "is_sure": True}
        with self._writing(None) as connection:
            query = sa.select(OUT_CHANGE.c.key, OUT_CHANGE.c.op).where(*of_parcel)
            found = connection.execute(query.order_by(OUT_CHANGE.c.key)).all()
            made = [
                plain | {"number": number, "idempotency_key": keys[key], ops[op]: 1}
                for number, (key, op) in zip(numbers, found, strict=True)
            ]
            moved = [
                {"row": key, "into": number}
                for number, (key, _) in zip(numbers, found, strict=True)
            ]
            connection.execute(sa.insert(OUT_PARCEL), made)
            connection.execute(
                sa.update(OUT_CHANGE)
                .where(*of_parcel, OUT_CHANGE.c.key == sa.bindparam("row"))
                .values(parcel=sa.bindparam("into")),
                moved,
            )
            self._set(
                connection,
                [parcel],
                state="given_up",
                error=f"refused as a whole; its rows go on as {numbers[0]} and after",
            )

    def changes(self, delivery: str, numbers: Collection[int]) -> pl.DataFrame:
        """What parcels carry: parcel, key, op, digest, payload, in their order."""
        schema = {
            name: pl.Int64() if name == "parcel" else pl.String()
            for name in ("parcel", "key", "op", "digest", "payload")
        }
        query = (
            sa.select(*(OUT_CHANGE.c[name] for name in schema))
            .where(OUT_CHANGE.c.delivery == delivery, OUT_CHANGE.c.parcel.in_(numbers))
            .order_by(OUT_CHANGE.c.parcel, OUT_CHANGE.c.key)
        )
        with self._reading(None) as connection:
            found = [tuple(row) for row in connection.execute(query)]
        return pl.DataFrame(found, schema=schema, orient="row")

    def send(
        self, connection: sa.Connection, parcels: Sequence[Parcel], *, at: datetime
    ) -> None:
        """Note that parcels are about to leave: from now on they may have arrived."""
        self._set(connection, parcels, state="sent", is_sure=False, sent_at=at)

    def stay(self, parcels: Sequence[Parcel]) -> None:
        """Note that parcels did not leave after all; they are as they were."""
        with self._writing(None) as connection:
            for one in parcels:
                before = {
                    "state": one.state, "is_sure": one.is_sure, "sent_at": one.sent_at,
                }  # fmt: skip
                self._set(connection, [one], **before)

    def accept(self, parcel: Parcel, *, at: datetime, receipt: str | None) -> None:
        """Note the receipt; the receiver has its rows now."""
        with self._writing(None) as connection:
            keep_rows(connection, parcel.delivery, parcel.number)
            forget_changes(connection, parcel.delivery, [parcel.number])
            self._set(
                connection,
                [parcel],
                state="accepted",
                is_sure=False,
                answered_at=at,
                receipt=receipt,
                error=None,
            )

    def fail(
        self, parcel: Parcel, *, at: datetime, error: str, is_sure: bool, most: int
    ) -> State:
        """Note a failure; after `most` of them the parcel is dead."""
        attempts = parcel.attempts + 1
        state: State = "refused" if is_sure else "sent"
        state = "dead" if attempts >= most else state
        with self._writing(None) as connection:
            self._set(
                connection,
                [parcel],
                state=state,
                is_sure=is_sure,
                attempts=attempts,
                answered_at=at,
                error=error[:MOST_ERROR],
            )
        return state

    def drop_waiting(self, connection: sa.Connection, delivery: str) -> None:
        """Forget what was planned and never sent; it is planned anew."""
        is_waiting = (
            OUT_PARCEL.c.delivery == delivery,
            OUT_PARCEL.c.state == "waiting",
        )
        numbers = sa.select(OUT_PARCEL.c.number).where(*is_waiting)
        connection.execute(
            sa.delete(OUT_CHANGE).where(
                OUT_CHANGE.c.delivery == delivery, OUT_CHANGE.c.parcel.in_(numbers)
            )
        )
        connection.execute(sa.delete(OUT_PARCEL).where(*is_waiting))

    def give_up(self, parcel: Parcel, *, at: datetime, reason: str) -> None:
        """Never send a parcel again; what may have arrived of it is sent anew."""
        with self._writing(None) as connection:
            if not parcel.is_sure:
                # A receiver may have it: whatever is sent next says so.
                keep_rows(connection, parcel.delivery, parcel.number, is_known=False)
            forget_changes(connection, parcel.delivery, [parcel.number])
            self._set(
                connection, [parcel], state="given_up", answered_at=at, error=reason
            )

    def supersede(
        self, connection: sa.Connection, delivery: str, numbers: Sequence[int]
    ) -> None:
        """Give up dead parcels whose rows have changed since; none ever arrived."""
        for begin in range(0, len(numbers), PIECE):
            piece = numbers[begin : begin + PIECE]
            forget_changes(connection, delivery, piece)
            connection.execute(
                sa.update(OUT_PARCEL)
                .where(
                    OUT_PARCEL.c.delivery == delivery, OUT_PARCEL.c.number.in_(piece)
                )
                .values(state="given_up")
            )

    def revive(self, delivery: str) -> int:
        """Let dead parcels be sent again by the next run; how many there were."""
        with self._writing(None) as connection:
            done = connection.execute(
                sa.update(OUT_PARCEL)
                .where(OUT_PARCEL.c.delivery == delivery, OUT_PARCEL.c.state == "dead")
                .values(
                    state=sa.case(
                        (OUT_PARCEL.c.is_sure, sa.literal("refused")), else_="sent"
                    ),
                    attempts=0,
                )
            )
        return int(done.rowcount)

    def _set(
        self, connection: sa.Connection, parcels: Sequence[Parcel], **values: Any
    ) -> None:
        for one in {parcel.delivery for parcel in parcels}:
            numbers = [found.number for found in parcels if found.delivery == one]
            connection.execute(
                sa.update(OUT_PARCEL)
                .where(OUT_PARCEL.c.delivery == one, OUT_PARCEL.c.number.in_(numbers))
                .values(values)
            )
