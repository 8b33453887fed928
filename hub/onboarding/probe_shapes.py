"""What a text looks like, told without the text.

What lives here: shapes such as `9999-99-99`, and which words may be shown as they
are. What does not: whose words they are (`probe_codes`, `probe_times`).
"""

from __future__ import annotations

import polars as pl

LONGEST = 24
# Digits in a row that may be a person's number.
NUMBER = r"[0-9]{6,}"
# What a date in Chinese says of itself stays readable.
DATE_SIGNS = "年月日号时点分秒上下午"


def shape_of(text: pl.Expr) -> pl.Expr:
    """A text as its shape: 9 for a digit, a for a letter, 字 for a Chinese sign."""
    plain = (
        text.str.replace_all(r"\p{Nd}", "9")
        .str.replace_all(r"[A-Za-z]", "a")
        .str.replace_all(rf"[^\x00-\x7f{DATE_SIGNS}]", "字")
    )
    # Long runs say nothing more than short ones.
    return plain.str.replace_all(r"字{5,}", "字…").str.slice(0, LONGEST)


def may_be_shown(text: pl.Expr) -> pl.Expr:
    """Whether a text is short and plain enough to be a code and nobody's number."""
    return (text.str.len_chars() <= LONGEST) & ~text.str.contains(rf"{NUMBER}|@")
