"""Which rows are asked for: conditions and an order, as text, as SQL and as Polars.

What lives here: reading `operator.value` in the column's own type, with the operators
of PostgREST (eq neq gt gte lt lte in like is), and the two forms in which a condition
is carried out. A null value fulfils nothing but `is.null`. What does not: who may
filter by which column (`hub.sharing.decision`), finding rows (`shelf`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from hub.errors import MisuseError
from hub.sharing.shelf.columns import is_scalar, kept_value

COMPARED: Mapping[str, tuple[str, Callable[[pl.Expr, pl.Expr], pl.Expr]]] = (
    MappingProxyType(
        {
            "eq": ("=", pl.Expr.eq),
            "neq": ("<>", pl.Expr.ne),
            "gt": (">", pl.Expr.gt),
            "gte": (">=", pl.Expr.ge),
            "lt": ("<", pl.Expr.lt),
            "lte": ("<=", pl.Expr.le),
        }
    )
)
OPERATORS = (*COMPARED, "in", "like", "is")
STATES: Mapping[str, str] = MappingProxyType(
    {"null": "IS NULL", "not_null": "IS NOT NULL", "true": "= 1", "false": "= 0"}
)
BLANK_PLUS = re.compile(r"(:\d\d(?:\.\d+)?) (\d\d:\d\d)$")
WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
MOST_VALUES = 500  # of one `in`
MOST_SIGNS = 200  # of one `like`


@dataclass(frozen=True)
class Condition:
    """One condition: its column, the operator and the values as they were given.

    Attributes:
        told: values as text, for the audit's pseudonyms.
        values: the same in the column's type.
        kind: type of the column.
    """

    column: str
    operator: str
    told: tuple[str, ...]
    values: tuple[Any, ...]
    kind: pl.DataType

    def sql(self) -> tuple[str, list[Any]]:
        """The condition over the index, with the values to bind."""
        name = f'"{self.column}"'
        if self.operator == "is":
            return f"{name} {STATES[self.told[0]]}", []
        if self.operator == "like":
            return f"{name} GLOB ?", [_glob(self.told[0])]
        # Without Polars: for one value its engine costs more than the look-up does.
        kept = [kept_value(value, self.kind) for value in self.values]
        if self.operator == "in":
            return f"{name} IN ({', '.join('?' * len(kept))})", kept
        return f"{name} {COMPARED[self.operator][0]} ?", kept

    def holds(self) -> pl.Expr:
        """The condition over a frame."""
        here = pl.col(self.column)
        if self.operator == "is":
            if self.told[0] in ("true", "false"):
                return here.eq(pl.lit(self.told[0] == "true"))
            return here.is_null() if self.told[0] == "null" else here.is_not_null()
        if self.operator == "like":
            return here.str.contains(_regex(self.told[0]))
        given = pl.Series(self.values, dtype=self.kind)
        if self.operator == "in":
            return here.is_in(given.implode())
        return COMPARED[self.operator][1](here, pl.lit(self.values[0], self.kind))


@dataclass(frozen=True)
class AnyOf:
    """Conditions of which those of one group hold together."""

    groups: tuple[tuple[Condition, ...], ...]

    @property
    def parts(self) -> tuple[Condition, ...]:
        """Every condition of every group."""
        return tuple(one for group in self.groups for one in group)

    def sql(self) -> tuple[str, list[Any]]:
        """The whole over the index, with the values to bind."""
        told, bound = [], list[Any]()
        for group in self.groups:
            parts = [one.sql() for one in group]
            told.append(f"({' AND '.join(text for text, _ in parts) or '1'})")
            bound += [value for _, values in parts for value in values]
        return f"({' OR '.join(told) or '0'})", bound


@dataclass(frozen=True)
class Order:
    """A column that rows are ordered by, nulls last; rows alike as they lie."""

    column: str
    down: bool = False


def read_condition(
    table: str, schema: Mapping[str, pl.DataType], column: str, text: str, *, zone: str
) -> Condition:
    """One condition from `operator.value`.

    Args:
        table: named in what is said about it.
        schema: column → type.
        column: the column that it looks at.
        text: e.g. `eq.420106`, `in.(a,b)`, `like.武昌*`, `is.null`.
        zone: IANA zone of a day or clock time without an offset.

    Raises:
        MisuseError: unknown operator, or a value that the column cannot hold. The
            value itself is not told.
    """
    kind = schema[column]
    operator, dot, value = text.partition(".")
    if not dot or operator not in OPERATORS:
        raise _unfit(column, "its operator is unknown", ", ".join(OPERATORS))
    if "\0" in value:
        raise _unfit(column, "its value holds a NUL", "text without it")
    if operator == "is":
        if value not in STATES or (
            value in ("true", "false") and not isinstance(kind, pl.Boolean)
        ):
            words = "is.null, is.not_null; of a yes or no is.true, is.false"
            raise _unfit(column, "`is` does not know that word", words)
        return Condition(column, operator, (value,), (), kind)
    if not is_scalar(kind):
        raise _unfit(column, "lists have no order", "is.null, is.not_null")
    if operator == "like":
        if not isinstance(kind, pl.String):
            raise _unfit(column, "`like` is for text", ", ".join(COMPARED))
        if len(value) > MOST_SIGNS:
            raise _unfit(column, "its pattern is too long", f"{MOST_SIGNS} signs")
        return Condition(column, operator, (value,), (value,), kind)
    items = _items(value) if operator == "in" else [value]
    if len(items) > MOST_VALUES:
        raise _unfit(column, "it has too many values", f"{MOST_VALUES} values")
    values = tuple(_value(column, kind, item, zone) for item in items)
    return Condition(column, operator, tuple(items), values, kind)


def read_order(schema: Mapping[str, pl.DataType], text: str) -> Order:
    """An order from `column`, `column.asc` or `column.desc`.

    Raises:
        MisuseError: no such column or direction, or a list.
    """
    column, _, way = text.partition(".")
    if column not in schema or not is_scalar(schema[column]):
        raise MisuseError(
            "order the rows",
            seen="there is no such column, or its values have no order",
            next_step="Write order=COLUMN, COLUMN.asc or COLUMN.desc.",
        )
    if way not in ("", "asc", "desc"):
        raise _unfit(column, "its direction is unknown", "asc, desc")
    return Order(column, way == "desc")


def _items(text: str) -> list[str]:
    """Values of `(a,"b,c")`; quotes keep a comma, and are doubled in a value."""
    inner = re.sub(r"^\((.*)\)$", r"\1", text, flags=re.DOTALL)
    return next(csv.reader([inner]), [""]) if "\n" not in inner else [inner]


def _value(column: str, kind: pl.DataType, text: str, zone: str) -> Any:
    try:
        if kind.is_integer():
            if WHOLE.fullmatch(text) is None:
                raise ValueError
            found = int(text)
            if not -(2**63) <= found < 2**63:
                raise ValueError
            return found
        if kind.is_float():
            number = float(text)
            if number != number or number in (float("inf"), float("-inf")):
                raise ValueError
            return number
        if isinstance(kind, pl.Decimal):
            exact = Decimal(text)
            if not exact.is_finite() or abs(exact) >= Decimal(10) ** 12:
                raise ValueError
            kept = exact.quantize(Decimal(1).scaleb(-kind.scale))
            if kept != exact:  # rounded, it would ask for other rows
                raise ValueError
            return kept
        if isinstance(kind, pl.Boolean):
            return {"true": True, "false": False}[text]
        if isinstance(kind, pl.Date):
            return date.fromisoformat(text)
        if isinstance(kind, pl.Datetime):
            # In an address a bare plus is a blank, and no blank belongs there.
            instant = datetime.fromisoformat(BLANK_PLUS.sub(r"\1+\2", text))
            if instant.tzinfo is None:
                instant = instant.replace(tzinfo=ZoneInfo(zone))
            return instant.astimezone(UTC)
    except (ValueError, KeyError, InvalidOperation, OverflowError):
        raise _unfit(column, "its value is of another type", _like(kind)) from None
    return text


def _like(kind: pl.DataType) -> str:
    if isinstance(kind, pl.Boolean):
        return "true, false"
    if isinstance(kind, pl.Date):
        return "2026-10-01"
    if isinstance(kind, pl.Datetime):
        return "2026-10-01 or 2026-10-01T08:00:00+08:00"
    return "a number"


_GLOB: Mapping[str, str] = MappingProxyType(
    {"%": "*", "*": "*", "_": "?", "?": "[?]", "[": "[[]"}
)
_REGEX: Mapping[str, str] = MappingProxyType({"%": ".*", "*": ".*", "_": "."})


def _glob(text: str) -> str:
    """A LIKE pattern (`%` or `*` any text, `_` one sign) for SQLite, as it is cased."""
    return "".join(_GLOB.get(sign, sign) for sign in text)


def _regex(text: str) -> str:
    return "(?s)^" + "".join(_REGEX.get(c) or re.escape(c) for c in text) + "$"


def _unfit(column: str, seen: str, allowed: str) -> MisuseError:
    return MisuseError(
        f"understand the filter on {column}",
        seen=seen,
        next_step=f"Write {column}=OPERATOR.VALUE; allowed here: {allowed}.",
    )
