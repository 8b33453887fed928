"""Files as offices make them: CSV in any encoding, Excel sheets with titles.

What lives here: writing a table into a folder whole, the same bytes every time, so
that a file dropped again is known to be the same. What does not: what files say.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import polars as pl
import xlsxwriter

WRITTEN_AT = datetime(2026, 1, 1)  # noqa: DTZ001 - a workbook knows no zones


def drop(path: Path, content: bytes) -> Path:
    """Write a file whole, or leave it alone if it already holds just that."""
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(content)
        os.replace(part, path)
    return path


def csv_bytes(table: pl.DataFrame, encoding: str = "gb18030") -> bytes:
    """A CSV with Windows line ends."""
    return table.write_csv(line_terminator="\r\n").encode(encoding)


def sheet_bytes(
    table: pl.DataFrame,
    *,
    above: Sequence[Sequence[str | None]] = (),
    name: str = "名册",
) -> bytes:
    """A workbook of one sheet: lines above, a header, and the rows.

    Args:
        table: texts and numbers; null is an empty cell.
        above: lines over the header; the first one runs over all columns.
        name: of the sheet.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": WRITTEN_AT})
        sheet = book.add_worksheet(name)
        bold = book.add_format({"bold": True, "align": "center"})
        last = len(table.columns) - 1
        for at, line in enumerate(above):
            if at == 0:
                sheet.merge_range(0, 0, 0, last, line[0], bold)
            else:
                sheet.write_row(at, 0, line)
        sheet.write_row(len(above), 0, table.columns, bold)
        for at, column in enumerate(table.iter_columns()):
            sheet.write_column(len(above) + 1, at, column.to_list())
    return buffer.getvalue()
