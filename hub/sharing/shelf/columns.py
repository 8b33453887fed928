"""Columns of a shelf: what an index holds of them, and which ones it is ordered by.

What lives here: how a column's values stand in SQLite, so that they compare there as
they do in the lake, and which columns get an index of their own. What does not:
writing and reading (`build`, `shelf`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from hub.schemas import DATASETS
from hub.sharing.placing import PLACES

# Endings of names that people look rows up by, or take spans of.
SOUGHT = ("_id", "_no", "_at", "_on")
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
FIGURES = ("metric", "period", "unit_code", "issue_id", "subject_id")


def is_scalar(kind: pl.DataType) -> bool:
    """Whether values have an order; lists have none and are asked for null only."""
    return not isinstance(kind, pl.List | pl.Struct)


def declared(name: str, kind: pl.DataType) -> str:
    """The column as SQLite is told of it."""
    if isinstance(kind, pl.String):
        return f'"{name}" TEXT'
    return f'"{name}" {"REAL" if kind.is_float() else "INTEGER"}'


def as_kept(name: str, kind: pl.DataType) -> pl.Expr:
    """A column as the index holds it: a number or text that compares in the same way.

    Of lists only whether they are there.
    """
    value = pl.col(name)
    if not is_scalar(kind):
        return pl.when(value.is_not_null()).then(pl.lit(1)).alias(name)
    if isinstance(kind, pl.Datetime | pl.Date):
        return value.to_physical()
    if isinstance(kind, pl.Boolean):
        return value.cast(pl.Int8)
    if isinstance(kind, pl.Decimal):
        scaled = value.cast(pl.Decimal(38, kind.scale)) * pl.lit(10**kind.scale)
        return scaled.cast(pl.Int64)
    return value


def kept_value(value: Any, kind: pl.DataType) -> Any:
    """One value of a column as `as_kept` keeps it; null stays null."""
    if value is None:
        return None
    if isinstance(kind, pl.Datetime):
        return (value - EPOCH) // MICROSECOND
    if isinstance(kind, pl.Date):
        return (value - EPOCH.date()).days
    if isinstance(kind, pl.Boolean):
        return int(value)
    if isinstance(kind, pl.Decimal):
        return int(value.scaleb(kind.scale))
    return value


def sought(table: str, schema: Mapping[str, pl.DataType]) -> Sequence[str]:
    """Columns with an index of their own."""
    if table not in DATASETS:
        return [name for name in FIGURES if name in schema]
    ds = DATASETS[table]
    placed = {one.column for one in PLACES.get(table, ())}
    own = [one.name for one in ds.columns]
    wanted = [
        name
        for name in own
        if name in placed or name in ds.key or name.endswith(SOUGHT)
    ]
    return [name for name in (*wanted, "source_id") if is_scalar(schema[name])]
