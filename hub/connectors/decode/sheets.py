"""Sheets and their headers: found by the titles that the mapping names.

What lives here: opening a workbook, and which row of which sheet is the header.
Street offices put title rows above it, merge group titles over it and send one
sheet per community, so a row number says nothing (dialect 7). What does not: the
cells under the header (`xlsx`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import fastexcel
import polars as pl

from hub.connectors.decode.base import unreadable
from hub.connectors.decode.marks import Marks
from hub.connectors.decode.names import (
    loose,
    name_columns,
    title_columns,
    without_titles,
)
from hub.connectors.decode.sheet_marks import read_marks

WITHIN = 50
EVERY_SHEET = "*"
Kind = Literal["string", "float", "boolean"]


class Header(NamedTuple):
    """The row of titles in a sheet, or two where group titles stand above it."""

    sheet: str
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Book:
    """An open workbook."""

    reader: fastexcel.ExcelReader
    marks: Mapping[str, Marks]

    def marks_of(self, sheet: str) -> Marks:
        """Merged blocks and hidden rows of a sheet."""
        return self.marks.get(sheet, Marks())

    @property
    def sheets(self) -> list[str]:
        """Names of the sheets, hidden ones too."""
        return list(self.reader.sheet_names)

    def load(self, sheet: str, kind: Kind) -> pl.DataFrame:
        """All cells from the first row on, read as texts, numbers or truths.

        Raises:
            BatchRefused: the sheet cannot be read.
        """
        try:
            loaded = self.reader.load_sheet(
                sheet, header_row=None, skip_rows=0, dtypes=kind
            )
        except fastexcel.FastExcelError:
            raise unreadable(f"its sheet {sheet} is no table or is damaged") from None
        frame: pl.DataFrame = loaded.to_polars()
        return frame


def open_book(data: bytes) -> Book:
    """Open a workbook.

    Raises:
        BatchRefused: it is none, or it is protected.
    """
    try:
        return Book(fastexcel.read_excel(data), read_marks(data))
    except fastexcel.FastExcelError:
        raise unreadable(
            "it is no Excel workbook, or it is protected by a password"
        ) from None


def find_headers(
    book: Book, sheet: str | None, titles: frozenset[str]
) -> tuple[Header, ...]:
    """Where the titles stand, per sheet that holds them.

    Args:
        book: the workbook.
        sheet: its name; `*` = every sheet with the titles; null = the only one.
        titles: the titles to look for.

    Raises:
        BatchRefused: no such sheet, no titles, a title twice, or several sheets
            with them and none declared.
    """
    asked = book.sheets if sheet in {None, EVERY_SHEET} else [sheet]
    if not set(asked) <= set(book.sheets):
        names = ", ".join(book.sheets)
        raise unreadable(f"it has no sheet {sheet}; its sheets are {names}")
    found = [_find_header(book, str(name), titles) for name in asked]
    headers = tuple(header for header in found if header is not None)
    if not headers:
        seen = f"none of the first {WITHIN} rows holds a title"
        raise unreadable(without_titles(seen, titles))
    if sheet is None and len(headers) > 1:
        names = ", ".join(header.sheet for header in headers)
        raise unreadable(
            f"the sheets {names} all hold the mapped titles and the feed names none; "
            f'sheet = "{EVERY_SHEET}" would take them all'
        )
    return headers


def headers_as_text(headers: tuple[Header, ...]) -> str:
    """Headers for the description of a part."""
    return json.dumps(dict(headers), ensure_ascii=False)


def headers_from_text(text: str) -> tuple[Header, ...]:
    """What `headers_as_text` wrote."""
    return tuple(Header(name, tuple(rows)) for name, rows in json.loads(text).items())


def header_cells(
    texts: pl.DataFrame, header: Header, marks: Marks, titles: Iterable[str]
) -> dict[str, int]:
    """Title → position; columns with cells but no title of their own are numbered."""
    rows = [_spread(texts.row(number), marks, number) for number in header.rows]
    places = name_columns(title_columns(rows, titles), titles)
    for at in set(range(texts.width)) - set(places.values()):
        if texts[:, at].slice(header.rows[-1] + 1).is_not_null().any():
            places[f"column {at + 1}"] = at
    return places


def _find_header(book: Book, sheet: str, titles: frozenset[str]) -> Header | None:
    """The row with most of the titles, alone or under a row of group titles."""
    marks = book.marks_of(sheet)
    loaded = book.load(sheet, "string").head(WITHIN).rows()
    texts = [_spread(row, marks, number) for number, row in enumerate(loaded)]
    best: Header | None = None
    most = 0
    for number in range(len(texts)):
        for rows in ((number,), (number - 1, number)):
            if rows[0] < 0:
                continue
            cells = title_columns([texts[row] for row in rows], titles)
            hits = len(name_columns(cells, titles).keys() & titles)
            if hits > most:
                best, most = Header(sheet, rows), hits
                _refuse_twins(cells, titles)
    return _with_row_below(best, marks) if best else None


def _with_row_below(header: Header, marks: Marks) -> Header:
    """The header with the second row that a title merged downwards reaches into."""
    last = header.rows[-1]
    ends = [block.bottom for block in marks.blocks if block.top == last]
    if len(header.rows) == 1 and last + 1 in ends:
        return Header(header.sheet, (last, last + 1))
    return header


def _spread(
    cells: Sequence[str | None], marks: Marks, number: int
) -> tuple[str | None, ...]:
    """A row of titles with each merged title over all of its columns."""
    spread = list(cells)
    for block in marks.blocks:
        if block.top == number and block.left < len(spread):
            width = len(spread[block.left : block.right + 1])
            spread[block.left : block.right + 1] = [spread[block.left]] * width
    return tuple(spread)


def _refuse_twins(cells: Sequence[str], titles: frozenset[str]) -> None:
    found = [loose(cell) for cell in cells]
    for title in titles:
        if found.count(loose(title)) > 1:
            raise unreadable(f"two columns of its header are titled {title}")
