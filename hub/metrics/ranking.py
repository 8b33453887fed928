"""Ranks among rows that were judged one by one.

What lives here: the numerator of a group, a sum or the value of nearest rank, as an
aggregation of Polars. What does not: the same over many variants (`ranks`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.metric import RANKS, Value


def rank_of(value: Value) -> pl.Expr:
    """What rows add up to; of ranks the value of rank ⌈p·n⌉ among those that count."""
    amount = pl.col("numerator_amount")
    if value not in RANKS:
        return amount.sum()
    kept = amount.filter(pl.col("is_numerator")).sort()
    place = (kept.len().cast(pl.Int64) * RANKS[value] + 99) // 100 - 1
    return kept.get(place.clip(0), null_on_oob=True).fill_null(0)
