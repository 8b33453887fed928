"""Per-file bounds for the table's log, so that readers can leave files out.

What lives here: from Parquet's own statistics to the JSON of Delta Lake, for
columns where both agree on order: whole numbers, finite floats, short text, days
and instants. Decimals are left out, since JSON readers take them as floats and
could skip a file that matters. What does not: using the bounds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime

import orjson
import pyarrow.parquet as pq

Bound = int | float | str | date | datetime
Bounds = dict[str, Bound]

COLUMNS = 32  # Delta Lake's own default; more only lengthens the log
TIMES = ("TIMESTAMP", "DATE")
TEXT = 64


def bounds_of(metadata: pq.FileMetaData) -> tuple[Bounds, Bounds, dict[str, int]]:
    """Least and greatest value and null count per simple column of a one-group file."""
    low: Bounds = {}
    high: Bounds = {}
    nulls: dict[str, int] = {}
    group = metadata.row_group(0)
    for position in _times_first(metadata):
        if len(nulls) == COLUMNS:
            break
        column = group.column(position)
        seen = column.statistics
        name = column.path_in_schema
        if "." in name or seen is None or not seen.has_null_count:
            continue
        nulls[name] = seen.null_count
        if seen.has_min_max and _comparable(seen.min) and _comparable(seen.max):
            low[name], high[name] = seen.min, seen.max
    return low, high, nulls


def _times_first(metadata: pq.FileMetaData) -> list[int]:
    """Columns in order, those of instants and days before the others.

    Readers choose files by time, and a wide table has more columns than bounds.
    """
    kinds = [
        metadata.schema.column(nth).logical_type.type
        for nth in range(metadata.num_columns)
    ]
    return sorted(range(len(kinds)), key=lambda nth: kinds[nth] not in TIMES)


def as_json(
    rows: int,
    low: Mapping[str, Bound],
    high: Mapping[str, Bound],
    nulls: Mapping[str, int],
) -> str:
    """The `stats` text of one added file."""
    stats = {
        "numRecords": rows,
        "minValues": {name: _plain(value) for name, value in low.items()},
        "maxValues": {name: _plain(value) for name, value in high.items()},
        "nullCount": dict(nulls),
    }
    return orjson.dumps(stats).decode()


def _comparable(value: object) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, str):
        return len(value) <= TEXT
    if isinstance(value, datetime):
        return value.tzinfo is not None
    return isinstance(value, int | date)


def _plain(value: Bound) -> int | float | str:
    if isinstance(value, datetime):
        instant = value.astimezone(UTC).replace(tzinfo=None)
        return instant.isoformat(timespec="microseconds") + "Z"
    return value.isoformat() if isinstance(value, date) else value
