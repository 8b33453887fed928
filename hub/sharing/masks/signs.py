"""The signs that masks look for, as parts of regular expressions (Rust syntax).

What lives here: digits, letters and separators in every width that people type, and
the sign that stands for a hidden one. What does not: any mask.

`[0-9]` is not enough where personal numbers must be found: a full-width number is
dialled as well as any other.
"""

from __future__ import annotations

import polars as pl

from hub.pipeline.text import BLANKS

STAR = "*"
DIGIT = r"\p{Nd}"
LETTER = "A-Za-zＡ-Ｚａ-ｚ"
# What may stand between the digits of one number; two in a row at the most.
BETWEEN = (
    r"[\s\x{200b}-\x{200d}\x{2060}\x{feff}\x{ad}"
    r"\-_.·・()（）．＿\x{2010}-\x{2015}－﹣]{0,2}"
)
INVISIBLE = "[\u200b\u200c\u200d\u2060\ufeff\u00ad]"


def hidden(value: pl.Expr) -> pl.Expr:
    """Every letter and digit as a star: for values that are not what they should be."""
    return value.str.replace_all(r"[\p{L}\p{N}]", STAR)


def plain(value: pl.Expr) -> pl.Expr:
    """A number or code in plain signs: NFKC, upper case, without blanks."""
    folded = value.str.normalize("NFKC").str.replace_all(INVISIBLE, "")
    return folded.str.replace_all(r"\s+", "").str.to_uppercase()


def trimmed(value: pl.Expr) -> pl.Expr:
    """A name without the blanks, visible or not, around it."""
    return value.str.strip_chars(BLANKS)
