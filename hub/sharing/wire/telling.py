"""Values as every surface writes them.

What lives here: instants in UTC with Z, decimals as text with all their digits, lists
as lists or as one text. What does not: which rows and columns there are.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import polars.selectors as cs

INSTANT = "%Y-%m-%dT%H:%M:%S%.fZ"
INSTANTS = cs.datetime().dt.strftime(INSTANT)


def telling(frame: pl.DataFrame, *, nested: bool = True) -> pl.DataFrame:
    """A frame as text formats write it.

    Args:
        frame: typed rows.
        nested: leave lists as lists; else each becomes one text.
    """
    told = as_told(frame.schema, nested=nested)
    return frame.with_columns(told) if told else frame


def as_told(kinds: Mapping[str, pl.DataType], *, nested: bool = True) -> list[pl.Expr]:
    """The columns that text formats write in another way than they lie."""
    # Pages are small and many: only what is written differently is worked on.
    told = [
        _told(name, kind, nested=nested)
        for name, kind in kinds.items()
        if isinstance(kind, pl.Decimal | pl.List)
    ]
    if any(isinstance(kind, pl.Datetime) for kind in kinds.values()):
        told.append(INSTANTS)  # all of them at once: an expression each costs as much
    return told


def _told(name: str, kind: pl.DataType, *, nested: bool) -> pl.Expr:
    value = pl.col(name)
    if isinstance(kind, pl.Decimal):
        return value.cast(pl.String)
    if isinstance(kind, pl.List):
        if isinstance(kind.inner, pl.Struct):
            at = pl.field("taken_at").dt.strftime(INSTANT)
            value = value.list.eval(pl.element().struct.with_fields(at))
        if nested:
            return value
        if isinstance(kind.inner, pl.Struct):
            value = value.list.eval(pl.element().struct.json_encode())
        return value.list.join("; ", ignore_nulls=True)
    raise TypeError(kind)
