"""Cleaning cell text before anything is read from it (traps T26, T39, T42).

What lives here: what may be removed from a cell without changing its meaning.
Names and free text are only trimmed; codes, numbers and dates are also folded
to their plain form (NFKC). What does not: parsing, code tables.
"""

from __future__ import annotations

import polars as pl

# Blank to a reader: ASCII and CJK spaces, zero-width signs, soft hyphen, marks.
BLANKS = " \t\r\n\v\f\u00a0\u3000\u200b\u200c\u200d\u2060\ufeff\u00ad"
PLACEHOLDERS = ("", "-", "--", "---", "—", "——", "/", "无", "null", "NULL", "Null")
PLACEHOLDERS_LATIN = ("None", "NaN", "nan", "N/A", "n/a", "#N/A", "NIL", "nil")
RUINED = r"^[+-]?\d(?:\.\d+)?[eE]\+?\d+$"
DAMAGED = "\ufffd|锟斤拷"
PRIVATE_USE = r"[\x{E000}-\x{F8FF}\x{F0000}-\x{FFFFD}]"
COUNTRY = r"^(?:\+|00)86-?"
MOBILE = r"^1[3-9]\d{9}$"
# Characters that no JSON or spreadsheet value means: control signs but \t \n \r.
CONTROLS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"


def clean(value: pl.Expr) -> pl.Expr:
    """Trimmed text; null where nothing or only a placeholder word is left."""
    trimmed = value.str.replace_all(CONTROLS, "").str.strip_chars(BLANKS)
    empty = trimmed.is_in([*PLACEHOLDERS, *PLACEHOLDERS_LATIN])
    return pl.when(~empty).then(trimmed)


def fold(value: pl.Expr) -> pl.Expr:
    """Cleaned text of a code, number or date: NFKC, zero-width signs gone."""
    plain = value.str.normalize("NFKC").str.replace_all(
        "[\u200b\u200c\u200d\u2060\ufeff\u00ad]", ""
    )
    return clean(plain.str.strip_prefix("'"))


def identifier(value: pl.Expr) -> pl.Expr:
    """Folded text of an identifier or code: inner blanks gone as well."""
    return fold(value).str.replace_all(r"\s+", "")


def phone(value: pl.Expr) -> pl.Expr:
    """A folded telephone number as it is dialled at home (codes §2).

    The country's code goes, and the hyphens of a mobile number; those of a landline
    part its area code.
    """
    plain = value.str.replace_all(r"\s+", "").str.replace(COUNTRY, "")
    joined = plain.str.replace_all("-", "", literal=True)
    return pl.when(joined.str.contains(MOBILE)).then(joined).otherwise(plain)


def is_ruined(value: pl.Expr) -> pl.Expr:
    """True where a spreadsheet turned an identifier into a rounded number (T7)."""
    return value.str.contains(RUINED)
