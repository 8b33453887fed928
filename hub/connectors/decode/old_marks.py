"""Merged blocks and hidden rows of old workbooks (.xls, binary).

What lives here: both as xlrd finds them. Such a sheet ends at row 65,536, so a
reader that walks over rows has an end. What does not: cells, which are read as
those of new workbooks are (`sheets`).
"""

from __future__ import annotations

import io
import struct

import xlrd

from hub.connectors.decode.marks import Block, Marks

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_NOTHING = {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK}


def read_old_marks(data: bytes) -> dict[str, Marks]:
    """Sheet → marks; a sheet without any is left out, as is a book that is damaged."""
    try:
        with xlrd.open_workbook(
            file_contents=data, formatting_info=True, logfile=io.StringIO()
        ) as book:
            found = {sheet.name: _marks(sheet) for sheet in book.sheets()}
    # Whether the book can be read at all is the judgement of the reader of cells.
    except (xlrd.XLRDError, struct.error, ValueError, LookupError, AssertionError):
        return {}
    return {sheet: marks for sheet, marks in found.items() if marks != Marks()}


def _marks(sheet: xlrd.sheet.Sheet) -> Marks:
    hidden = [row for row, told in sheet.rowinfo_map.items() if told.hidden]
    merged = sheet.merged_cells
    first = _first_column(sheet) if merged else 0
    blocks = (
        Block(top, left - first, end - 1, right - 1 - first)
        for top, end, left, right in merged
    )
    return Marks(tuple(one for one in blocks if one.left >= 0), tuple(sorted(hidden)))


def _first_column(sheet: xlrd.sheet.Sheet) -> int:
    """From which column the reader of cells counts: the first that holds something."""
    for column in range(sheet.ncols):
        if set(sheet.col_types(column)) - _NOTHING:
            return column
    return 0
