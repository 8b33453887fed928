"""The statement that finds rows on a shelf.

What lives here: rows that somebody may see, conditions, order and place to go on from,
as one SQL statement with values to bind. What does not: carrying it out (`shelf`).
Names come from schemas and are quoted; every value is bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.sharing.seen_rows import Among, SeenRows, Within
from hub.sharing.shelf.conditions import AnyOf, Condition, Order


@dataclass(frozen=True)
class After:
    """Where the last page ended: number of the row, and its value in the order."""

    number: int
    value: int | float | str | None = None


@dataclass(frozen=True)
class Statement:
    """SQL and what to bind."""

    sql: str
    values: Sequence[Any]


def statements(
    seen: SeenRows,
    conditions: Sequence[Condition | AnyOf],
    order: Order | None,
    after: After | None,
    names: Mapping[Among, str],
) -> list[Statement]:
    """Statements whose rows, one after the other, are the rows asked for.

    Each gives `n` and, with an order, the value. More than one where nulls come last.

    Args:
        names: for each lookup the schema under which its shelf is attached.
    """
    where: list[str] = []
    bound: list[Any] = []
    if not seen.is_all:
        parts = [_seen(one, names) for one in seen.parts or ()]
        text = " OR ".join(part for part, _ in parts) or "0"
        where.append(f"({text})")
        bound += [value for _, values in parts for value in values]
    for one in conditions:
        text, values = one.sql()
        where.append(text)
        bound += values
    if order is None:
        if after is not None:
            where.append("n > ?")
            bound.append(after.number)
        return [_select("n", where, bound, "n")]
    return _ordered(order, after, where, bound)


def _ordered(
    order: Order, after: After | None, where: list[str], bound: list[Any]
) -> list[Statement]:
    name = f'"{order.column}"'
    way, beyond = ("DESC", "<") if order.down else ("ASC", ">")
    told = f"{name} {way}, n"
    nulls = [*where, f"{name} IS NULL"]
    if after is None:
        first = _select(f"n, {name}", [*where, f"{name} IS NOT NULL"], bound, told)
        return [first, _select(f"n, {name}", nulls, bound, "n")]
    if after.value is None:
        rest = [*bound, after.number]
        return [_select(f"n, {name}", [*nulls, "n > ?"], rest, "n")]
    # The first bound lets the index begin there; the second cuts rows alike.
    here = [*where, f"{name} {beyond}= ?", f"({name} {beyond} ? OR n > ?)"]
    values = [*bound, after.value, after.value, after.number]
    return [
        _select(f"n, {name}", here, values, told),
        _select(f"n, {name}", nulls, bound, "n"),
    ]


def _select(what: str, where: list[str], bound: list[Any], order: str) -> Statement:
    holds = " AND ".join(where) or "1"
    sql = f"SELECT {what} FROM kept WHERE {holds} ORDER BY {order}"  # noqa: S608
    return Statement(sql, tuple(bound))


def _seen(part: Within | Among, names: Mapping[Among, str]) -> tuple[str, list[Any]]:
    if isinstance(part, Within):
        marks = ", ".join("?" * len(part.codes))
        return f'"{part.column}" IN ({marks})', list(part.codes)
    inner = [_seen(one, names) for one in part.rows]
    holds = " OR ".join(f"o.{text}" for text, _ in inner) or "0"
    sql = (
        f"EXISTS (SELECT 1 FROM {names[part]}.kept AS o "  # noqa: S608
        f'WHERE o."{part.key}" = main.kept."{part.column}" AND ({holds}))'
    )
    return sql, [value for _, values in inner for value in values]
