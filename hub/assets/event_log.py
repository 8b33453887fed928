"""Dagster's events in SQLite as Dagster itself lays them out, with connections kept.

What lives here: keeping them. Dagster's own class makes an engine, a connection and
every statement's text anew for each event, which cost as much as half of a city's day.
What does not: files and tables, which are Dagster's own, so that either class reads
what the other wrote; PostgreSQL, which has a class of Dagster's with a pool.
"""

from __future__ import annotations

import os
import sqlite3
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import sqlalchemy as sa
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData

MOST = 8  # files kept open: that of the runs under way, and the index of them all


class KeptEventLog(SqliteEventLogStorage):
    """The event log of a home; one connection per file, used by one at a time."""

    def __init__(
        self, base_dir: str, inst_data: ConfigurableClassData | None = None
    ) -> None:
        self._engines: OrderedDict[str, sa.Engine] = OrderedDict()
        self._empty: bytes | None = None
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Any
    ) -> KeptEventLog:
        """As Dagster's file of an instance names it."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sa.Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def _engine(self, shard: str) -> sa.Engine:
        if shard not in self._engines:
            self._engines[shard] = _made(self.conn_string_for_shard(shard))
            while len(self._engines) > MOST:
                _, oldest = self._engines.popitem(last=False)
                oldest.dispose()
        self._engines.move_to_end(shard)
        return self._engines[shard]

    def _initdb(self, engine: sa.Engine, for_index_shard: bool = False) -> None:
        """The first file of a run is made by Dagster, others are copies of it, empty.

        One already there, of an older Dagster perhaps, is left to Dagster.
        """
        path = Path(str(engine.url.database))
        is_there = path.exists()
        if self._empty is not None and not is_there:
            put_new(path, self._empty)
            return
        super()._initdb(engine, for_index_shard)
        if not is_there and not for_index_shard:
            with closing(sqlite3.connect(path)) as made:
                made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                self._empty = made.serialize()

    def delete_events(self, run_id: str) -> None:
        """As Dagster does; a file that goes is held open no longer."""
        super().delete_events(run_id)
        with self._db_lock:
            if (engine := self._engines.pop(run_id, None)) is not None:
                engine.dispose()
            self._initialized_dbs.discard(run_id)

    def dispose(self) -> None:
        """Close every file."""
        super().dispose()
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()


def put_new(path: Path, content: bytes) -> None:
    """A file that is there whole or not at all; one that is there stays as it is."""
    with NamedTemporaryFile(dir=path.parent, prefix=".run-") as draft:
        draft.write(content)
        draft.flush()
        with suppress(FileExistsError):
            os.link(draft.name, path)


def _made(url: str) -> sa.Engine:
    engine = sa.create_engine(
        url,
        poolclass=sa.pool.StaticPool,
        connect_args={
            "timeout": SQLITE_BUSY_TIMEOUT_SECONDS,
            "check_same_thread": False,
        },
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        # With a write-ahead log nothing tears; a power cut takes the last lines at
        # most, and what was delivered is in the hub's own ledger.
        connection.execute("PRAGMA synchronous=NORMAL")

    return engine
