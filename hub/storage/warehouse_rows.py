"""Rows of a frame as the warehouse takes them: fast, and with every digit.

What lives here: the two ways in, COPY for PostgreSQL and prepared statements for
SQLite. Values become text column by column, never one by one. What does not: which
rows go in, and when (`warehouse`).
"""

from __future__ import annotations

import polars as pl
import sqlalchemy as sa

INSTANT = "%Y-%m-%dT%H:%M:%S%.6fZ"


def insert_rows(
    connection: sa.Connection, table: sa.Table, frame: pl.DataFrame
) -> None:
    """Add the rows of a frame; its columns are those of the table, in any order."""
    if not frame.height:
        return
    ordered = frame.select(column.name for column in table.columns)
    names = [_quoted(connection, name) for name in ordered.columns]
    place = connection.dialect.identifier_preparer.format_table(table)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        # Names come from declarations and are quoted; values are bound.
        text = f"INSERT INTO {place} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
        connection.exec_driver_sql(text, _plain(ordered).rows())
        return
    text = f"COPY {place} ({', '.join(names)}) FROM STDIN WITH (FORMAT csv, NULL '')"
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor, cursor.copy(text) as copy:
        copy.write(as_csv(ordered))


def as_csv(frame: pl.DataFrame) -> bytes:
    """CSV in which null is nothing at all and an empty text is quoted."""
    told = _plain(frame).write_csv(
        include_header=False, quote_style="non_numeric", null_value=""
    )
    return told.encode()


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Numbers as they are, everything else as text that a database reads back."""
    return frame.with_columns(
        _as_text(name, dtype) for name, dtype in frame.schema.items()
    )


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(dtype, pl.Datetime):
        return column.dt.convert_time_zone("UTC").dt.to_string(INSTANT)
    if isinstance(dtype, pl.Date):
        return column.dt.to_string("%Y-%m-%d")
    if isinstance(dtype, pl.Decimal):
        return column.cast(pl.String)
    if isinstance(dtype, pl.Boolean):
        # 0 and 1 are what SQLite knows; PostgreSQL reads them as well.
        return column.cast(pl.Int8)
    if isinstance(dtype, pl.List | pl.Struct):
        # {"x":[…]} without its frame; the null of a list stays one.
        text = pl.struct(x=column).struct.json_encode()
        inner = text.str.slice(5, text.str.len_chars() - 6)
        return pl.when(column.is_not_null()).then(inner).alias(name)
    return column


def _quoted(connection: sa.Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
