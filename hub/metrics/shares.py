"""Shares: exact, rounded once, and null where there is nothing to share.

What lives here: numerator and denominator → `value_share`, or `value_number` of
an average, in integers all the way, because a float sum over the same rows came out
differently run by run. What does not: percent; that is for display.
"""

from __future__ import annotations

import polars as pl

SHARE = pl.Decimal(9, 6)
NUMBER = pl.Decimal(18, 3)
MILLION, THOUSAND = 1_000_000, 1_000


def share(numerator: str, denominator: str) -> pl.Expr:
    """One column over another with 6 decimals, half up; 0/0 is null (trap T51).

    Both are columns of whole numbers, 0 ≤ numerator ≤ denominator.
    """
    part, whole = pl.col(numerator), pl.col(denominator)
    millionths = (part * (2 * MILLION) + whole) // (whole * 2)
    exact = millionths.cast(pl.Decimal(18, 0)) * pl.lit("0.000001").cast(SHARE)
    return pl.when(whole > 0).then(exact.cast(SHARE))


def average(total: str, count: str) -> pl.Expr:
    """One column over another with 3 decimals, half up; over 0 is null.

    Both are columns of whole numbers ≥ 0.
    """
    part, whole = pl.col(total), pl.col(count)
    thousandths = (part * (2 * THOUSAND) + whole) // (whole * 2)
    exact = thousandths.cast(pl.Decimal(18, 0)) * pl.lit("0.001").cast(NUMBER)
    return pl.when(whole > 0).then(exact.cast(NUMBER))
