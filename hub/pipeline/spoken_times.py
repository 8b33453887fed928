"""Times as people say them in Chinese, in the digits of a 24-hour clock (trap T27).

What lives here: 上午 and 下午 before an hour, and dates in Chinese numerals. What does
not: parsing what comes out (`instants`).
"""

from __future__ import annotations

import polars as pl

_HALF = r"^(.*?)(上午|下午)\s*(\d{1,2})(.*)$"
_NUMERALS = "〇零一二三四五六七八九"
_SPOKEN_DATE = "^[〇零一二三四五六七八九]{4}年"


def in_digits(text: pl.Series) -> pl.Series:
    """The same times written with digits and hours from 0 to 23.

    Args:
        text: folded text; what is not spoken stays as it is.
    """
    frame = text.alias("t").to_frame().with_columns(t=_from_numerals(pl.col("t")))
    before, half, said, rest = (pl.col("t").str.extract(_HALF, n) for n in range(1, 5))
    hour = said.cast(pl.Int64)
    after = pl.when(half == "下午").then(12).otherwise(0)
    told = (hour % 12 + after).cast(pl.String).str.zfill(2)
    # A twelve-hour clock has no hour 0 or 13; such a text stays unreadable.
    is_said = hour.is_between(1, 12).fill_null(value=False)
    written = pl.concat_str(before, told, rest)
    return frame.select(pl.when(is_said).then(written).otherwise("t"))["t"]


def _from_numerals(text: pl.Expr) -> pl.Expr:
    """二〇二六年六月二十九日 → 2026年6月29日, where a text begins with such a year."""
    digits = text.str.replace_many(list(_NUMERALS), list("00123456789"))
    counted = (
        digits.str.replace_all(r"(\d)十(\d)", "${1}${2}")
        .str.replace_all(r"(\d)十", "${1}0")
        .str.replace_all(r"十(\d)", "1${1}")
        .str.replace_all("十", "10")
    )
    return pl.when(text.str.contains(_SPOKEN_DATE)).then(counted).otherwise(text)
