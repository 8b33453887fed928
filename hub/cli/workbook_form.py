"""An exported file as a workbook (XLSX) that no cell of can do anything.

What lives here: writing rows as cells, text always as text: what begins with `=`, `+`,
`-`, `@` or a tab is no formula, neither now nor when somebody edits the cell (it has
the mark of quoted text). A second sheet says what the columns mean. What does not: the
other forms (`file_forms`).

Rows go to a file of their own as they come, so memory does not grow with them. A sheet
of Excel has 1,048,576 rows; more are refused, never cut off.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import polars as pl
import xlsxwriter

from hub.cli.file_forms import CellUnfit, Layout, Put
from hub.errors import MisuseError
from hub.sharing.wire import telling
from hub.workbooks import PLAIN, write_text

MOST_ROWS = 1_048_575  # beside the head
MOST_SIGNS = 32_767
MOST_DIGITS = 15  # of a number that Excel keeps as it is
ACTIVE = tuple("=+-@\t\r\n＝＋－＠")
ABOUT = "字段说明"
Cell = Callable[[int, int, Any], None]


class XlsxFile(AbstractContextManager[Put]):
    """One sheet of rows and one of columns; instants as text in UTC.

    Raises:
        CellUnfit: a text is longer than a cell may be.
        MisuseError: there are more rows than a sheet may have.
    """

    def __init__(self, out: BinaryIO, layout: Layout) -> None:
        self._layout = layout
        self._folder = TemporaryDirectory(prefix="hub-xlsx-")
        self._book = xlsxwriter.Workbook(
            out, {**PLAIN, "constant_memory": True, "tmpdir": self._folder.name}
        )
        created = layout.at.astimezone(UTC).replace(tzinfo=None)
        self._book.set_properties({"title": layout.title, "created": created})
        self._quoted = self._book.add_format({"quote_prefix": True})
        self._plain = None
        self._sheet = self._book.add_worksheet(layout.name)
        self._head(self._sheet, list(layout.schema))
        self._rows = 0
        self._writers = [self._writer(kind) for kind in layout.schema.values()]

    def __enter__(self) -> Put:
        return self._put

    def __exit__(self, kind: object, *failure: object) -> None:
        try:
            if kind is None:
                self._about()
                self._book.close()
        finally:
            # A book that is not to be written must not write itself when it goes.
            self._book.fileclosed = True
            for sheet in self._book.worksheets():
                if sheet.row_data_fh is not None:
                    sheet.row_data_fh.close()
            self._folder.cleanup()

    def _put(self, frame: pl.DataFrame) -> None:
        if self._rows + len(frame) > MOST_ROWS:
            raise MisuseError(
                f"write {self._layout.name} as a workbook",
                seen=f"it has more than {MOST_ROWS} rows, the most that a sheet holds",
                next_step="Choose fewer with --where, or write .parquet or .csv.",
            )
        kinds = frame.schema.items()
        # Decimals stay numbers here, where `telling` makes them text.
        numbers = [pl.col(name) for name, kind in kinds if isinstance(kind, pl.Decimal)]
        told = telling(frame, nested=False).with_columns(
            *frame.select(numbers).get_columns(),
            *(pl.col(n).cast(pl.String) for n, k in kinds if k == pl.Date()),
        )
        # A sheet's rows are limited, and its library takes one cell at a time.
        for at, row in enumerate(told.iter_rows(), self._rows + 1):
            for column, value in enumerate(row):
                if value is not None:
                    self._writers[column](at, column, value)
        self._rows += len(frame)

    def _writer(self, kind: pl.DataType) -> Cell:
        if kind == pl.Boolean():
            return lambda row, column, value: self._sheet.write_boolean(
                row, column, value
            )
        if kind.is_numeric():
            return self._number
        return self._text

    def _number(self, row: int, column: int, value: Any) -> None:
        if isinstance(value, float):
            is_kept = math.isfinite(value)
        else:
            digits = str(value).replace("-", "").replace(".", "").lstrip("0")
            is_kept = len(digits) <= MOST_DIGITS
        if is_kept:
            self._sheet.write_number(row, column, value)
        else:
            write_text(self._sheet, row, column, str(value))

    def _text(self, row: int, column: int, value: str) -> None:
        if len(value) > MOST_SIGNS:
            name = list(self._layout.schema)[column]
            raise CellUnfit(
                f"write the column {name} into a workbook",
                seen=f"row {row} holds a text of more than {MOST_SIGNS} characters",
                next_step="Leave the column out, or write .parquet or .csv.",
            )
        form = self._quoted if value.startswith(ACTIVE) else self._plain
        write_text(self._sheet, row, column, value, form)

    def _head(self, sheet: Any, names: list[str]) -> None:
        bold = self._book.add_format({"bold": True})
        for column, name in enumerate(names):
            write_text(sheet, 0, column, name, bold)
        sheet.freeze_panes(1, 0)

    def _about(self) -> None:
        sheet = self._book.add_worksheet(ABOUT)
        self._head(sheet, ["column", "字段"])
        for row, name in enumerate(self._layout.schema, 1):
            write_text(sheet, row, 0, name)
            write_text(sheet, row, 1, self._layout.labels.get(name, ""))
