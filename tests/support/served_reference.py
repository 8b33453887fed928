"""What the HTTP interface must answer, a second time: row by row, in plain Python.

What lives here: conditions, order and masks over rows as dictionaries, and reading the
five forms back. Who may see which columns and rows is `sharing_reference`. What does
not: anything of `hub.sharing` but its names.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cmp_to_key
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

Row = dict[str, Any]
COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b,
    "neq": lambda a, b: a != b,
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
}


def fulfils(value: Any, kind: str, operator: str, text: str) -> bool:
    """Whether a value fulfils a condition; null fulfils `is.null` and nothing else."""
    if operator == "is":
        if text in ("null", "not_null"):
            return (value is None) == (text == "null")
        return value is (text == "true")
    if value is None:
        return False
    if operator == "like":
        return _like(value, text)
    if operator == "in":
        items = next(csv.reader([text[1:-1]]))
        return any(value == read(one, kind) for one in items)
    return COMPARED[operator](value, read(text, kind))


def _like(value: str, pattern: str) -> bool:
    if not pattern:
        return not value
    first, rest = pattern[0], pattern[1:]
    if first in "%*":
        return _like(value, rest) or (value != "" and _like(value[1:], pattern))
    return value != "" and first in ("_", value[0]) and _like(value[1:], rest)


def ordered(rows: Sequence[Row], column: str, *, down: bool) -> list[Row]:
    """Nulls last in both directions; rows alike stay as they lie."""

    def compare(one: Row, other: Row) -> int:
        a, b = one[column], other[column]
        if a is None or b is None:
            return (a is None) - (b is None)
        told = (a > b) - (a < b)
        return -told if down else told

    return sorted(rows, key=cmp_to_key(compare))


def read(text: Any, kind: str) -> Any:
    """A value of text in the column's type; what is no text stays."""
    if not isinstance(text, str):
        return text
    if kind == "ts":
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            found = found.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
        return found.astimezone(UTC)
    readers: dict[str, Callable[[str], Any]] = {
        "int": int,
        "float": float,
        "dec": Decimal,
        "date": date.fromisoformat,
        "bool": lambda one: {"true": True, "false": False}[one],
    }
    return readers.get(kind, str)(text)


def rows_back(form: str, body: bytes, kinds: dict[str, str]) -> list[Row]:
    """The rows of an answer as they are meant, whatever form they came in."""
    found: list[Row]
    match form:
        case "json":
            found = orjson.loads(body)["rows"]
        case "ndjson":
            found = [orjson.loads(line) for line in body.splitlines()]
        case "csv":
            lines = list(csv.reader(io.StringIO(body.decode(), newline="")))
            found = [
                {name: text or None for name, text in zip(lines[0], line, strict=True)}
                for line in lines[1:]
            ]
        case "arrow":
            found = pa.ipc.open_stream(io.BytesIO(body)).read_all().to_pylist()
        case _:
            found = pq.read_table(io.BytesIO(body)).to_pylist()
    return [
        {name: read(value, kinds[name]) for name, value in row.items()} for row in found
    ]


def kinds_of(frame: pl.DataFrame) -> dict[str, str]:
    """Short names of the columns' types."""
    names = {
        pl.Datetime: "ts", pl.Date: "date", pl.Decimal: "dec", pl.Boolean: "bool",
        pl.Float64: "float", pl.Int64: "int", pl.Int32: "int", pl.List: "list",
    }  # fmt: skip
    found = {}
    for name, kind in frame.schema.items():
        words = [word for one, word in names.items() if isinstance(kind, one)]
        found[name] = words[0] if words else "str"
    return found
