"""The control database: the hub's memory of what it did, in transactions.

What lives here: the engine (SQLite by default, PostgreSQL in production), the
two ways to open a transaction, and the migration that brings a database to the
tables of `hub.storage.tables`. What does not: what is remembered, see `ledger`,
`leases`, `keys`. Messages never show bound values: they hold people's data.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, make_url

from hub.errors import MisuseError
from hub.storage import durable
from hub.storage.migrations import HEAD, upgrade

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

BUSY_SECONDS = 60
LOCK_KEY = 0x6875625F6D6967  # "hub_mig", the advisory lock of migrations
READING = "hub_reading"
OPEN: ContextVar[frozenset[sa.Engine]] = ContextVar("OPEN", default=frozenset())


class ControlDatabase:
    """One database, named by its SQLAlchemy URL.

    Raises:
        MisuseError: the URL is neither of SQLite (a file) nor of PostgreSQL.
    """

    def __init__(self, url: str) -> None:
        self._url = with_driver(url, "the control database", "HUB_DATABASE_URL")
        self.engine = open_engine(self._url)

    @property
    def _is_sqlite(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    def migrate(self) -> None:
        """Bring the tables to this hub's revision; at once where they are there.

        Any number of processes may start at the same time: one of them migrates
        in one transaction, the others wait for it.

        Raises:
            MisuseError: the database belongs to a newer hub.
        """
        if self._is_sqlite:
            durable.make_folder(Path(str(self._url.database)).parent)
        with read(self.engine) as connection:
            if _revision(connection) == HEAD:
                return
        with write(self.engine) as connection:
            if not self._is_sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK_KEY)))
            if _revision(connection) != HEAD:
                upgrade(connection)
        if self._is_sqlite:
            # SQLite flushes its file, but not the folder entry of a new database.
            durable.sync(Path(str(self._url.database)).parent)

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


@contextmanager
def write(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that may write, committed at the end of the block.

    On SQLite it holds the only write lock from its start, so what it reads
    cannot change before it writes.

    Raises:
        MisuseError: the caller is inside such a block already; a second one would
            wait for the first for ever.
    """
    if engine in OPEN.get():
        raise MisuseError(
            "open a transaction",
            seen="the caller is inside one of the same database",
            next_step="Pass that transaction on as `conn`.",
        )
    mark = OPEN.set(OPEN.get() | {engine})
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        OPEN.reset(mark)


@contextmanager
def read(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that only reads and never waits for a writer."""
    with engine.connect().execution_options(**{READING: True}) as connection:
        yield connection


def insert(
    connection: sa.Connection, table: sa.Table
) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT, in the connection's dialect."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    # Imported late: it brings every driver's dialect, and most homes are on SQLite.
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def open_engine(url: URL) -> sa.Engine:
    """The engine of a URL of `with_driver`; on SQLite a writer locks from its start."""
    return _sqlite(url) if url.get_backend_name() == "sqlite" else _postgres(url)


def with_driver(text: str, what: str, variable: str) -> URL:
    """The URL of a database with the driver that the hub has for it.

    Args:
        text: SQLAlchemy URL.
        what: the database in words, for the message.
        variable: of the environment that names it.

    Raises:
        MisuseError: it is neither of SQLite (a file) nor of PostgreSQL.
    """
    url = make_url(text)
    if url.drivername == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "postgresql":
        return url
    if url.get_backend_name() == "sqlite" and url.database not in (
        None,
        "",
        ":memory:",
    ):
        return url
    raise MisuseError(
        f"open {what}",
        seen=f"its URL is of {url.get_backend_name()}, or names no file",
        next_step=f"Use sqlite:///<file> or postgresql://… in {variable}.",
    )


def _sqlite(url: URL) -> sa.Engine:
    engine = sa.create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions are opened below, by name
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        reading = connection.get_execution_options().get(READING, False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _use_wal(connection: sqlite3.Connection) -> None:
    # Two first starts may both try the switch; it does not honour busy_timeout.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _postgres(url: URL) -> sa.Engine:
    return sa.create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"options": "-c synchronous_commit=on -c timezone=UTC"},
    )


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version"))
    return found.scalar()
