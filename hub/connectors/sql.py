"""SQL: tables and queries of a partner's database, chunk by chunk.

What lives here: the order of slices and pages of one delivery and the parts they
become: Arrow streams of text columns, one per chunk of `chunk_rows`. Every value
is text from here on, exactly: the types that the database names stay in the part's
origin. Columns of `never_land` are not selected at all. What does not: sessions
(`sql_session`), statements (`sql_select`), running them (`sql_rows`, `sql_adbc`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from itertools import count
from typing import Any

import polars as pl
import sqlalchemy as sa

from hub.connectors import sql_rows
from hub.connectors.base import Closing, Delivery, Marked, Part, Place, Seen
from hub.connectors.sql_adbc import AdbcSession, adbc_session
from hub.connectors.sql_dialects import offset_at
from hub.connectors.sql_engine import database_url, make_engine
from hub.connectors.sql_marks import mark
from hub.connectors.sql_parts import make_part, rechunk, schema_of, tidy
from hub.connectors.sql_select import Conditions, count_rows, page_of, slices
from hub.connectors.sql_session import marking_session, session
from hub.connectors.sql_shape import (
    POSTGRESQL,
    Bind,
    Selection,
    changed_column,
    declared_tables,
    describe,
)
from hub.connectors.windows import name_window
from hub.partners.spec import Feed, Partner
from hub.settings import Settings


class SqlConnector(Closing):
    """Reads tables and queries of one partner's database."""

    def __init__(self, partner: Partner, settings: Settings, *, fast: bool = True):
        """Connect to nothing yet.

        Args:
            partner: the declaration.
            settings: clock and secrets.
            fast: read PostgreSQL over ADBC.

        Raises:
            DeclarationError: there is no address, or no driver for it.
        """
        self._partner = partner
        self._settings = settings
        self._url = database_url(partner, settings)
        self._engine = make_engine(
            self._url, Place(partner.id), timeout=partner.source.limits.timeout_seconds
        )
        self._fast = fast and self._engine.dialect.name == POSTGRESQL

    def close(self) -> None:
        """Let go of the engine; connections close after each delivery."""
        self._engine.dispose()

    def deliveries(
        self, feed: Feed, *, since: datetime | None, until: datetime | None, seen: Seen
    ) -> Iterator[Delivery]:
        """One delivery: the window, or everything where nothing dates a row."""
        del seen  # what a table holds today was never seen before
        until = until or self._settings.clock()
        dated = changed_column(feed) and feed.read.acknowledge is None
        start = since if dated else None
        yield Delivery(name_window(start, until), since=start, until=until)

    def read(
        self, feed: Feed, delivery: Delivery, *, sweep_keys: Iterator[pl.Series] | None
    ) -> Iterator[Part]:
        """Every row of the window as Arrow parts; see `Connector.read`."""
        del sweep_keys  # a table can be asked for what changed
        yield from self._parts(feed, delivery, None)

    def sample(self, feed: Feed, delivery: Delivery, *, rows: int) -> Iterator[Part]:
        """Parts of the window, of which the database looks for so many rows."""
        few = feed.read.model_copy(update={"chunk_rows": rows})
        yield from self._parts(feed.model_copy(update={"read": few}), delivery, rows)

    def _parts(
        self, feed: Feed, delivery: Delivery, most: int | None
    ) -> Iterator[Part]:
        place = Place(self._partner.id, feed.name)
        sequence = count()
        with ExitStack() as stack:
            zone = self._partner.timezone
            offset = offset_at(zone, self._settings.clock())
            connection = stack.enter_context(
                session(self._engine, self._partner, place, offset)
            )
            selections = [
                describe(connection, feed, place, declared, offset)
                for declared in declared_tables(feed)
            ]
            fast = None
            if self._fast:
                connection.rollback()  # the other session reads
                fast = stack.enter_context(
                    adbc_session(self._url, self._partner, place, offset)
                )
            for selection in selections:
                reader = _Reader(connection, fast, selection, feed, place, most)
                for conditions in slices(selection, feed, delivery, zone, place):
                    for frame in reader.read(conditions):
                        yield make_part(frame, selection, feed, next(sequence))
            first = next(sequence)
            if first == 0:
                empty = pl.DataFrame(schema=schema_of(selections[0]))
                yield make_part(empty, selections[0], feed, first)

    def acknowledge(self, feed: Feed, landed: Iterable[pl.DataFrame]) -> Marked:
        """Mark rows that have landed; see `Acknowledging.acknowledge`."""
        place = Place(self._partner.id, feed.name)
        offset = offset_at(self._partner.timezone, self._settings.clock())
        engine = make_engine(
            self._url,
            Place(self._partner.id),
            timeout=self._partner.source.limits.timeout_seconds,
            writes=True,
        )
        try:
            with marking_session(engine, self._partner, place, offset) as connection:
                (declared,) = declared_tables(feed)
                selection = describe(connection, feed, place, declared, offset)
                return mark(connection, selection, feed, landed)
        finally:
            engine.dispose()

    def count(self, feed: Feed, delivery: Delivery) -> int | None:
        """The rows of the window, as the database counts them."""
        place = Place(self._partner.id, feed.name)
        zone = self._partner.timezone
        offset = offset_at(zone, self._settings.clock())
        told = 0
        with session(self._engine, self._partner, place, offset) as connection:
            for declared in declared_tables(feed):
                selection = describe(connection, feed, place, declared, offset)
                for conditions in slices(selection, feed, delivery, zone, place):
                    told += count_rows(connection, selection, conditions)
        return told


class _Reader:
    """Runs the statements of one delivery in one of the two ways."""

    def __init__(
        self,
        connection: sa.Connection,
        fast: AdbcSession | None,
        selection: Selection,
        feed: Feed,
        place: Place,
        most: int | None,
    ) -> None:
        self._connection = connection
        self._fast = fast
        self._selection = selection
        self._keyset = feed.read.keyset
        self._chunk = feed.read.chunk_rows
        self._place = place
        self._most = most
        self._bind: Bind = fast.bind if fast else sql_rows.bind_value

    def read(self, conditions: Conditions) -> Iterator[pl.DataFrame]:
        """A slice in frames of `chunk_rows`: page by page where a keyset allows."""
        made = conditions(self._bind)
        if not self._keyset:
            yield from self._stream(made)
            return
        yield from self._pages(made)
        columns = [self._selection.column(name) for name in self._keyset]
        if any(self._selection.field(name).nullable for name in self._keyset):
            lost = sa.or_(*(column.is_(None) for column in columns))
            yield from self._stream([*made, lost])

    def _stream(
        self, conditions: Sequence[sa.ColumnElement[bool]]
    ) -> Iterator[pl.DataFrame]:
        statement = page_of(
            self._selection, conditions, (), None, self._most, self._bind
        )
        if self._fast is None:
            frames = sql_rows.stream(self._connection, statement, chunk=self._chunk)
        else:
            frames = rechunk(self._fast.stream(statement), self._chunk)
        for frame in frames:
            yield tidy(frame, self._selection)

    def _pages(
        self, conditions: Sequence[sa.ColumnElement[bool]]
    ) -> Iterator[pl.DataFrame]:
        after: tuple[Any, ...] | None = None
        while True:
            # One row more shows whether the keyset tells rows apart.
            statement = page_of(
                self._selection,
                conditions,
                self._keyset,
                after,
                self._chunk + 1,
                self._bind,
            )
            frame, ends = self._page(statement)
            more = len(frame) > self._chunk
            if more and self._same(ends[-2], ends[-1]):
                raise self._place.refused(
                    f"page by {', '.join(self._keyset)}",
                    "several rows share it, so rows would be lost between two pages",
                    "Add the key of the rows to keyset.",
                )
            if len(frame):
                yield tidy(frame.head(self._chunk), self._selection)
            if not more:
                return
            after = ends[-2]

    def _same(self, one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
        """Whether two keysets are one to the database, which may fold case."""
        if one == other or not self._selection.dialect.loose_text:
            return one == other
        if any(self._selection.field(name).kind == "bytes" for name in self._keyset):
            return False
        return sql_rows.equal(
            self._connection, self._selection, self._keyset, one, other
        )

    def _page(
        self, statement: sa.Select[Any]
    ) -> tuple[pl.DataFrame, list[tuple[Any, ...]]]:
        """A page, and the keysets of its last two rows as they are bound again."""
        if self._fast is None:
            return sql_rows.page(self._connection, statement, self._keyset)
        pieces = list(self._fast.stream(statement))
        if not pieces:
            return pl.DataFrame(), []
        frame = pl.concat(pieces)
        return frame, frame.tail(2).select(self._keyset).rows()
