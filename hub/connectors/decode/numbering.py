"""Row numbers of a part whose lines stand for rows with numbers of their own.

What lives here: a workbook that was rewritten as lines keeps the row numbers that it
had, because everything that was ever said of its rows names them. What does not:
rewriting (`erase`).
"""

from __future__ import annotations

import polars as pl

from hub.connectors.base import PartMeta
from hub.connectors.decode.base import ROW, Rows

NUMBERS = "__numbers"


def numbers_as_text(rows: pl.Series) -> dict[str, str]:
    """The row numbers for the description of a part; nothing where they count up."""
    numbers = rows.to_list()
    if numbers == list(range(len(numbers))):
        return {}
    return {NUMBERS: ",".join(map(str, numbers))}


def numbered(rows: Rows, meta: PartMeta) -> Rows:
    """Rows under their own numbers in place of their positions."""
    numbers = _numbers(meta)
    if numbers is None:
        return rows
    frame, broken, told = (
        one.with_columns(numbers.gather(one[ROW]).alias(ROW))
        for one in (rows.frame, rows.broken, rows.told)
    )
    return Rows(frame, broken, rows.fields, told)


def positions(rows: pl.Series, meta: PartMeta) -> pl.Series:
    """Where rows of these numbers stand; numbers that are not there are left out."""
    numbers = _numbers(meta)
    if numbers is None:
        return rows
    return numbers.is_in(rows.implode()).arg_true().cast(pl.Int64)


def renumbered(texts: pl.DataFrame, meta: PartMeta) -> pl.DataFrame:
    """Texts of rows by position under their own numbers."""
    numbers = _numbers(meta)
    if numbers is None:
        return texts
    return texts.with_columns(numbers.gather(texts[ROW]).alias(ROW))


def _numbers(meta: PartMeta) -> pl.Series | None:
    text = meta.origin.get(NUMBERS)
    if text is None:
        return None
    return pl.Series([int(one) for one in text.split(",")], dtype=pl.Int64)
