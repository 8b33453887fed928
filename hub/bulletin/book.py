"""A bulletin as a workbook with its own charts, for whoever works on with the numbers.

What lives here: one worksheet per question. Every text is written as text: what begins
with `=` is no formula and what looks like an address is no link. Rows go to disk as
they are written, so a long list needs no memory. What does not: what stands in the
cells (`sheets`, `case_sheets`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

import polars as pl
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hub.bulletin.book_charts import Block, add_bars, add_courses
from hub.bulletin.broken import LINKS
from hub.bulletin.case_sheets import case_frame, exception_frame
from hub.bulletin.chief_sheets import chief_sheet, chief_step_frame
from hub.bulletin.content import BulletinContent
from hub.bulletin.naming import Naming
from hub.bulletin.ranking import Group, ranking
from hub.bulletin.sheets import (
    Cell,
    Sheet,
    about_rows,
    beside_sheet,
    broken_sheet,
    figure_sheet,
    item_sheet,
    print_sheet,
    ranking_sheet,
    trend_sheet,
)
from hub.bulletin.words import words_of
from hub.workbooks import PLAIN, write_text

NUMBERS = {"text": "@", "count": "#,##0", "points": "0.000", "share": "0.00%"}
MOST_ROWS = 1_000_000  # a sheet holds 1 048 576
SLICE = 20_000
WIDE, UNIT, USUAL, NARROW = 44, 28, 20, 13
WIDE_HEADS = ("note", "formula", "calibers", "subject_id")


def workbook(
    content: BulletinContent, path: Path | BinaryIO, language: str = "zh-CN"
) -> None:
    """Write the bulletin as a workbook.

    Args:
        content: what it tells.
        path: file to write, by its path or open.
        language: zh-CN or en.

    Raises:
        MisuseError: there is no such language.
    """
    words = words_of(language)
    naming = Naming(content, words)
    target = str(path) if isinstance(path, Path) else path
    with Workbook(target, {**PLAIN, "constant_memory": True}) as book:
        made = content.head.made_at or content.head.as_of
        if made is not None:  # the same bulletin has the same bytes
            book.set_properties({"created": made.replace(tzinfo=None)})
        pen = _Pen(book, naming)
        pen.about()
        groups = ranking(content)
        pen.ranking(groups)
        trend = trend_sheet(content, words)
        if trend is not None:
            page, block = pen.sheet(trend)
            add_courses(
                book, page, block, months=len(trend.heads) - 1, title=words("trend")
            )
        pen.sheet(item_sheet(content, naming))
        page, block = pen.sheet(broken_sheet(content, naming))
        add_bars(
            book,
            page,
            block,
            names=0,
            columns=tuple(range(1, len(LINKS) + 1)),
            title=words("broken"),
            cell=(block.head + block.rows + 2, 0),
            is_stacked=True,
        )
        pen.frame("broken", case_frame(content, naming))
        if content.chiefs is not None:
            pen.sheet(chief_sheet(content.chiefs, naming))
            pen.frame("chief_steps", chief_step_frame(content.chiefs, naming))
        pen.sheet(figure_sheet(content, naming))
        pen.frame("exceptions", exception_frame(content, naming))
        pen.sheet(beside_sheet(content, naming))
        pen.sheet(print_sheet(content, naming))


class _Pen:
    """Writes sheets of one workbook in one hand."""

    def __init__(self, book: Workbook, naming: Naming) -> None:
        self._book = book
        self._naming = naming
        self._words = naming.words
        usual = {"valign": "top", "text_wrap": True}
        self._head = book.add_format(usual | {"bold": True, "bottom": 1})
        self._title = book.add_format({"bold": True, "font_size": 16})
        self._soft = book.add_format({"font_color": "#5B6773"})
        self._forms: dict[str, Format] = {
            name: book.add_format(usual | {"num_format": text})
            for name, text in NUMBERS.items()
        }

    def about(self) -> None:
        """The heading, first of all sheets."""
        content, words = self._naming.content, self._words
        page = self._page("about")
        page.set_column(0, 0, USUAL)
        page.set_column(1, 1, 80)
        city = words.pick((content.head.city_zh, content.head.city_en))
        write_text(page, 0, 0, f"{city} {words('title')}", self._title)
        for line, (name, text) in enumerate(about_rows(content, words), start=2):
            write_text(page, line, 0, name, self._head)
            write_text(page, line, 1, text, self._forms["text"])

    def ranking(self, groups: Sequence[Group]) -> None:
        """All groups below each other, their charts beside them."""
        page = self._page("ranking")
        page.set_column(0, 0, USUAL)
        page.set_column(1, 1, UNIT)
        page.set_column(2, 20, NARROW)
        top = 0
        blocks = []
        if not groups:
            write_text(page, 0, 0, self._words("empty_month"))
        for group in groups:
            told = ranking_sheet(self._naming.content, self._naming, group)
            block = self._table(page, told, top)
            count = (len(told.heads) - 5) // 2
            has_points = sum(_has_points(row[3 : 4 + count]) for row in told.rows)
            blocks.append((told, block._replace(rows=has_points)))
            top = block.head + block.rows + 2
        for told, block in blocks:
            # Behind the total: points by dimension, as many ranks, and the move.
            count = (len(told.heads) - 5) // 2
            dimensions = tuple(range(4, 4 + count))
            for name, columns in ((told.heads[3], (3,)), ("", dimensions)):
                if not columns or not _is_number(told, block, columns):
                    continue
                add_bars(
                    self._book,
                    page,
                    block,
                    names=1,
                    columns=columns,
                    title=f"{told.note} {name or self._words('dimensions')}",
                    cell=(top, 0),
                    is_signed=_is_signed(told, columns),
                )
                bars = block.rows * len(columns)
                top += max(260, 120 + bars * 22) // 20 + 2

    def sheet(self, told: Sheet) -> tuple[Worksheet, Block]:
        """A short sheet."""
        page = self._page(told.key)
        for column, head in enumerate(told.heads):
            page.set_column(column, column, self._width(head))
        return page, self._table(page, told, 0)

    def frame(self, key: str, rows: pl.DataFrame) -> None:
        """A long sheet: as many rows as it holds, and how many it does not."""
        page = self._page(key)
        top = 0
        if rows.height > MOST_ROWS:
            more = self._words("missing_rows", count=rows.height - MOST_ROWS)
            write_text(page, 0, 0, more, self._soft)
            top = 1
        for column, head in enumerate(rows.columns):
            page.set_column(column, column, self._width(head))
            write_text(page, top, column, head, self._head)
        page.freeze_panes(top + 1, 0)
        page.repeat_rows(top)
        line = top + 1
        plain = self._forms["text"], self._forms["count"]
        for piece in rows.head(MOST_ROWS).iter_slices(SLICE):
            for row in piece.rows():
                self._row(page, line, row, [plain[isinstance(v, int)] for v in row])
                line += 1

    def _page(self, key: str) -> Worksheet:
        page = self._book.add_worksheet(self._words(key))
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        return page

    def _table(self, page: Worksheet, told: Sheet, top: int) -> Block:
        if told.note:
            write_text(page, top, 0, told.note, self._soft)
            top += 1
        self._row(page, top, told.heads, [self._head] * len(told.heads))
        forms = [self._forms[name] for name in told.forms]
        for line, row in enumerate(told.rows, start=top + 1):
            self._row(page, line, row, forms)
        return Block(page.get_name(), top, len(told.rows))

    @staticmethod
    def _row(
        page: Worksheet, line: int, row: Iterable[Cell], forms: Iterable[Format]
    ) -> None:
        for column, (value, form) in enumerate(zip(row, forms, strict=True)):
            if isinstance(value, str):
                write_text(page, line, column, value, form)
            elif value is not None:
                page.write_number(line, column, value, form)

    def _width(self, head: str) -> int:
        wide = {self._words(key) for key in WIDE_HEADS}
        return UNIT if head == self._words("unit") else WIDE if head in wide else USUAL


def _has_points(cells: Sequence[Cell]) -> bool:
    return any(isinstance(cell, Decimal) for cell in cells)


def _is_number(told: Sheet, block: Block, columns: Iterable[int]) -> bool:
    """Whether the charted rows have points in these columns."""
    rows = told.rows[: block.rows]
    return any(isinstance(row[column], Decimal) for row in rows for column in columns)


def _is_signed(told: Sheet, columns: Iterable[int]) -> bool:
    """Whether a number of these columns lies below zero."""
    found = (row[column] for row in told.rows for column in columns)
    return any(isinstance(value, Decimal) and value < 0 for value in found)
