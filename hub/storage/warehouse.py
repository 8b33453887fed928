"""The warehouse: lake tables as tables of a database, for reports and BI tools.

What lives here: taking in whole sets of tables in one transaction, part by part,
skipping every part that is in already. SQLite by default, PostgreSQL in production.
What does not: which tables and rows there are (`hub.flow.warehouse`).

The warehouse is a copy: nothing is read back from it, and a table that was made by
another version of the hub is made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from hub.storage import durable
from hub.storage.control import open_engine, read, with_driver, write
from hub.storage.warehouse_answers import reached
from hub.storage.warehouse_rows import insert_rows
from hub.storage.warehouse_tables import (
    METADATA,
    PARTS,
    SHAPES,
    HeldRelease,
    HeldView,
    held_release,
    held_views,
    note_release,
)
from hub.storage.warehouse_views import drop_views_on, make_schema

LOAD_PART = "load_part"
LOCK_KEY = 0x6875625F776872  # "hub_whr", the advisory lock of loads
SLICE = 20_000


@dataclass(frozen=True)
class Part:
    """Rows that come and go together.

    Attributes:
        name: e.g. `period=2026-10`.
        digest: the same for the same rows.
        frames: gives the rows, a bounded number at a time, when they are needed.
    """

    name: str
    digest: str
    frames: Callable[[], Iterator[pl.DataFrame]]


@dataclass(frozen=True)
class Loading:
    """What a table shall hold.

    Attributes:
        table: with a column LOAD_PART, see `with_part`.
        parts: what belongs in it.
        is_whole: whether parts that are not among them go out of it.
    """

    table: sa.Table
    parts: Sequence[Part]
    is_whole: bool = True


@dataclass(frozen=True)
class Loaded:
    """What a load did to one table: parts written, kept and removed, rows now."""

    table: str
    written: int
    kept: int
    removed: int
    rows: int


Settle = Callable[[sa.Connection, Sequence[Loaded]], None]


@dataclass(frozen=True)
class Standing:
    """What the warehouse holds of one table."""

    table: str
    parts: int
    rows: int
    sources: tuple[str, ...]
    loaded_at: datetime | None


def part_column() -> sa.Column[str]:
    """The column that says which part a row came with."""
    return sa.Column(LOAD_PART, sa.Text, nullable=False, index=True, comment="装载批")


class Warehouse:
    """One warehouse, named by its SQLAlchemy URL.

    Raises:
        MisuseError: the URL is neither of SQLite (a file) nor of PostgreSQL.
    """

    def __init__(self, url: str) -> None:
        self._url = with_driver(url, "the warehouse", "HUB_WAREHOUSE_URL")
        self.engine = open_engine(self._url)

    @property
    def place(self) -> str:
        """Where it is, without any password."""
        return self._url.render_as_string(hide_password=True)

    @property
    def has_logins(self) -> bool:
        """Whether its database tells readers apart; a file of SQLite does not."""
        return self.engine.dialect.name != "sqlite"

    @property
    def database(self) -> str:
        """Name of its database, or of its file."""
        return str(self._url.database)

    def load(
        self,
        loadings: Sequence[Loading],
        *,
        source: str,
        at: datetime,
        held: HeldRelease | None = None,
        settle: Settle | None = None,
    ) -> list[Loaded]:
        """Make the tables hold exactly this, all of them at once or none.

        Args:
            loadings: tables and their parts.
            source: release or revision that it comes from.
            at: when.
            held: the release that is then in; None leaves it as it was.
            settle: what is to be done last in the same transaction, told what was done.

        Raises:
            WarehouseUnreachable: it is not there, or broke off; nothing changed.
            WarehouseRefused: the hub lacks a right there, or somebody else's view
                stands in the way; nothing changed.
        """
        with self.writing() as connection:
            done = [_load(connection, one, source, at) for one in loadings]
            if held is not None:
                note_release(connection, held, at)
            if settle is not None:
                settle(connection, done)
            return done

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that writes, one at a time; as `load` in what it raises."""
        if not self.has_logins:
            durable.make_folder(Path(self.database).parent)
        with reached(), write(self.engine) as connection:
            if self.has_logins:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK_KEY)))
            METADATA.create_all(connection)
            yield connection

    def held(self) -> tuple[HeldRelease | None, list[HeldView]]:
        """The release that is in, and consumers' views; nothing before the first load.

        Raises:
            WarehouseUnreachable: it is not there.
        """
        if not self.has_logins and not self._file_is_there():
            return None, []
        with reached(), read(self.engine) as connection:
            return held_release(connection), held_views(connection)

    def standings(self) -> list[Standing]:
        """What it holds, by table; nothing before the first load.

        Raises:
            WarehouseUnreachable: it is not there.
        """
        if not self.has_logins and not self._file_is_there():
            return []
        with reached(), read(self.engine) as connection:
            if not sa.inspect(connection).has_table(PARTS.name):
                return []
            rows = connection.execute(sa.select(PARTS)).all()
            tables = connection.execute(sa.select(SHAPES.c.table_name)).scalars()
            return [
                _standing(name, [row for row in rows if row.table_name == name])
                for name in sorted(tables)
            ]

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def _file_is_there(self) -> bool:
        return Path(self.database).exists()


def _standing(name: str, rows: Sequence[sa.Row[tuple[object, ...]]]) -> Standing:
    return Standing(
        table=name,
        parts=len(rows),
        rows=sum(row.rows for row in rows),
        sources=tuple(sorted({row.source for row in rows})),
        loaded_at=max((row.loaded_at for row in rows), default=None),
    )


def _load(
    connection: sa.Connection, loading: Loading, source: str, at: datetime
) -> Loaded:
    table = loading.table
    _settle_shape(connection, table)
    mine = PARTS.c.table_name == table.fullname
    known = dict(
        connection.execute(sa.select(PARTS.c.part, PARTS.c.digest).where(mine)).all()
    )
    wanted = {part.name for part in loading.parts}
    stale = [name for name in known if name not in wanted] if loading.is_whole else []
    fresh = [part for part in loading.parts if known.get(part.name) != part.digest]
    for name in [*stale, *(part.name for part in fresh if part.name in known)]:
        connection.execute(sa.delete(table).where(table.c[LOAD_PART] == name))
        connection.execute(sa.delete(PARTS).where(mine, PARTS.c.part == name))
    for part in fresh:
        told = {"source": source, "loaded_at": at, "digest": part.digest}
        rows = _insert(connection, table, part)
        connection.execute(
            sa.insert(PARTS).values(
                table_name=table.fullname, part=part.name, rows=rows, **told
            )
        )
    total = connection.execute(sa.select(sa.func.sum(PARTS.c.rows)).where(mine))
    return Loaded(
        table=table.fullname,
        written=len(fresh),
        kept=len(loading.parts) - len(fresh),
        removed=len(stale),
        rows=int(total.scalar() or 0),
    )


def _insert(connection: sa.Connection, table: sa.Table, part: Part) -> int:
    rows = 0
    for frame in part.frames():
        named = frame.with_columns(pl.lit(part.name).alias(LOAD_PART))
        for piece in named.iter_slices(SLICE):
            insert_rows(connection, table, piece)
        rows += frame.height
    return rows


def _settle_shape(connection: sa.Connection, table: sa.Table) -> None:
    """Make the table, anew where the hub has changed what it looks like."""
    statement = sa.schema.CreateTable(table).compile(dialect=connection.dialect)
    shape = sha256(str(statement).encode()).hexdigest()
    name = table.fullname
    mine = SHAPES.c.table_name == name
    known = connection.execute(sa.select(SHAPES.c.shape).where(mine)).scalar()
    is_there = sa.inspect(connection).has_table(table.name, schema=table.schema)
    if known == shape and is_there:
        return
    if connection.dialect.name != "sqlite":
        drop_views_on(connection, name)
        if table.schema is not None:
            make_schema(connection, table.schema)
    table.drop(connection, checkfirst=True)
    connection.execute(sa.delete(SHAPES).where(mine))
    connection.execute(sa.delete(PARTS).where(PARTS.c.table_name == name))
    table.create(connection)
    connection.execute(sa.insert(SHAPES).values(table_name=name, shape=shape))
