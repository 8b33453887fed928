"""How offices type what they type: dates, digits, codes.

What lives here: one value in the spellings that people use, and the check sign of a
registered number. What does not: which cell is typed how; the lists say that.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

# T27: five spellings that all mean the same day.
DATE_FORMS = ("%Y-%m-%d", "%Y/%-m/%-d", "%Y.%m.%d", "%Y%m%d", "%Y年%-m月%-d日")
PLAIN, WIDE = "0123456789-", "０１２３４５６７８９－"
# GB 32100: 31 signs; the value of a sign is its position.
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def spelt(day: pl.Expr, nth: pl.Expr) -> pl.Expr:
    """A date in one of the forms, by the row's number."""
    form = nth % len(DATE_FORMS)
    chain = pl.when(form == 0).then(day.dt.strftime(DATE_FORMS[0]))
    for number, one in enumerate(DATE_FORMS[1:], start=1):
        chain = chain.when(form == number).then(day.dt.strftime(one))  # type: ignore[assignment]
    return chain.otherwise(None)


def wide(text: pl.Expr) -> pl.Expr:
    """Digits and hyphens as full-width signs (T39)."""
    return text.str.replace_many(list(PLAIN), list(WIDE))


def one_of(choices: Sequence[str], nth: pl.Expr) -> pl.Expr:
    """One of several texts, by the row's number."""
    at = nth % len(choices)
    return at.replace_strict(
        list(range(len(choices))), list(choices), return_dtype=pl.String
    )


def with_check_sign(codes: pl.Series) -> pl.Series:
    """Codes of 17 signs with the 18th of the unified social credit code."""
    signs = np.frombuffer("".join(codes).encode(), dtype=np.uint8).reshape(-1, 17)
    values = np.zeros(128, dtype=np.int64)
    values[np.frombuffer(SIGNS.encode(), dtype=np.uint8)] = np.arange(len(SIGNS))
    weights = np.array([pow(3, place, len(SIGNS)) for place in range(17)])
    rest = -(values[signs] @ weights) % len(SIGNS)
    last = pl.Series("last", rest).replace_strict(
        list(range(len(SIGNS))), list(SIGNS), return_dtype=pl.String
    )
    return codes.to_frame("code").select(pl.concat_str("code", last)).to_series()
