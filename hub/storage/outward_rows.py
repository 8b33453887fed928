"""What each receiver has: a digest per row that it was sent and has acknowledged.

What lives here: reading that by pieces of the key, and bringing it up to date from the
changes of a parcel. What does not: the parcels (`outward`). A row whose digest is empty
may or may not be there: it is sent or withdrawn again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import sqlalchemy as sa

from hub.storage.control import insert, read
from hub.storage.outward_tables import OUT_CHANGE, OUT_PARCEL, OUT_ROW

UNKNOWN = ""
HEX = "0123456789abcdef"
HELD: Mapping[str, pl.DataType] = {
    "key": pl.String(),
    "digest": pl.String(),
    "told": pl.String(),
}
PENDING: Mapping[str, pl.DataType] = {
    "key": pl.String(),
    "op": pl.String(),
    "digest": pl.String(),
    "parcel": pl.Int64(),
    "is_sure": pl.Boolean(),
    "state": pl.String(),
}


def count_rows(engine: sa.Engine, delivery: str) -> int:
    """How many rows the receiver has."""
    query = sa.select(sa.func.count()).where(OUT_ROW.c.delivery == delivery)
    with read(engine) as connection:
        return int(connection.execute(query).scalar_one())


def held_rows(engine: sa.Engine, delivery: str, digits: str) -> pl.DataFrame:
    """Key, digest and the key as told, of rows whose key begins with these digits."""
    columns = [OUT_ROW.c[name] for name in HELD]
    query = sa.select(*columns).where(
        OUT_ROW.c.delivery == delivery, _begins(OUT_ROW.c.key, digits)
    )
    return _frame(engine, query, HELD)


def pending_changes(engine: sa.Engine, delivery: str, digits: str) -> pl.DataFrame:
    """Changes of parcels that are not settled, dead ones included."""
    columns = [
        (OUT_PARCEL if name in ("is_sure", "state") else OUT_CHANGE).c[name]
        for name in PENDING
    ]
    query = (
        sa.select(*columns)
        .join(
            OUT_PARCEL,
            sa.and_(
                OUT_PARCEL.c.delivery == OUT_CHANGE.c.delivery,
                OUT_PARCEL.c.number == OUT_CHANGE.c.parcel,
            ),
        )
        .where(OUT_CHANGE.c.delivery == delivery, _begins(OUT_CHANGE.c.key, digits))
    )
    return _frame(engine, query, PENDING)


def keep_rows(
    connection: sa.Connection, delivery: str, parcel: int, *, is_known: bool = True
) -> None:
    """Bring what the receiver has up to date with a parcel.

    Args:
        connection: an open transaction.
        delivery: `partner/name`.
        parcel: its number.
        is_known: whether the parcel has arrived; else it may have.
    """
    of_parcel = (OUT_CHANGE.c.delivery == delivery, OUT_CHANGE.c.parcel == parcel)
    digest = OUT_CHANGE.c.digest if is_known else sa.literal(UNKNOWN)
    kept = sa.select(
        OUT_CHANGE.c.delivery,
        OUT_CHANGE.c.key,
        digest,
        OUT_CHANGE.c.told,
        OUT_CHANGE.c.parcel,
    ).where(*of_parcel)
    gone = sa.select(OUT_CHANGE.c.key).where(*of_parcel, OUT_CHANGE.c.op == "withdraw")
    if is_known:
        connection.execute(
            sa.delete(OUT_ROW).where(
                OUT_ROW.c.delivery == delivery, OUT_ROW.c.key.in_(gone)
            )
        )
        kept = kept.where(OUT_CHANGE.c.op != "withdraw")
    into = insert(connection, OUT_ROW).from_select(
        ["delivery", "key", "digest", "told", "parcel"], kept
    )
    connection.execute(
        into.on_conflict_do_update(
            index_elements=["delivery", "key"],
            set_={name: into.excluded[name] for name in ("digest", "told", "parcel")},
        )
    )


def forget_changes(
    connection: sa.Connection, delivery: str, parcels: Sequence[int]
) -> None:
    """Forget what parcels carried."""
    connection.execute(
        sa.delete(OUT_CHANGE).where(
            OUT_CHANGE.c.delivery == delivery, OUT_CHANGE.c.parcel.in_(parcels)
        )
    )


def _begins(column: sa.Column[str], digits: str) -> sa.ColumnElement[bool]:
    """Keys that begin with one of some digits that follow each other."""
    # Bounds are digits themselves: how other signs sort depends on the database.
    after = HEX[HEX.index(digits[-1]) + 1 :][:1]
    from_first = column >= digits[0]
    return sa.and_(from_first, column < after) if after else from_first


def _frame(
    engine: sa.Engine, query: sa.Select[Any], schema: Mapping[str, pl.DataType]
) -> pl.DataFrame:
    with read(engine) as connection:
        found = [tuple(row) for row in connection.execute(query)]
    return pl.DataFrame(found, schema=schema, orient="row")
