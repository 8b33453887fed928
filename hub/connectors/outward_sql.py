"""Handing over into a table of the partner: one transaction per parcel.

What lives here: the insert, and the look in the same transaction whether it was made
before: by the rows' own keys in the table, or by the parcel's key in a table of marks.
A front-end exchange table (前置库) takes every change as a row of its own, with
`op_type`. What does not: sessions (`sql_session`), drivers (`sql_engine`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from hub.connectors.outward import Closing, Declined, Outgoing, place_of
from hub.connectors.sql_dialects import offset_at
from hub.connectors.sql_engine import database_url, make_engine
from hub.connectors.sql_session import marking_session
from hub.errors import DeclarationError
from hub.partners.spec import Delivery, Partner
from hub.settings import Settings

MARK = "idempotency_key"
PIECE = 500  # keys in one statement
# MySQL and MariaDB: a CHECK is violated, a text does not fit; their driver calls both
# an operational error.
OF_ROWS = frozenset({3819, 4025, 1366})


class SqlSender(Closing):
    """Inserts parcels into one receiver's table."""

    def __init__(
        self, receiver: Partner, delivery: Delivery, settings: Settings
    ) -> None:
        """Connect to nothing yet.

        Args:
            receiver: the partner, its source the one that rows go to.
            delivery: the declaration.
            settings: clock and secrets.

        Raises:
            DeclarationError: there is no address, no driver for it, or no table.
        """
        self._receiver = receiver
        self._settings = settings
        self._write = delivery.write
        self._place = place_of(receiver, delivery)
        if self._write.table is None:
            raise DeclarationError(
                f"hand over {delivery.name}",
                seen="write has no table",
                next_step='Add table = "…" in [delivery.write].',
                partner=receiver.id,
                feed=delivery.name,
            )
        self._engine = make_engine(
            database_url(receiver, settings),
            self._place,
            timeout=receiver.source.limits.timeout_seconds,
            writes=True,
        )

    def close(self) -> None:
        """Let go of the engine."""
        self._engine.dispose()

    def send(self, outgoing: Outgoing) -> str | None:
        """See `Sender`."""
        offset = offset_at(self._receiver.timezone, self._settings.clock())
        rows = outgoing.objects()
        with marking_session(
            self._engine,
            self._receiver,
            self._place,
            offset,
            attempted="insert into the receiver's table",
        ) as connection:
            if self._write.marker is not None:
                marks = _table(self._write.marker, [MARK])
                there = sa.select(marks.c[MARK]).where(marks.c[MARK] == outgoing.key)
                if connection.execute(there).first() is not None:
                    return None
                self._insert(connection, marks, [{MARK: outgoing.key}])
            else:
                rows = self._new(connection, rows)
            # Withdrawals have fewer fields than rows; each kind is one statement.
            for names in dict.fromkeys(map(tuple, rows)):
                table = _table(self._write.table or "", names)
                alike = [row for row in rows if tuple(row) == names]
                self._insert(connection, table, alike)
        return None

    def _new(
        self, connection: sa.Connection, rows: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """The rows whose own key is not in the table."""
        name = self._write.key or MARK
        column = _table(self._write.table or "", [name]).c[name]
        keys = [row[name] for row in rows]
        known: set[object] = set()
        for begin in range(0, len(keys), PIECE):
            asked = sa.select(column).where(column.in_(keys[begin : begin + PIECE]))
            known.update(connection.execute(asked).scalars())
        return [row for row in rows if row[name] not in known]

    def _insert(
        self,
        connection: sa.Connection,
        table: sa.TableClause,
        rows: Sequence[dict[str, Any]],
    ) -> None:
        try:
            connection.execute(sa.insert(table), list(rows))
        except sa.exc.DBAPIError as error:
            if not _is_of_rows(error):
                raise
            # Said of these rows: the transaction ends without them.
            kind = type(error.orig).__name__
            raise Declined(f"its table does not take the rows ({kind})") from None


def _is_of_rows(error: sa.exc.DBAPIError) -> bool:
    """Whether a database complains of the rows, and not of anything else."""
    if isinstance(error, sa.exc.IntegrityError | sa.exc.DataError):
        return True
    told = error.orig.args if error.orig is not None else ()
    return bool(told) and told[0] in OF_ROWS


def _table(name: str, columns: Sequence[str]) -> sa.TableClause:
    """A table with columns of no declared type: the database reads texts itself."""
    schema, _, plain = name.rpartition(".")
    return sa.table(plain, *map(sa.column, columns), schema=schema or None)
