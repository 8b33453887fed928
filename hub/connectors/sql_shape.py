"""What a partner's table or query looks like, as the database itself reports it.

What lives here: columns, their types and what of them is read: never those that
must not land. Names of the declaration are checked against this report and quoted
by SQLAlchemy, never pasted. What does not: conditions (`sql_select`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timezone
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.types import UserDefinedType

from hub.connectors.base import Place
from hub.connectors.sql_dialects import Dialect, dialect
from hub.connectors.sql_kinds import WIRE, Kind, kind_of
from hub.partners.spec import Feed

Bind = Callable[[str, object], sa.ColumnElement[Any]]
Reflected = dict[str, tuple[str, bool]]  # column → type, nullable
POSTGRESQL = "postgresql"
RELATIVES = frozenset({"kingbase", "opengauss"})


class Field(NamedTuple):
    """One column of the source: its name, the database's word for its type."""

    name: str
    type_name: str
    kind: Kind
    nullable: bool


@dataclass(frozen=True)
class Selection:
    """What is read of a table or query.

    Attributes:
        name: the table as it is declared, or `query`.
        source: where from.
        fields: the columns, in the source's order, without `never_land`.
        never: columns that are there and must never land.
        dialect: what its database can do.
        offset: what times with a zone are shown at, where they do not say it.
    """

    name: str
    source: sa.FromClause
    fields: tuple[Field, ...]
    never: tuple[str, ...]
    dialect: Dialect
    offset: timezone | None = None

    @property
    def casts(self) -> bool:
        """Whether the database itself turns every column into text."""
        return self.dialect.casts

    def field(self, name: str) -> Field:
        """The column of that name."""
        return next(field for field in self.fields if field.name == name)

    def column(self, name: str) -> sa.ColumnElement[Any]:
        """The column of that name, for conditions."""
        return self.source.c[name]

    def shown(self) -> list[sa.ColumnElement[Any]]:
        """The columns as they are selected."""
        return [self._shown(field) for field in self.fields]

    def _shown(self, field: Field) -> sa.ColumnElement[Any]:
        column = self.column(field.name)
        if not self.casts:
            return column
        if field.kind == "bytes":
            return sa.func.encode(column, sa.literal_column("'hex'")).label(field.name)
        return sa.cast(column, sa.Text).label(field.name)

    def value(self, name: str, value: object, bind: Bind, slot: str) -> Any:
        """A value to compare a column with, or to set it to."""
        field = self.field(name)
        if not self.casts:
            return bind(slot, _native(field, value))
        if field.kind == "bytes":
            value = f"\\x{value}"
        return sa.cast(bind(slot, value), _Named(field.type_name))


class _Named(UserDefinedType[Any]):
    """A type by the database's own name for it."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_options: Any) -> str:
        return self.name


def _native(field: Field, value: object) -> object:
    """Landed text as the kind that the column is compared with."""
    if not isinstance(value, str):
        return value
    if field.kind == "bytes":
        return bytes.fromhex(value)
    if field.kind != "number":
        return value
    try:
        return int(value)
    except ValueError:
        pass
    try:
        return Decimal(value)
    except InvalidOperation:
        return value


def describe(
    connection: sa.Connection,
    feed: Feed,
    place: Place,
    declared: str | None,
    offset: timezone,
) -> Selection:
    """Look at the source and settle what is read of it.

    Args:
        connection: an open session.
        feed: what must be there, and what must not land.
        place: partner and feed, for errors.
        declared: the table; null reads the feed's query.
        offset: what the session is pinned to.

    Raises:
        SourceRejected: the table or a declared column is not there.
    """
    known = dialect(connection.dialect.name)
    query = feed.read.query if declared is None else None
    reflected: Reflected = {}
    if query is not None:
        bare = _bare_query(query)
    else:
        bare, reflected = _bare_table(connection, declared, place)
    cursor = connection.execute(
        sa.select(sa.text("*")).select_from(bare).limit(0)
    ).cursor
    described = list(cursor.description) if cursor is not None else []
    names = [str(column[0]) for column in described]
    twice = sorted(name for name, n in Counter(names).items() if n > 1)
    if twice:
        raise place.rejected(
            "read the query",
            f"it gives {', '.join(twice)} more than once",
            "Name each column of the query once, with AS where needed.",
        )
    types = _type_names(connection, described, reflected)
    fields = tuple(
        Field(
            name,
            types.get(name, ""),
            kind_of(types.get(name, ""), connection.dialect.name),
            reflected[name][1] if name in reflected else True,
        )
        for name in names
        if name not in feed.never_land
    )
    changed = (changed_column(feed),)
    needed = {*feed.read.keyset, *(name for name in changed if name)}
    if feed.read.acknowledge is not None:
        needed.add(feed.read.acknowledge.field)
    absent = sorted(needed - {field.name for field in fields})
    if absent:
        raise place.rejected(
            "read the declared columns",
            f"{', '.join(absent)} is not among its columns {', '.join(names)}",
            "Correct changed, keyset and acknowledge in the feed.",
        )
    columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in names]
    source: sa.FromClause
    if query is not None:
        source = sa.text(_escaped(query)).columns(*columns).subquery("feed")
    else:
        schema, _, table = (declared or "").rpartition(".")
        source = sa.table(table, *columns, schema=schema or None)
    never = tuple(name for name in feed.never_land if name in names)
    return Selection(
        declared or "query",
        source,
        fields,
        never,
        known,
        offset if known.offset else None,
    )


def _bare_query(query: str) -> sa.FromClause:
    return sa.text(f"({_escaped(query)}) feed")  # type: ignore[return-value]


def _escaped(query: str) -> str:
    """The declared query as text without parameters: a colon is a colon."""
    return query.strip().rstrip(";").replace(":", r"\:")


def _bare_table(
    connection: sa.Connection, declared: str | None, place: Place
) -> tuple[sa.FromClause, Reflected]:
    schema, _, table = (declared or "").rpartition(".")
    if connection.dialect.name in RELATIVES:  # whose catalogues nobody has tried
        return sa.table(table, schema=schema or None), {}
    try:
        columns = sa.inspect(connection).get_columns(table, schema=schema or None)
    except sa.exc.NoSuchTableError:
        columns = []
    except sa.exc.UnreflectableTableError:
        raise place.rejected(
            f"read the table {declared}",
            "it is a view that no longer fits its tables",
            "Ask the partner to mend the view.",
        ) from None
    if not columns:
        raise place.rejected(
            f"read the table {declared or '(none declared)'}",
            "the database has no such table, or our login may not see it",
            "Correct table in [feed.read], or ask for the right to read it.",
        )
    known = {
        str(column["name"]): (str(column["type"]), bool(column.get("nullable", True)))
        for column in columns
    }
    return sa.table(table, schema=schema or None), known


def _type_names(
    connection: sa.Connection,
    described: Sequence[Sequence[Any]],
    reflected: Reflected,
) -> dict[str, str]:
    """Column → the database's name of its type."""
    if not dialect(connection.dialect.name).casts:
        told = {str(one[0]): WIRE.get(one[1], "") for one in described}
        return told | {name: type_name for name, (type_name, _) in reflected.items()}
    oids = sorted({int(column[1]) for column in described})
    found = connection.execute(
        sa.text("SELECT oid, format_type(oid, -1) FROM pg_type WHERE oid = ANY(:oids)"),
        {"oids": oids},
    )
    # -1 asks for names that cast without a length: bpchar, not character(1).
    by_oid = {int(oid): str(name) for oid, name in found}
    return {str(column[0]): by_oid[int(column[1])] for column in described}


def changed_column(feed: Feed) -> str | None:
    """The column that a window bounds; null where everything is read."""
    if feed.mode == "snapshot":
        return None
    return feed.changed or (feed.read.window.from_ if feed.read.window else None)


def declared_tables(feed: Feed) -> tuple[str | None, ...]:
    """The tables that a feed reads one after the other; null stands for its query."""
    if feed.read.tables:
        return feed.read.tables
    return (feed.read.table if feed.read.query is None else None,)
