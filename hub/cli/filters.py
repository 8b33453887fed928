"""Filters over published rows: `column=operator.value`.

What lives here: reading one condition in the column's own type, with the operators
of the HTTP interface (eq neq gt gte lt lte in like is). What does not: who may
filter by which column; the caller knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from hub.errors import MisuseError
from hub.schemas import Column, Dataset

COMPARISONS: Mapping[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = MappingProxyType(
    {
        "eq": pl.Expr.eq,
        "neq": pl.Expr.ne,
        "gt": pl.Expr.gt,
        "gte": pl.Expr.ge,
        "lt": pl.Expr.lt,
        "lte": pl.Expr.le,
    }
)
OPERATORS = (*COMPARISONS, "in", "like", "is")
STATES: Mapping[str, Callable[[pl.Expr], pl.Expr]] = MappingProxyType(
    {
        "null": pl.Expr.is_null,
        "not_null": pl.Expr.is_not_null,
        "true": lambda value: value.eq(pl.lit(value=True)),
        "false": lambda value: value.eq(pl.lit(value=False)),
    }
)


class Condition(NamedTuple):
    """A condition, the column that it looks at, and how it was written."""

    column: str
    holds: pl.Expr
    operator: str
    values: tuple[str, ...]


def condition(ds: Dataset, text: str, zone: str) -> Condition:
    """One condition from its text; a null value fulfils none but `is.null`.

    Args:
        zone: IANA zone of a day or clock time without an offset.

    Raises:
        MisuseError: unknown column or operator, or a value of another type.
    """
    name, _, rest = text.partition("=")
    operator, dot, value = rest.partition(".")
    columns = {one.name: one for one in ds.all_columns}
    if name not in columns:
        raise _unfit(text, f"{ds.name} has no column {name}", ", ".join(columns))
    if not dot or operator not in OPERATORS:
        raise _unfit(text, "its operator is unknown", ", ".join(OPERATORS))
    values = tuple(_items(value)) if operator == "in" else (value,)
    holds = _holds(columns[name], operator, value, text, zone)
    return Condition(name, holds, operator, values)


def _holds(column: Column, operator: str, value: str, text: str, zone: str) -> pl.Expr:
    here = pl.col(column.name)
    if operator == "is":
        if value not in STATES or (
            value in ("true", "false") and column.type != "bool"
        ):
            raise _unfit(text, "`is` does not know that word", "is.null, is.not_null")
        return STATES[value](here)
    if column.type in ("list", "media"):
        raise _unfit(text, "lists have no order and no pattern", "is.null, is.not_null")
    if operator == "like":
        if column.type != "str":
            raise _unfit(text, "`like` is for text", ", ".join(COMPARISONS))
        return here.str.contains(_pattern(value))
    if operator == "in":
        values = [_value(column, item, text, zone) for item in _items(value)]
        return here.is_in(pl.Series(values, dtype=column.dtype).implode())
    literal = pl.lit(_value(column, value, text, zone), dtype=column.dtype)
    return COMPARISONS[operator](here, literal)


def _items(text: str) -> list[str]:
    """The values of `in`: a,b or (a,b)."""
    return re.sub(r"^\((.*)\)$", r"\1", text).split(",")


def _pattern(text: str) -> str:
    """A LIKE pattern (`%` or `*` any text, `_` one character) as a regex."""
    signs = {"%": ".*", "*": ".*", "_": "."}
    return "(?s)^" + "".join(signs.get(c) or re.escape(c) for c in text) + "$"


def _value(
    column: Column, text: str, whole: str, zone: str
) -> str | int | float | Decimal | bool | datetime | date:
    try:
        match column.type:
            case "int":
                return int(text)
            case "float":
                return float(text)
            case "dec" | "share":
                return Decimal(text).quantize(
                    Decimal(1).scaleb(-(3 if column.type == "dec" else 6))
                )
            case "bool":
                return {"true": True, "false": False}[text]
            case "date":
                return date.fromisoformat(text)
            case "ts":
                found = datetime.fromisoformat(text)
                if found.tzinfo is None:
                    found = found.replace(tzinfo=ZoneInfo(zone))
                return found.astimezone(UTC)
    except (ValueError, KeyError, InvalidOperation):
        raise _unfit(
            whole, f"its value is no {column.type}", _like_this(column)
        ) from None
    return text


def _like_this(column: Column) -> str:
    examples = {
        "bool": "true, false",
        "date": "2026-10-01",
        "ts": "2026-10-01 or 2026-10-01T08:00:00+08:00",
    }
    return examples.get(column.type, "a number")


def _unfit(text: str, seen: str, allowed: str) -> MisuseError:
    return MisuseError(
        f"understand --where {text.partition('=')[0]}=…",
        seen=seen,
        next_step=f"Write COLUMN=OPERATOR.VALUE; allowed here: {allowed}.",
    )
