"""The workbook of the sheet of titles, as a district office lays it out.

What lives here: titles above, a header of two rows with merged groups, cells merged
over the rows of a street, a sum and a note below the table. What does not: what the
cells say (`roles`).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

import polars as pl
import xlsxwriter

from hub.demo.systems.dropping import WRITTEN_AT
from hub.demo.systems.roster.roles import COLUMNS

TITLE = "汉阳区路长制人员一览表"
NOTE = "注：一级路长由街道协管员担任，二级路长为责任区路长，空缺的以“--”表示。"
HEADER = 2  # rows above the header


def role_sheet(rows: pl.DataFrame, day: date) -> bytes:
    """The workbook of a day."""
    cells = rows.select(one.sent.alias(str(at)) for at, one in enumerate(COLUMNS))
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": WRITTEN_AT})
        sheet = book.add_worksheet("路长名册")
        bold = book.add_format({"bold": True, "align": "center"})
        last = len(COLUMNS) - 1
        sheet.merge_range(0, 0, 0, last, TITLE, bold)
        sheet.write_row(
            1, 0, ["填报单位：汉阳区城管执法局", None, f"{day:%Y年%m月%d日}"]
        )
        _write_header(sheet, bold)
        first = HEADER + 2
        streets = rows["street_code"].to_list()
        for at, (one, column) in enumerate(
            zip(COLUMNS, cells.iter_columns(), strict=True)
        ):
            if one.is_merged:
                _write_merged(sheet, first, at, column.to_list(), streets, bold)
            else:
                sheet.write_column(first, at, column.to_list())
        below = first + len(rows)
        sheet.write_row(
            below, 0, ["合计", None, None, f"{rows['area_no'].n_unique()}个"]
        )
        sheet.merge_range(below + 1, 0, below + 1, last, NOTE)
    return buffer.getvalue()


def _write_header(sheet: Any, bold: Any) -> None:
    """Groups over their titles; a column without a group takes both rows."""

    def group_of(at: int) -> str | int:
        return COLUMNS[at].group or at

    for group, places in groupby(range(len(COLUMNS)), group_of):
        columns = list(places)
        if isinstance(group, int):
            title = COLUMNS[group].title
            sheet.merge_range(HEADER, group, HEADER + 1, group, title, bold)
            continue
        sheet.merge_range(HEADER, columns[0], HEADER, columns[-1], group, bold)
        for at in columns:
            sheet.write(HEADER + 1, at, COLUMNS[at].title, bold)


def _write_merged(
    sheet: Any,
    first: int,
    at: int,
    cells: Sequence[str],
    streets: Sequence[str],
    bold: Any,
) -> None:
    """One cell over all rows of a street."""
    for _, rows in groupby(range(len(streets)), streets.__getitem__):
        span = list(rows)
        top, bottom = first + span[0], first + span[-1]
        if top == bottom:
            sheet.write(top, at, cells[span[0]])
        else:
            sheet.merge_range(top, at, bottom, at, cells[span[0]], bold)
