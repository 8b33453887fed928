"""Excel workbooks → text frames (dialect 7: rosters that street offices send).

What lives here: rows under a header, cells as text. A row's ordinal is its row
number in the sheet less one, so that a receipt can name the row as Excel shows it;
completely empty rows are no rows. A number comes with at most 15 significant
digits, as Excel shows it; a longer one, such as an identity number typed as a
number, keeps its exponent form and is quarantined later (P08): its last digits
are lost for good.

What does not: finding the header (`sheets`); notes and sums below a table, which
are rows that validation tells apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import BinaryIO

import numpy as np
import polars as pl

from hub.connectors.base import PartMeta
from hub.connectors.decode.base import (
    ROW,
    Rows,
    Wanted,
    broken_rows,
    chunks,
    text_frame,
)
from hub.connectors.decode.sheets import (
    Book,
    Header,
    find_headers,
    header_cells,
    headers_from_text,
    open_book,
)

_WORDS = ("true", "false")
_fifteen_digits = "{:.15g}".format


def decode_xlsx(body: BinaryIO, meta: PartMeta, wanted: Wanted) -> Iterator[Rows]:
    """The rows under the header, sheet after sheet; an empty cell is null.

    Raises:
        BatchRefused: it is no workbook, or no row holds the mapped titles.
    """
    book = open_book(body.read())
    headers = find_headers(book, meta.origin.get("sheet"), wanted.scalars)
    frame = read_rows(book, headers, wanted.scalars)
    fields = frozenset(frame.columns) - {ROW}
    for piece in chunks(frame):
        found = {name: piece[name] for name in wanted.scalars & fields}
        ordinals = piece[ROW].to_numpy()
        made = text_frame(found, wanted, ordinals)
        yield Rows(made, broken_rows(ordinals[:0]), fields)


def xlsx_texts(body: BinaryIO, meta: PartMeta, rows: pl.Series) -> pl.DataFrame:
    """Rows as JSON objects, title → cell text: `__row`, `text`."""
    book = open_book(body.read())
    frame = read_rows(book, headers_from_text(meta.origin["header"]), ())
    return frame.filter(pl.col(ROW).is_in(rows.implode())).select(
        ROW, pl.struct(pl.exclude(ROW)).struct.json_encode().alias("text")
    )


def read_rows(
    book: Book, headers: tuple[Header, ...], titles: frozenset[str] | tuple[str, ...]
) -> pl.DataFrame:
    """`__row` and one text column per title, for every row that is not empty.

    Args:
        book: the workbook.
        headers: where the header of each sheet is.
        titles: the spelling of titles that the mapping uses.
    """
    first = 0
    read: list[pl.DataFrame] = []
    for header in headers:
        texts = read_texts(book, header.sheet)
        named = [
            texts[:, at].alias(name)
            for name, at in header_cells(texts, header, titles).items()
        ]
        ordinals = pl.Series(ROW, np.arange(first, first + len(texts)), dtype=pl.Int64)
        read.append(pl.DataFrame([ordinals, *named]).slice(header.rows[-1] + 1))
        first += len(texts)
    frame = pl.concat(read, how="diagonal")
    return frame.filter(pl.any_horizontal(pl.exclude(ROW).is_not_null()))


def read_texts(book: Book, sheet: str) -> pl.DataFrame:
    """Every cell of a sheet as text, numbers with 15 digits at most."""
    texts = book.load(sheet, "string")
    numbers = book.load(sheet, "float")
    # Only numbers and truths have a truth value; a text of digits has none.
    truths = book.load(sheet, "boolean")
    columns = []
    for at, cells in enumerate(texts.get_columns()):
        is_number = truths[:, at].is_not_null() & ~cells.is_in(_WORDS)
        rows = is_number.arg_true()
        if len(rows):
            shown = list(map(_shown, numbers[:, at].gather(rows)))
            cells = cells.scatter(rows, shown)
        columns.append(cells)
    return pl.DataFrame(columns)


def _shown(number: float) -> str:
    """15 significant digits; exponents only for what is longer than that."""
    text = _fifteen_digits(number)
    return format(Decimal(text), "f") if "e-" in text else text
