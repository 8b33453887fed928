"""The SQL table of a dataset, for PostgreSQL and SQLite.

What lives here: the map from the model's types to SQL, with the two types that
SQLite cannot keep. What does not: creating, filling or migrating tables.

SQLite stores decimals as floating numbers and instants without a zone, so there
both become text with all digits and the zone (design §8). Such instants sort as
they should; such decimals must be cast before they are compared by size.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from hub.schemas.columns import ColumnType, column_type
from hub.schemas.datasets import Dataset


class Exact(TypeDecorator[Decimal]):
    """A decimal that keeps every digit: NUMERIC, on SQLite text."""

    impl = sa.Numeric
    cache_ok = True

    def __init__(self, precision: int, scale: int) -> None:
        super().__init__(precision, scale)
        self.scale = scale

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, NUMERIC elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.String())
        return dialect.type_descriptor(self.impl_instance)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """All decimal places on SQLite, so that equal numbers are equal text."""
        if value is None or dialect.name != "sqlite":
            return value
        return f"{value:.{self.scale}f}"

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """The number as written."""
        return None if value is None else Decimal(value)


class Instant(TypeDecorator[datetime]):
    """An aware instant: TIMESTAMP WITH TIME ZONE, on SQLite RFC 3339 text in UTC."""

    impl = sa.DateTime
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(timezone=True)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, a zoned timestamp elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.String())
        return dialect.type_descriptor(self.impl_instance)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """The instant in UTC; ValueError without a zone, which would be a guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone cannot be stored")
        aware = value.astimezone(UTC)
        if dialect.name != "sqlite":
            return aware
        return aware.isoformat(timespec="microseconds").replace("+00:00", "Z")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """The instant in UTC."""
        if value is None:
            return None
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
        return found.astimezone(UTC)


TYPES: Mapping[ColumnType, TypeEngine[Any]] = MappingProxyType(
    {
        "str": sa.Text(),
        "int": sa.BigInteger(),
        "float": sa.Double(),
        "dec": Exact(18, 3),
        "share": Exact(9, 6),
        "bool": sa.Boolean(),
        "ts": Instant(),
        "date": sa.Date(),
        "list": sa.JSON(none_as_null=True),
        "media": sa.JSON(none_as_null=True),
    }
)


def sql_type(dtype: pl.DataType) -> TypeEngine[Any]:
    """The type of a column of any hub table, those outside the model included.

    Raises:
        KeyError: a dtype that no table of the hub has.
    """
    if isinstance(dtype, pl.Decimal) and dtype.precision is not None:
        return Exact(dtype.precision, dtype.scale)
    return TYPES[column_type(dtype)]


def sql_table(
    ds: Dataset,
    metadata: sa.MetaData,
    *,
    columns: Collection[str] | None = None,
) -> sa.Table:
    """The table of published rows, with its primary key and Chinese comments.

    Args:
        ds: the dataset.
        metadata: where the table is entered, under the dataset's name.
        columns: names to keep, in the dataset's order; all if None. A key column
            that is left out leaves the table without a primary key.
    """
    chosen = ds.select(columns)
    keyed = set(ds.key) <= {column.name for column in chosen}
    return sa.Table(
        ds.name,
        metadata,
        *(
            sa.Column(
                column.name,
                TYPES[column.type],
                primary_key=keyed and column.name in ds.key,
                nullable=column.nullable,
                autoincrement=False,
                comment=column.label,
            )
            for column in chosen
        ),
        comment=ds.title,
    )
