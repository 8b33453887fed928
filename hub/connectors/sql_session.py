"""Sessions with a partner's database: pinned, and read-only unless they mark rows.

What lives here: the order in which a session is set up. Zone and encoding are pinned
because the server's own defaults would decide which rows fall into a window. What
does not: the statements (`sql_dialects`), drivers (`sql_engine`), what a database
complains of (`sql_failures`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timezone

import sqlalchemy as sa

from hub.connectors.base import Place
from hub.connectors.sql_dialects import dialect, filled
from hub.connectors.sql_failures import translated
from hub.partners.spec import Partner


@contextmanager
def session(
    engine: sa.Engine, partner: Partner, place: Place, offset: timezone
) -> Iterator[sa.Connection]:
    """A pinned connection that reads; what the database complains of is translated.

    Args:
        engine: of the partner's database.
        partner: zone and statements of its own.
        place: partner and feed, for errors.
        offset: of the partner's zone now; see `sql_dialects.offset_at`.

    Raises:
        SourceUnavailable: a retry may help.
        SourceRejected: it cannot.
    """
    known = dialect(engine.dialect.name)
    with translated(place), engine.connect() as connection:
        _set_up(connection, partner, offset, known.session + known.reading)
        _run(connection, filled(known.begin, partner.timezone, offset))
        yield connection


@contextmanager
def marking_session(
    engine: sa.Engine,
    partner: Partner,
    place: Place,
    offset: timezone,
    *,
    attempted: str = "mark the rows that have landed",
) -> Iterator[sa.Connection]:
    """A pinned connection with one open transaction, committed at the end."""
    known = dialect(engine.dialect.name)
    with translated(place, attempted), engine.connect() as connection:
        _set_up(connection, partner, offset, known.session)
        _run(connection, filled(known.marking, partner.timezone, offset))
        yield connection
        connection.commit()


def _set_up(
    connection: sa.Connection,
    partner: Partner,
    offset: timezone,
    statements: tuple[str, ...],
) -> None:
    _run(connection, filled(statements, partner.timezone, offset))
    connection.commit()  # read-only holds from the next transaction on
    _run(connection, partner.source.session)
    connection.commit()


def _run(connection: sa.Connection, statements: list[str] | tuple[str, ...]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)
