"""Charts of a bulletin's workbook, drawn by the reader's own spreadsheet program.

What lives here: ranking bars, dimensions side by side, courses of months, broken
loops stacked by link, each over cells that are there already. Cells in words are no
part of a chart, because a spreadsheet would draw them as zero.
"""

from __future__ import annotations

from typing import NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

WIDE, ROW_HEIGHT, LEAST_HEIGHT = 760, 22, 260
COLOURS = ("#2D6A9F", "#C97B1A", "#4B8B3B", "#8A4F9E", "#A5231C", "#5B6773")


class Block(NamedTuple):
    """Cells of a table: sheet, row of the heads, rows with numbers below it."""

    sheet: str
    head: int
    rows: int


def add_bars(
    book: Workbook,
    page: Worksheet,
    block: Block,
    *,
    names: int,
    columns: tuple[int, ...],
    title: str,
    cell: tuple[int, int],
    is_stacked: bool = False,
    is_signed: bool = False,
) -> None:
    """Horizontal bars from zero, the first row on top; one series per column."""
    if not block.rows:
        return
    kind = {"type": "bar"} | ({"subtype": "stacked"} if is_stacked else {})
    chart = book.add_chart(kind)
    first, last = block.head + 1, block.head + block.rows
    for number, column in enumerate(columns):
        chart.add_series(
            {
                "name": [block.sheet, block.head, column],
                "categories": [block.sheet, first, names, last, names],
                "values": [block.sheet, first, column, last, column],
                "fill": {"color": COLOURS[number % len(COLOURS)]},
                "gap": 60,
            }
        )
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_y_axis({"reverse": True})
    # With the first row on top the axis of values would stand on top as well.
    values = {"label_position": "high", "major_gridlines": {"visible": True}}
    chart.set_x_axis(values if is_signed else values | {"min": 0})
    chart.set_legend({"none": True} if len(columns) == 1 else {"position": "bottom"})
    bars = block.rows * (1 if is_stacked else len(columns))
    chart.set_size(
        {"width": WIDE, "height": max(LEAST_HEIGHT, 120 + bars * ROW_HEIGHT)}
    )
    page.insert_chart(*cell, chart)


def add_courses(
    book: Workbook, page: Worksheet, block: Block, *, months: int, title: str
) -> None:
    """One line per unit over the months; an empty cell breaks the line."""
    chart = book.add_chart({"type": "line"})
    for row in range(block.head + 1, block.head + block.rows + 1):
        chart.add_series(
            {
                "name": [block.sheet, row, 0],
                "categories": [block.sheet, block.head, 1, block.head, months],
                "values": [block.sheet, row, 1, row, months],
                "marker": {"type": "automatic"},
            }
        )
    chart.show_blanks_as("gap")
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_legend({"position": "right"})
    chart.set_size({"width": 900, "height": 420})
    page.insert_chart(block.head + block.rows + 2, 0, chart)
