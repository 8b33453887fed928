"""Figures with small cells hidden, as every way out shows them.

What lives here: which figures are looked at together, the small cells of each hidden,
and the rows that may be seen whole beside them. What does not: which counts must go
(`small_cells`), who may see what (`decision`), where figures come from.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from hub.metrics.levels import CITY
from hub.sharing.asks import Allowed
from hub.sharing.small_cells import NOTES, suppress

# Of one metric; figures that differ in one of these are no parts of one table.
KEYS = ["version", "calibers", "basis", "period", "as_of"]


def hide_small_cells(figures: pl.DataFrame, least: int) -> pl.DataFrame:
    """Figures of one metric, every one without its small cells.

    Args:
        figures: all figures of the metric in some periods, with every column: what
            can be hidden of one is seen from the others.
        least: smallest count that is shown.

    Returns:
        The same rows with the columns NOTES more, in an order of their own.
    """
    parts = list(_hidden(figures, least))
    return pl.concat(parts) if parts else _with_notes(figures)


def as_allowed(
    figures: pl.DataFrame, hidden: pl.DataFrame, allowed: Allowed
) -> pl.DataFrame:
    """The rows that may be seen; those of `allowed.whole` as they are.

    Args:
        figures: rows as they are.
        hidden: the same of `hide_small_cells`.
        allowed: what a decision says.
    """
    seen = allowed.rows.predicate()
    if allowed.whole is None:
        return hidden.filter(seen)
    whole = allowed.whole.predicate()
    own = _with_notes(figures.filter(seen & whole))
    # A null in what the rule looks at is not the unit's own.
    others = hidden.filter(seen & ~whole.fill_null(value=False))
    return pl.concat([own, others.select(own.columns)])


def _with_notes(figures: pl.DataFrame) -> pl.DataFrame:
    return figures.with_columns(pl.lit(None, pl.String).alias(one) for one in NOTES)


def _hidden(figures: pl.DataFrame, least: int) -> Iterator[pl.DataFrame]:
    is_city = pl.col("level") == CITY
    for variant in figures.partition_by(KEYS, maintain_order=True):
        city, others = variant.filter(is_city), variant.filter(~is_city)
        if not len(others):
            yield suppress(city, least)
        for nth, level in enumerate(others.partition_by("level", maintain_order=True)):
            told = suppress(pl.concat([city, level]), least)
            # The city's own figure once; of its looks beside each level the first.
            yield told if nth == 0 else told.filter(~is_city)
