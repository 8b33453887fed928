"""Shares: exact, rounded once, and null where there is nothing to share.

What lives here: numerator and denominator → `value_share`, in integers all the
way, because a float sum over the same rows came out differently run by run. What
does not: percent; that is for display.
"""

from __future__ import annotations

import polars as pl

SHARE = pl.Decimal(9, 6)
MILLION = 1_000_000


def share(numerator: str, denominator: str) -> pl.Expr:
    """One column over another with 6 decimals, half up; 0/0 is null (trap T51).

    Both are columns of whole numbers, 0 ≤ numerator ≤ denominator.
    """
    part, whole = pl.col(numerator), pl.col(denominator)
    millionths = (part * (2 * MILLION) + whole) // (whole * 2)
    exact = millionths.cast(pl.Decimal(18, 0)) * pl.lit("0.000001").cast(SHARE)
    return pl.when(whole > 0).then(exact.cast(SHARE))
