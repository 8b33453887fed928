"""Marking rows of an exchange table that have landed.

What lives here: the comparison of what lies in the table now with what landed, and
the update of those rows that are still the same. Both happen in the transaction of
the caller, and the rows are locked between them. What does not: sessions
(`sql_session`), when marking is due (`hub.flow.acknowledge`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl
import sqlalchemy as sa

from hub.connectors.base import Marked
from hub.connectors.sql_parts import schema_of, tidy
from hub.connectors.sql_rows import bind_value, page
from hub.connectors.sql_select import unread
from hub.connectors.sql_shape import Selection
from hub.partners.spec import Feed

ROWS = 500  # keys of one statement


def mark(
    connection: sa.Connection,
    selection: Selection,
    feed: Feed,
    landed: Iterable[pl.DataFrame],
) -> Marked:
    """Mark what still is as it landed.

    Args:
        connection: an open transaction that may write.
        selection: the table as it is now.
        feed: declares `read.acknowledge` and `read.keyset`.
        landed: the rows as text.

    Returns:
        How many rows are marked, and how many were left as they are.
    """
    marked = left = 0
    for frame in landed:
        for piece in frame.iter_slices(ROWS):
            known = piece.drop_nulls(list(feed.read.keyset))
            done = _mark(connection, selection, feed, known) if len(known) else 0
            marked += done
            left += len(piece) - done
    return Marked(marked, left)


def _mark(
    connection: sa.Connection, selection: Selection, feed: Feed, landed: pl.DataFrame
) -> int:
    marks, keyset = feed.read.acknowledge, feed.read.keyset
    assert marks is not None
    names = [field.name for field in selection.fields]
    if set(names) != set(landed.columns):
        return 0  # the table has changed since: nothing is what it was
    wanted = sa.select(*selection.shown()).where(_one_of(selection, keyset, landed))
    if selection.dialect.locks:
        wanted = wanted.with_for_update()
    now, _ = page(connection, wanted, keyset)
    if not len(now):
        return 0
    now = tidy(now, selection).cast(schema_of(selection))
    single = now.filter(pl.struct(keyset).is_unique())
    same = single.join(landed, on=names, how="semi", nulls_equal=True)
    if not len(same):
        return 0
    table = selection.source
    assert isinstance(table, sa.TableClause)
    new = selection.value(marks.field, marks.done, bind_value, "done")
    told = connection.execute(
        sa.update(table)
        .where(_one_of(selection, keyset, same), unread(selection, marks, bind_value))
        .values({marks.field: new})
    )
    return int(told.rowcount)


def _one_of(
    selection: Selection, keyset: Sequence[str], rows: pl.DataFrame
) -> sa.ColumnElement[bool]:
    """The rows of these keys."""

    def value(name: str, text: str) -> Any:
        return selection.value(name, text, bind_value, "key")

    if len(keyset) == 1:
        (name,) = keyset
        return selection.column(name).in_([value(name, text) for text in rows[name]])
    return sa.or_(
        *(
            sa.and_(
                *(
                    selection.column(name) == value(name, text)
                    for name, text in zip(keyset, key, strict=True)
                )
            )
            for key in zip(*rows.select(keyset), strict=True)
        )
    )
