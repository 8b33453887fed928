"""Excel workbooks → text frames (dialect 7: rosters that street offices send).

What lives here: rows under a header, cells as text. A row's ordinal is its row
number in the sheet less one, so that a receipt can name the row as Excel shows it;
completely empty rows are no rows. A number comes with at most 15 significant
digits, as Excel shows it; a longer one, such as an identity number typed as a
number, keeps its exponent form and is quarantined later (P08): its last digits
are lost for good.

What does not: finding the header (`sheets`), telling data from sums and notes
(`sheet_rows`).
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
from hub.connectors.decode.layout import lay_out
from hub.connectors.decode.marks import Marks
from hub.connectors.decode.returned import FORM, OURS, list_of, own_columns
from hub.connectors.decode.sheet_rows import (
    HIDDEN,
    NO_DATA,
    fill_blocks,
    is_filled,
    is_no_data,
)
from hub.connectors.decode.sheets import (
    Book,
    Header,
    find_headers,
    header_cells,
    headers_from_text,
    open_book,
)

ASIDE = "__aside"
UNSEEN = "__hidden"
OWN = (ASIDE, UNSEEN)
_WORDS = ("true", "false")
_fifteen_digits = "{:.15g}".format


def decode_xlsx(body: BinaryIO, meta: PartMeta, wanted: Wanted) -> Iterator[Rows]:
    """The rows under the header, sheet after sheet; an empty cell is null.

    Raises:
        BatchRefused: it is no workbook, or no row holds the mapped titles.
    """
    book = open_book(body.read())
    headers = find_headers(book, meta.origin.get("sheet"), wanted.scalars)
    table = read_rows(book, headers, wanted.scalars)
    fields = frozenset(table.columns) - {ROW, *OWN}
    for piece in chunks(table):
        data = piece.filter(~pl.col(ASIDE))
        found = {name: data[name] for name in wanted.scalars & fields}
        made = text_frame(found, wanted, data[ROW].to_numpy())
        lost = broken_rows(np.zeros(0, np.int64))
        inner: frozenset[str] = frozenset()
        if lists := wanted.lists.keys() & fields:
            made, lost, inner = _with_lists(made, data.select(ROW, *lists), wanted)
        aside = piece.filter(ASIDE)[ROW].to_numpy()
        hidden = data.filter(UNSEEN)[ROW].to_numpy()
        yield Rows(
            made,
            pl.concat([broken_rows(aside, NO_DATA), lost]),
            fields | inner,
            broken_rows(hidden, HIDDEN),
        )


def _with_lists(
    made: pl.DataFrame, cells: pl.DataFrame, wanted: Wanted
) -> tuple[pl.DataFrame, pl.DataFrame, frozenset[str]]:
    """Lists that stand in cells as JSON, laid out as those of a JSON row are."""
    names = cells.columns[1:]
    columns = [list(map(list_of, cells[name])) for name in names]
    values = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    laid = lay_out(values, Wanted(frozenset(), wanted.lists), first=0)
    ordinals = cells[ROW].gather(laid.frame[ROW])
    lists = laid.frame.with_columns(ordinals.alias(ROW))
    lost = cells[ROW].gather(laid.broken[ROW]).to_numpy()
    whole = made.drop(wanted.lists).join(
        lists, on=ROW, how="inner", maintain_order="left"
    )
    return whole.select(made.columns), broken_rows(lost), laid.fields


def xlsx_texts(body: BinaryIO, meta: PartMeta, rows: pl.Series) -> pl.DataFrame:
    """Rows as JSON objects, title → cell text: `__row`, `text`."""
    book = open_book(body.read())
    frame = read_rows(book, headers_from_text(meta.origin["header"]), ())
    return frame.filter(pl.col(ROW).is_in(rows.implode())).select(
        ROW, pl.struct(pl.exclude(ROW, *OWN)).struct.json_encode().alias("text")
    )


def marks_as_text(table: pl.DataFrame) -> dict[str, str]:
    """Which rows of `read_rows` are no data or hidden, by their position there."""
    found = {name: table[name].arg_true().to_list() for name in OWN}
    return {name: ",".join(map(str, rows)) for name, rows in found.items() if rows}


def set_aside(rows: Rows, meta: PartMeta) -> Rows:
    """Rows that landed as lines, parted as `marks_as_text` noted it then."""
    aside, hidden = (_positions(meta.origin.get(name)) for name in OWN)
    gone = pl.col(ROW).is_in(aside)
    told = rows.frame.filter(~gone & pl.col(ROW).is_in(hidden))[ROW].to_numpy()
    lost = rows.frame.filter(gone)[ROW].to_numpy()
    return Rows(
        rows.frame.filter(~gone),
        pl.concat([rows.broken, broken_rows(lost, NO_DATA)]).sort(ROW),
        rows.fields,
        broken_rows(told, HIDDEN),
    )


def _positions(text: str | None) -> list[int]:
    return [int(row) for row in text.split(",")] if text else []


def read_rows(
    book: Book, headers: tuple[Header, ...], titles: frozenset[str] | tuple[str, ...]
) -> pl.DataFrame:
    """`__row`, one text column per title and two of `OWN` for every row that is filled.

    Those two say whether the row is no data, and whether it is hidden.

    Args:
        book: the workbook.
        headers: where the header of each sheet is.
        titles: the spelling of titles that the mapping uses.
    """
    whole = _read(book, headers, titles)
    return whole.drop([name for name in OURS if name in whole.columns])


def read_returned(
    book: Book, headers: tuple[Header, ...], titles: frozenset[str]
) -> pl.DataFrame:
    """The columns `OURS` of every filled row; none where the hub gave nothing back."""
    whole = _read(book, headers, titles)
    return whole.select([name for name in OURS if name in whole.columns])


def _read(
    book: Book, headers: tuple[Header, ...], titles: frozenset[str] | tuple[str, ...]
) -> pl.DataFrame:
    first = 0
    read: list[pl.DataFrame] = []
    for header in headers:
        texts = read_texts(book, header.sheet)
        read.append(_under(texts, header, book.marks_of(header.sheet), titles, first))
        first += len(texts)
    return pl.concat(read, how="diagonal")


def _under(
    texts: pl.DataFrame,
    header: Header,
    marks: Marks,
    titles: frozenset[str] | tuple[str, ...],
    first: int,
) -> pl.DataFrame:
    """The rows under one header that are not empty."""
    every = header_cells(texts, header, marks, titles)
    ours, aside = own_columns(every)
    places = {name: at for name, at in every.items() if at not in aside}
    below = header.rows[-1]
    whole = fill_blocks(texts, marks, below=below)
    body = texts.slice(below + 1)
    # What the hub wrote beside a row says nothing about it.
    body = body.with_columns(
        pl.lit(None, pl.String).alias(texts.columns[at]) for at in sorted(aside)
    )
    rows = np.arange(below + 1, len(texts))
    no_data = is_no_data(body, places, marks.blocks, below + 1)
    if ours:
        # In a CSV or JSON no row is a sum or a note, and so none is in its workbook.
        form = whole[:, ours[FORM]].slice(below + 1)
        no_data &= (form == "xlsx").fill_null(value=True)
    return pl.DataFrame(
        [
            pl.Series(ROW, first + rows, dtype=pl.Int64),
            no_data.alias(ASIDE),
            pl.Series(UNSEEN, np.isin(rows, marks.hidden)),
            *(
                whole[:, at].slice(below + 1).alias(name)
                for name, at in (*places.items(), *ours.items())
            ),
        ]
    ).filter(is_filled(body))


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
