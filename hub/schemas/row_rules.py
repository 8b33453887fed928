"""Claims about one row that need more than one of its columns.

What lives here: the form of such a claim and the few that several datasets
share. A model lists its claims next to its columns. What does not: claims that
follow from marks of single columns, and all that needs other rows or other
datasets (F- and most K-rules).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import polars as pl


@dataclass(frozen=True)
class RowRule:
    """A claim that holds for a row, or is a finding under `rule` at `column`.

    Attributes:
        column: the column that the finding names.
        rule: its code in `hub.schemas.rules`.
        holds: Boolean expression over the row; null (not known) counts as held.
    """

    column: str
    rule: str
    holds: pl.Expr = field(compare=False)

    @property
    def reads(self) -> frozenset[str]:
        """Columns that the expression reads."""
        return frozenset(self.holds.meta.root_names())


def in_order(*columns: str) -> tuple[RowRule, ...]:
    """K13: of several instants none lies before an earlier one; equal is normal.

    Only the first break of a row is a finding, at the later column of the pair,
    so that one wrong instant does not accuse everything behind it.
    """
    rules = []
    unbroken: pl.Expr = pl.lit(True)
    for position, column in enumerate(columns[1:], start=1):
        latest = pl.max_horizontal(*columns[:position])
        keeps = (pl.col(column) >= latest).fill_null(True)
        rules.append(RowRule(column, "K13", keeps | unbroken.not_()))
        unbroken = unbroken & keeps
    return tuple(rules)


def visited_within_a_year(column: str) -> RowRule:
    """T48: what nobody has seen for a year, as of the landing, may be long gone."""
    is_fresh = pl.col(column) >= pl.col("ingested_at") - timedelta(days=366)
    return RowRule(column, "T48", is_fresh)


def category_digits(system: str, code: str) -> RowRule:
    """P10: national category codes are digits, 5 in the list of 2026, else 4.

    A partner's own list may write its codes as it likes (codes §3).
    """
    digits = (
        pl.when(pl.col(system) == "GBT47678.5-2026")
        .then(pl.col(code).str.contains("^[0-9]{5}$"))
        .when(pl.col(system).is_in(["GBT30428.2-2013", "CJT214-2007"]))
        .then(pl.col(code).str.contains("^[0-9]{4}$"))
    )
    return RowRule(code, "P10", digits)
