"""How offices type what they type: dates, digits, codes.

What lives here: one value in the spellings that people use, and the check sign of a
registered number. What does not: which cell is typed how; the lists say that.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

# T27: spellings that all mean the same day; there is a sixth, in words.
DATE_FORMS = ("%Y-%m-%d", "%Y/%-m/%-d", "%Y.%m.%d", "%Y%m%d", "%Y年%-m月%-d日")
ONES = "〇一二三四五六七八九"
PLAIN, WIDE = "0123456789-", "０１２３４５６７８９－"
# GB 32100: 31 signs; the value of a sign is its position.
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def spelt(day: pl.Expr, nth: pl.Expr) -> pl.Expr:
    """A date in one of the forms or in words, by the row's number."""
    text = in_words(day)
    for number, form in enumerate(DATE_FORMS):
        is_it = nth % (len(DATE_FORMS) + 1) == number
        text = pl.when(is_it).then(day.dt.strftime(form)).otherwise(text)
    return text


def in_words(day: pl.Expr) -> pl.Expr:
    """A date as it is read out: 二〇二六年三月二十一日."""
    year = day.dt.strftime("%Y").str.replace_many(list("0123456789"), list(ONES))
    names = {number: _spoken(number) for number in range(1, 32)}
    month, on = (
        part.replace_strict(names, return_dtype=pl.String)
        for part in (day.dt.month(), day.dt.day())
    )
    return pl.format("{}年{}月{}日", year, month, on)


def _spoken(number: int) -> str:
    """A number below a hundred in words."""
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else ("十" if tens == 1 else f"{ONES[tens]}十")
    return lead + ("" if tens and not ones else ONES[ones])


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
