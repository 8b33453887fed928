"""The checksum of registered numbers, for whole columns at once.

What lives here: the check sign of the unified social credit code (GB 32100,
codes §2). What does not: the shape of such numbers, which is a format of the
city (`hub.schemas.formats`).
"""

from __future__ import annotations

import polars as pl

# 31 signs; the value of a sign is its position.
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
WEIGHTS = tuple(pow(3, position, len(SIGNS)) for position in range(LENGTH - 1))


def uscc_passes(code: pl.Expr) -> pl.Expr:
    """Whether the 18th sign is right; null where the text is no such code at all."""
    values = dict(zip(SIGNS, range(len(SIGNS)), strict=True))
    signs = [
        code.str.slice(place, 1).replace_strict(
            values, default=None, return_dtype=pl.Int32
        )
        for place in range(LENGTH)
    ]
    weighted = [sign * weight for sign, weight in zip(signs, WEIGHTS, strict=False)]
    total = pl.sum_horizontal(weighted, ignore_nulls=False)
    expected = (len(SIGNS) - total % len(SIGNS)) % len(SIGNS)
    return pl.when(code.str.len_chars() == LENGTH).then(signs[-1] == expected)
