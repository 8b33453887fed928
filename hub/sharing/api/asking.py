"""What a request for rows asks for, read off its query.

What lives here: the reserved parameters, conditions by column, and what of it is
refused before anything is looked up. What does not: whether it may be had (`service`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from hub.errors import MisuseError
from hub.sharing.api.problems import Refusal
from hub.sharing.api.tokens import Token, Tokens, question_of
from hub.sharing.shelf import Condition, Order, read_condition, read_order

RESERVED = ("columns", "release", "after", "limit", "order", "purpose")
LIMIT, MOST = 100, 10_000
MOST_CONDITIONS = 50


@dataclass(frozen=True)
class Asked:
    """One request for rows, not yet judged.

    Attributes:
        columns: those wanted, in their order; None for all.
        release: its id; None for the newest.
        token: where to go on.
        limit: rows of a page; None where none was named.
        order: a column, and `.asc` or `.desc`.
        purpose: what for.
        filters: column and `operator.value`.
    """

    columns: tuple[str, ...] | None
    release: str | None
    token: Token | None
    limit: int | None
    order: str | None
    purpose: str | None
    filters: tuple[tuple[str, str], ...]

    @property
    def sorts(self) -> tuple[str, ...]:
        """Columns that rows are ordered by."""
        return () if self.order is None else (self.order.partition(".")[0],)

    def question(self, table: str) -> str:
        """What its pages have in common."""
        told = [f"{name}={value}" for name, value in self.filters]
        return question_of(table, [*told, f"order {self.order}"])

    def conditions(
        self, table: str, schema: Mapping[str, pl.DataType], zone: str
    ) -> list[Condition]:
        """The filters in the columns' types.

        Raises:
            Refusal: 400, one cannot be understood.
        """
        try:
            return [
                read_condition(table, schema, name, text, zone=zone)
                for name, text in self.filters
            ]
        except MisuseError as problem:
            raise _misuse("filter", problem) from None

    def ordered(self, schema: Mapping[str, pl.DataType]) -> Order | None:
        """The order in the table's columns.

        Raises:
            Refusal: 400, it cannot be understood.
        """
        if self.order is None:
            return None
        try:
            return read_order(schema, self.order)
        except MisuseError as problem:
            raise _misuse("order", problem) from None


def read_query(given: list[tuple[str, str]], tokens: Tokens) -> Asked:
    """Read a query.

    Args:
        given: names and values, as they stand in the address.
        tokens: reads where to go on.

    Raises:
        Refusal: 400, something in it cannot be understood.
    """
    single: dict[str, str] = {}
    filters = []
    for name, value in given:
        if name not in RESERVED:
            filters.append((name, value))
        elif name in single:
            raise Refusal(400, "parameter", f"{name} stands more than once.")
        else:
            single[name] = value
    if len(filters) > MOST_CONDITIONS:
        raise Refusal(400, "filter", f"At most {MOST_CONDITIONS} conditions, please.")
    columns = single.get("columns")
    wanted = None if columns is None else tuple(columns.split(","))
    if wanted is not None and len(set(wanted)) < len(wanted):
        raise Refusal(400, "column", "A column is named more than once.")
    token = tokens.read(single["after"]) if "after" in single else None
    release = single.get("release") or (token.release if token else None)
    if token is not None and release != token.release:
        raise Refusal(400, "after", "`after` belongs to another release.")
    return Asked(
        columns=wanted,
        release=release,
        token=token,
        limit=_limit(single["limit"]) if "limit" in single else None,
        order=single.get("order"),
        purpose=single.get("purpose"),
        filters=tuple(filters),
    )


def _limit(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    if not 1 <= number <= MOST:
        raise Refusal(400, "limit", f"limit is a number from 1 to {MOST}.")
    return number


def _misuse(code: str, problem: MisuseError) -> Refusal:
    return Refusal(
        400, code, f"Could not {problem.attempted}: {problem.seen}. {problem.next_step}"
    )
