"""The first rows of a database table as a sample.

What lives here: the address `dialect://…/database/table`, read by the hub's own
connector, and the table's primary key. What does not: windows and keysets of real
reading, which the draft proposes and the engineer confirms.
"""

from __future__ import annotations

import io
from pathlib import Path

import sqlalchemy as sa

from hub.connectors.base import Place
from hub.connectors.sql import SqlConnector
from hub.connectors.sql_dialects import offset_at
from hub.connectors.sql_engine import database_url, make_engine
from hub.connectors.sql_session import session
from hub.errors import MisuseError
from hub.onboarding.sample import ROWS, Sample, laid_out
from hub.partners.spec import Emit, Feed, Partner, Read, Source
from hub.settings import Settings

_SCHEMES = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


def read_table(dsn: str, settings: Settings, *, rows: int = ROWS) -> Sample:
    """The first rows of a table.

    Args:
        dsn: `dialect://…/database/table`; a schema goes before the table with a dot.
        settings: clock, and the zone of nothing: sessions are pinned to UTC.
        rows: how many are wanted.

    Raises:
        MisuseError: the address names no table.
        SourceUnavailable, SourceRejected: the database does not answer, or says no.
    """
    url, table = split_table(dsn)
    feed = Feed(
        name="sample",
        key=("-",),
        emits=(Emit(dataset="issue", columns={}),),
        read=Read(table=table, chunk_rows=rows),
    )
    partner = Partner(
        id="sample",
        title="sample",
        timezone="UTC",
        source=Source(connector="sql", url=url),
        feeds=(feed,),
    )
    with SqlConnector(partner, settings, fast=False) as connector:
        delivery = next(
            connector.deliveries(feed, since=None, until=None, seen=lambda *_: False)
        )
        parts = connector.read(feed, delivery, sweep_keys=None)
        part = next(iter(parts))
        parts.close()  # type: ignore[attr-defined]
    body = part.body if isinstance(part.body, bytes) else part.body.read_bytes()
    keyset = _primary_key(partner, settings, table)
    frame, lists, _ = laid_out(lambda: io.BytesIO(body), part.meta, (), rows)
    return Sample(
        rows=frame,
        lists=lists,
        connector="sql",
        name=table,
        keyset=keyset,
        complete=len(frame) < rows,
    )


def split_table(dsn: str) -> tuple[str, str]:
    """The database's own address and the table.

    Raises:
        MisuseError: it names no table.
    """
    scheme, _, whole = dsn.partition("://")
    rest, mark, query = whole.partition("?")
    before, slash, table = rest.rpartition("/")
    path = Path(rest.removeprefix("/"))
    is_file = scheme == "sqlite" and path.is_file()
    if not slash or not table or not before or is_file:
        raise MisuseError(
            "read a table",
            seen="the address ends without a table",
            next_step="Write dialect://host/database/table, or "
            "sqlite:////folder/file.db/table.",
        )
    return f"{_SCHEMES.get(scheme, scheme)}://{before}{mark}{query}", table


def _primary_key(partner: Partner, settings: Settings, table: str) -> tuple[str, ...]:
    place = Place(partner.id)
    engine = make_engine(database_url(partner, settings), place, timeout=30)
    schema, _, bare = table.rpartition(".")
    offset = offset_at(partner.timezone, settings.clock())
    try:
        with session(engine, partner, place, offset) as connection:
            found = sa.inspect(connection).get_pk_constraint(bare, schema or None)
    finally:
        engine.dispose()
    return tuple(found["constrained_columns"])
