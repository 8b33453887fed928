"""Views of the warehouse: what one consumer sees, and nothing beside it (PostgreSQL).

What lives here: making views what they shall be, taking away those that shall not be,
and the schemas around them. A view belongs to the hub and reads with the hub's right;
its reader has the right to the view alone. It is a barrier (security_barrier): no
function of the reader's sees a row before the view has let it through. What does not:
who may see what (`hub.sharing.warehouse`), the readers' logins (`warehouse_logins`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa

from hub.storage.warehouse_tables import PARTS, SHAPES, VIEWS

Place = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class View:
    """One view.

    Attributes:
        schema, name: where it is; the schema is the consumer's own.
        consumer: whose it is.
        reader: the role that may read it, if there is such a login.
        query: what it shows; values in it are constants.
        comment, columns: Chinese words for the whole and for each column.
        tables: full names of the tables that it rests on.
    """

    schema: str
    name: str
    consumer: str
    reader: str
    query: sa.Select[tuple[object, ...]]
    comment: str
    columns: Mapping[str, str]
    tables: tuple[str, ...]


def settle_views(
    connection: sa.Connection, wanted: Sequence[View], tables: Collection[str]
) -> tuple[list[Place], list[Place]]:
    """Make exactly these views be there; what has not changed is not touched.

    Args:
        connection: inside the transaction that brings the data.
        wanted: every view of every consumer.
        tables: full names of the tables of single consumers that are still needed;
            others go.

    Returns:
        Schema and name of the views that were made, and of those that were taken away.
    """
    known = _known(connection)
    texts = {(one.schema, one.name): _text(connection, one) for one in wanted}
    digests = {
        place: sha256("\n".join(text).encode()).hexdigest()
        for place, text in texts.items()
    }
    stale = [place for place, digest in known.items() if digests.get(place) != digest]
    _drop(connection, stale)
    made = []
    for one in wanted:
        place = (one.schema, one.name)
        if known.get(place) == digests[place]:
            continue
        schema = quoted(connection, one.schema)
        run(connection, f"CREATE SCHEMA IF NOT EXISTS {schema}")
        run(connection, *texts[place])
        connection.execute(
            sa.insert(VIEWS).values(
                schema_name=one.schema,
                view_name=one.name,
                consumer=one.consumer,
                digest=digests[place],
                tables=list(one.tables),
            )
        )
        made.append(place)
    _drop_tables(connection, tables)
    _drop_schemas(connection, {schema for schema, _ in known} - _used(wanted, tables))
    return made, [place for place in stale if place not in texts]


def drop_views_on(connection: sa.Connection, table: str) -> None:
    """Take away the views that rest on a table which is about to be made anew."""
    rows = connection.execute(sa.select(VIEWS)).all()
    _drop(
        connection,
        [(row.schema_name, row.view_name) for row in rows if table in row.tables],
    )


def quoted(connection: sa.Connection, *names: str) -> str:
    """A name as SQL takes it, with its schema where two are given."""
    quote = connection.dialect.identifier_preparer.quote
    return ".".join(quote(name) for name in names)


def literal(text: str) -> str:
    """A text as a constant of SQL."""
    return "'" + text.replace("'", "''") + "'"


def make_schema(connection: sa.Connection, name: str) -> None:
    """A schema that nobody but the hub may use, where there is none yet."""
    run(connection, f"CREATE SCHEMA IF NOT EXISTS {quoted(connection, name)}")


def _known(connection: sa.Connection) -> dict[Place, str]:
    """Digest by place, of views that are really there."""
    rows = connection.execute(sa.select(VIEWS)).all()
    schemas = {row.schema_name for row in rows}
    seen = sa.inspect(connection)
    there = {(name, view) for name in schemas for view in seen.get_view_names(name)}
    gone = [row for row in rows if (row.schema_name, row.view_name) not in there]
    for row in gone:
        _forget(connection, row.schema_name, row.view_name)
    return {
        (row.schema_name, row.view_name): row.digest for row in rows if row not in gone
    }


def _text(connection: sa.Connection, one: View) -> list[str]:
    """The statements that make a view; together they are its definition."""
    place = quoted(connection, one.schema, one.name)
    query = one.query.compile(
        dialect=connection.dialect, compile_kwargs={"literal_binds": True}
    )
    # The compiler writes for a driver that is given parameters.
    shown = str(query).replace("%%", "%")
    return [
        f"CREATE VIEW {place} WITH (security_barrier = true) AS {shown}",
        f"COMMENT ON VIEW {place} IS {literal(one.comment)}",
        *(
            f"COMMENT ON COLUMN {place}.{quoted(connection, name)} IS {literal(text)}"
            for name, text in one.columns.items()
        ),
    ]


def _drop(connection: sa.Connection, places: Iterable[Place]) -> None:
    for schema, name in places:
        run(connection, f"DROP VIEW IF EXISTS {quoted(connection, schema, name)}")
        _forget(connection, schema, name)


def _forget(connection: sa.Connection, schema: str, name: str) -> None:
    mine = sa.and_(VIEWS.c.schema_name == schema, VIEWS.c.view_name == name)
    connection.execute(sa.delete(VIEWS).where(mine))


def _drop_tables(connection: sa.Connection, needed: Collection[str]) -> None:
    """Tables of single consumers have a schema in their name; the others have none."""
    names = connection.execute(sa.select(SHAPES.c.table_name)).scalars().all()
    gone = [name for name in names if "." in name and name not in needed]
    for name in gone:
        run(connection, f"DROP TABLE IF EXISTS {quoted(connection, *name.split('.'))}")
        for table in (SHAPES, PARTS):
            connection.execute(sa.delete(table).where(table.c.table_name == name))
    kept = {name.split(".")[0] for name in needed}
    _drop_schemas(connection, {name.split(".")[0] for name in gone} - kept)


def _drop_schemas(connection: sa.Connection, names: Iterable[str]) -> None:
    for name in sorted(names):
        run(connection, f"DROP SCHEMA IF EXISTS {quoted(connection, name)}")


def _used(wanted: Sequence[View], tables: Collection[str]) -> set[str]:
    of_tables = {name.split(".")[0] for name in tables}
    return {one.schema for one in wanted} | of_tables


def run(connection: sa.Connection, *statements: str) -> None:
    """Statements in one message; psycopg's own refusals come through (`reached`).

    Names and constants in them are quoted here, so nothing is bound: statements that
    make things take no parameters.
    """
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("; ".join(statements))
