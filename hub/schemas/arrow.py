"""The Arrow schema of a dataset: files, Delta tables and Arrow streams.

What lives here: the map from the model's types to Arrow's, written out because
inference differs between libraries and versions. What does not: writing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

import pyarrow as pa

from hub.schemas.columns import ColumnType
from hub.schemas.datasets import Dataset

INSTANT = pa.timestamp("us", tz="UTC")
MEDIA_ITEM = pa.struct(
    [
        ("usage_code", pa.string()),
        ("uri", pa.string()),
        ("sha256", pa.string()),
        ("taken_at", INSTANT),
        ("lon", pa.float64()),
        ("lat", pa.float64()),
        ("has_face_or_plate", pa.bool_()),
    ]
)
TYPES: Mapping[ColumnType, pa.DataType] = MappingProxyType(
    {
        "str": pa.string(),
        "int": pa.int64(),
        "float": pa.float64(),
        "dec": pa.decimal128(18, 3),
        "share": pa.decimal128(9, 6),
        "bool": pa.bool_(),
        "ts": INSTANT,
        "date": pa.date32(),
        "list": pa.list_(pa.string()),
        "media": pa.list_(MEDIA_ITEM),
    }
)


def arrow_schema(
    ds: Dataset, *, columns: Collection[str] | None = None, stored: bool = False
) -> pa.Schema:
    """The schema of published rows, or of rows as the lake stores them.

    Args:
        ds: the dataset.
        columns: names to keep, in the dataset's order; all if None.
        stored: the lake also holds tombstones, which have a key and no content,
            and rows that are not linked yet; there only identity and provenance
            are never null.
    """
    identity = {ds.id_column, *(column.name for column in ds.provenance)}
    return pa.schema(
        pa.field(
            column.name,
            TYPES[column.type],
            nullable=column.nullable or (stored and column.name not in identity),
        )
        for column in ds.select(columns)
    )
