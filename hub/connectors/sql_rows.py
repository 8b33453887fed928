"""Rows of any database as text frames, through SQLAlchemy.

What lives here: streaming with a server-side cursor, and the text of every kind of
value that drivers give: exact decimals, ISO instants with their offset, hex bytes,
true and false. Columns are turned as a whole. What does not: the faster way for
PostgreSQL (`sql_adbc`), which statements are run (`sql_select`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import compress, repeat
from operator import is_, methodcaller
from typing import Any

import numpy as np
import orjson
import polars as pl
import sqlalchemy as sa

from hub.connectors.sql_shape import Selection

_TEXT: Mapping[type, Callable[[Any], str]] = {
    str: str,
    bool: lambda value: "true" if value else "false",
    int: str,
    float: repr,
    Decimal: "{:f}".format,
    datetime: methodcaller("isoformat", " "),
    date: date.isoformat,
    time: time.isoformat,
    bytes: bytes.hex,
    bytearray: bytearray.hex,
    memoryview: memoryview.hex,
    dict: lambda value: orjson.dumps(value).decode(),
    list: lambda value: orjson.dumps(value).decode(),
}


def bind_value(slot: str, value: object) -> sa.ColumnElement[Any]:
    """A bound parameter of SQLAlchemy."""
    return sa.bindparam(slot, value, unique=True)


def stream(
    connection: sa.Connection, statement: sa.Select[Any], *, chunk: int
) -> Iterator[pl.DataFrame]:
    """The result as text frames of at most `chunk` rows, held one at a time."""
    options = {"stream_results": True, "yield_per": chunk}
    with connection.execute(statement, execution_options=options) as result:
        names = list(result.keys())
        try:
            for rows in result.partitions():
                columns = zip(*rows, strict=True)
                yield pl.DataFrame(list(map(texts, names, columns)))
        except BaseException:
            # PyMySQL would fetch all that is left before it closes.
            left = getattr(result.cursor, "_result", None)
            if left is not None:
                left.unbuffered_active = False
            connection.invalidate()
            raise


def page(
    connection: sa.Connection, statement: sa.Select[Any], keyset: Sequence[str]
) -> tuple[pl.DataFrame, list[tuple[Any, ...]]]:
    """A short result as a text frame, and the keysets of its last two rows."""
    with connection.execute(statement) as result:
        names = list(result.keys())
        rows = result.all()
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    frame = pl.DataFrame(list(map(texts, names, columns)))
    ends = [columns[names.index(name)][-2:] for name in keyset]
    return frame, list(zip(*ends, strict=True))


def equal(
    connection: sa.Connection,
    selection: Selection,
    keyset: Sequence[str],
    one: tuple[Any, ...],
    other: tuple[Any, ...],
) -> bool:
    """Whether the database itself takes two keysets for the same."""
    both = [
        selection.column(name) == selection.value(name, value, bind_value, "key")
        for keys in (one, other)
        for name, value in zip(keyset, keys, strict=True)
    ]
    found = sa.select(sa.literal(1)).select_from(selection.source).where(*both).limit(1)
    return connection.execute(found).first() is not None


def texts(name: str, values: Sequence[object]) -> pl.Series:
    """One column of driver values as text; null stays null.

    Databases without strict types mix kinds in one column, so each kind present is
    turned by itself.
    """
    kinds = set(map(type, values)) - {type(None)}
    if kinds <= {str}:
        return pl.Series(name, values, dtype=pl.String)
    made = np.full(len(values), None, dtype=object)
    for kind in kinds:
        mine = np.fromiter(map(is_, map(type, values), repeat(kind)), bool, len(values))
        made[mine] = list(map(_TEXT.get(kind, str), compress(values, mine)))
    return pl.Series(name, made.tolist(), dtype=pl.String)
