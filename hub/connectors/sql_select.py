"""Which rows of a partner's table a delivery reads, as statements.

What lives here: the bounds of a window as bound values, and paging by keyset. Rows
without a change time and rows without a key are read too, in slices of their own:
a comparison with null would lose them without a word. What does not: the look of
the source (`sql_shape`), running statements (`sql_rows`, `sql_adbc`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hub.connectors.base import Delivery, Place
from hub.connectors.sql_shape import Bind, Field, Selection, changed_column
from hub.connectors.windows import EPOCHS, split, write_instant
from hub.partners.spec import Acknowledge, Feed

Conditions = Callable[[Bind], list[sa.ColumnElement[bool]]]
ISO = "%Y-%m-%d %H:%M:%S"


def slices(
    selection: Selection, feed: Feed, delivery: Delivery, zone: str, place: Place
) -> Iterator[Conditions]:
    """Conditions that together take each row of the window once.

    Each slice gives its conditions once it is told how to bind a value.
    """
    marks = feed.read.acknowledge
    if marks is not None:  # what is not marked is what is new, whatever its time
        yield lambda bind: [unread(selection, marks, bind)]
        return
    changed = changed_column(feed)
    if changed is None or delivery.until is None:
        yield lambda _bind: []
        return
    column = selection.column(changed)
    spans: Iterator[tuple[datetime | None, datetime]] = iter(
        [(delivery.since, delivery.until)]
    )
    if feed.read.window is not None and delivery.since is not None:
        spans = iter(list(split(feed.read.window, delivery.since, delivery.until)))
    for start, end in spans:
        yield _window(selection, feed, (start, end), zone, place)
    if selection.field(changed).nullable:
        yield lambda _bind: [column.is_(None)]


def unread(
    selection: Selection, marks: Acknowledge, bind: Bind
) -> sa.ColumnElement[bool]:
    """Rows that nobody has marked; one without any mark is one of them."""
    column = selection.column(marks.field)
    values = [
        selection.value(marks.field, value, bind, f"new{i}")
        for i, value in enumerate(marks.new)
    ]
    return sa.or_(column.in_(values), column.is_(None))


def _window(
    selection: Selection,
    feed: Feed,
    span: tuple[datetime | None, datetime],
    zone: str,
    place: Place,
) -> Conditions:
    changed = changed_column(feed)
    assert changed is not None
    column, field = selection.column(changed), selection.field(changed)
    start, end = span
    form = feed.changed_format

    def conditions(bind: Bind) -> list[sa.ColumnElement[bool]]:
        high = _bound(field, end, form, zone, selection, place, end=True)
        made = [column < selection.value(changed, high, bind, "until")]
        if start is not None:
            low = _bound(field, start, form, zone, selection, place, end=False)
            made.append(column >= selection.value(changed, low, bind, "since"))
        return made

    return conditions


def _bound(
    field: Field,
    instant: datetime,
    form: str | None,
    zone: str,
    selection: Selection,
    place: Place,
    *,
    end: bool,
) -> object:
    """An instant in the column's own kind; as text where the database casts it."""
    local = instant.astimezone(ZoneInfo(zone))
    if field.kind == "zoned":
        if selection.offset is not None:
            return instant.astimezone(selection.offset).replace(tzinfo=None)
        return local.isoformat() if selection.casts else local
    if field.kind == "instant":
        naive = local.replace(tzinfo=None)
        return naive.isoformat() if selection.casts else naive
    if field.kind == "day":
        day = write_instant(instant, "%Y-%m-%d", zone, end=end)
        return day if selection.casts else datetime.fromisoformat(day).date()
    if field.kind == "number":
        text = write_instant(instant, form, zone, end=end) if form else ""
        if not text.isdecimal():
            raise place.rejected(
                f"bound {field.name} in time",
                "it is a number and changed_format does not say of which kind",
                f"Set changed_format: {', '.join(EPOCHS)}, or a format of digits.",
            )
        return text if selection.casts else int(text)
    return write_instant(instant, form or ISO, zone, end=end)


def page_of(
    selection: Selection,
    conditions: Sequence[sa.ColumnElement[bool]],
    keyset: Sequence[str],
    after: Sequence[object] | None,
    limit: int | None,
    bind: Bind,
) -> sa.Select[Any]:
    """The statement of one page, or of a whole slice where there is no keyset.

    Args:
        selection: what is read.
        conditions: of the slice.
        keyset: columns that order the pages; rows with a null there are left out.
        after: the keyset of the last row of the page before.
        limit: rows at most.
        bind: makes a bound value.
    """
    statement = sa.select(*selection.shown()).where(*conditions)
    columns = [selection.column(name) for name in keyset]
    statement = statement.where(*(column.is_not(None) for column in columns))
    if after is not None:
        values = [
            selection.value(name, value, bind, f"after{i}")
            for i, (name, value) in enumerate(zip(keyset, after, strict=True))
        ]
        statement = statement.where(_behind(columns, values, selection))
    return statement.order_by(*columns).limit(limit)


def count_rows(
    connection: sa.Connection, selection: Selection, conditions: Conditions
) -> int:
    """How many rows of a slice there are, pages and keyset left aside."""
    made = conditions(lambda slot, value: sa.bindparam(slot, value, unique=True))
    query = sa.select(sa.func.count()).select_from(selection.source).where(*made)
    return int(connection.execute(query).scalar_one())


def _behind(
    columns: Sequence[sa.ColumnElement[Any]], values: Sequence[Any], of: Selection
) -> sa.ColumnElement[bool]:
    """Rows behind a keyset, in its order."""
    behind: sa.ColumnElement[bool] = columns[0] > values[0]
    if len(columns) == 1:
        return behind
    if of.dialect.row_values:
        return sa.tuple_(*columns) > sa.tuple_(*values)
    rest = _behind(columns[1:], values[1:], of)
    # The first bound alone is what an index can use.
    return sa.and_(columns[0] >= values[0], sa.or_(behind, rest))
