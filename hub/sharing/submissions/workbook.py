"""Rejected rows as a workbook: corrected in it, and sent in again as it is.

What lives here: the sheet with the sender's own titles, cells with findings marked,
reasons beside the rows and as comments, the hidden columns that say whose rows they
are, and a sheet of instructions. Every value is written as text: what begins with `=`
is no formula, a code keeps its zeros, what a person types into a cell stays as typed.
What does not: which rows (`rejected`), reading it (`hub.connectors.decode.returned`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hub.connectors.decode.returned import (
    CELLS,
    FORM,
    RAW,
    REASONS,
    RECEIPT,
    REMEDIES,
    ROW_NUMBER,
)
from hub.partners.spec import Feed
from hub.sharing.submissions.rejected import Rejected
from hub.workbooks import PLAIN, write_text

SHEET = "退回数据"
GUIDE = "填写说明"
MOST_COMMENTS = 2_000
WIDTH, WIDE = 16, 44
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def write_workbook(rejected: Rejected, feed: Feed, receipt: str, out: BinaryIO) -> None:
    """Write the workbook.

    Args:
        rejected: the rows.
        feed: names the sheet that its submissions must have, where it does.
        receipt: of the submission that they came in.
        out: takes the bytes.
    """
    named = feed.read.sheet
    title = named if named not in {None, "*"} else SHEET
    with xlsxwriter.Workbook(out, {**PLAIN, "constant_memory": True}) as book:
        page = book.add_worksheet(title)
        _write_rows(book, page, rejected, receipt)
        _write_guide(book, rejected, receipt)


def _write_rows(
    book: xlsxwriter.Workbook, page: Worksheet, rejected: Rejected, receipt: str
) -> None:
    sheet, reasons = rejected.sheet, rejected.reasons
    raw = [RAW] if sheet.unread.any() else []
    beside = [CELLS, REASONS, REMEDIES, *raw]
    heads = [*beside, *sheet.titles, RECEIPT, ROW_NUMBER, FORM]
    first, last = len(beside), len(beside) + len(sheet.titles)
    ours = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#D9D9D9"})
    theirs = book.add_format({"bold": True, "num_format": "@"})
    for at, head in enumerate(heads):
        write_text(page, 0, at, head, ours if at < first else theirs)
    text = book.add_format({"num_format": "@"})
    page.set_column(0, 0, WIDTH)
    page.set_column(1, first - 1, WIDE)
    # Empty cells are text too: what is typed into one keeps its zeros.
    page.set_column(first, last - 1, WIDTH, text)
    page.set_column(last, last + 2, None, None, {"hidden": 1})
    page.freeze_panes(1, 0)
    page.set_comments_author("hub")
    forms = _forms(book)
    marks = _by_line(rejected.marks)
    comments = 0
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "italic": True})
    texts = zip(sheet.unread, rejected.texts, strict=True)
    told = zip(reasons.rows(), texts, sheet.cells.rows(), strict=True)
    for line, ((row, *why), (is_unread, sent), cells) in enumerate(told):
        beside_it = [*why, *([sent if is_unread else None] if raw else [])]
        for at, words in enumerate(beside_it):
            write_text(page, line + 1, at, words or "", wrapped)
        here = marks.get(line, {})
        for at, cell in enumerate(cells):
            _write_cell(page, line + 1, first + at, cell, forms[at in here])
            if at in here and comments < MOST_COMMENTS:
                page.write_comment(line + 1, first + at, here[at], {"x_scale": 2})
                comments += 1
        for at, hidden in enumerate((receipt, str(row), rejected.form)):
            write_text(page, line + 1, last + at, hidden)


def _forms(book: xlsxwriter.Workbook) -> dict[bool, tuple[Format, Format]]:
    """Whether a cell is marked → its format, and that of a text like a formula."""
    made = {}
    for is_marked in (False, True):
        look = {"num_format": "@"} | ({"bg_color": "#FFC7CE"} if is_marked else {})
        made[is_marked] = (
            book.add_format(look),
            book.add_format(look | {"quote_prefix": True}),
        )
    return made


def _write_cell(
    page: Worksheet, line: int, at: int, cell: str | None, forms: tuple[Format, Format]
) -> None:
    plain, quoted = forms
    if not cell:
        page.write_blank(line, at, None, plain)
    else:
        write_text(page, line, at, cell, quoted if _is_formula(cell) else plain)


def _is_formula(cell: str) -> bool:
    return cell.lstrip(" ").startswith(DANGEROUS)


def _by_line(marks: pl.DataFrame) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    for line, position, message in marks.rows():
        found.setdefault(line, {})[position] = message
    return found


def _write_guide(book: xlsxwriter.Workbook, rejected: Rejected, receipt: str) -> None:
    page = book.add_worksheet(GUIDE)
    page.set_column(0, 0, 90)
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for line, words in enumerate(_guide(rejected, receipt)):
        write_text(page, line, 0, words, wrap)


def _guide(rejected: Rejected, receipt: str) -> Sequence[str]:
    lines = [
        f"本表是报送 {receipt} 中今天仍未通过校验的数据，"
        f"共 {len(rejected.reasons)} 行。表头和列的顺序与报送时相同，数据一字未改。",
        "一、红底的单元格需要改正，鼠标停在上面可以看到原因；"
        "整行的问题见左侧灰色表头的各列。",
        "二、直接在本表中改正后保存，原样报送到同一通道即可，不需要转换格式。",
        "三、灰色表头的各列和最右侧隐藏的列由系统生成，请不要填写，也不要删除；"
        "报送时系统不把它们当作数据。",
        "四、可以只改一部分：没有改对的行会在新的回执里再次退回；"
        "暂时不处理的行可以删去，它们仍留在原回执中。",
        "五、所有单元格都是文本格式，编码前面的零和长号码照原样填写。",
        "六、一个单元格里的列表是 JSON 格式，改正时请保留方括号和引号。",
    ]
    if rejected.sheet.unread.any():
        lines.append(
            "七、有的行无法按列拆开，原文在左侧“原文”列，请按列填入右侧的空单元格。"
        )
    if rejected.left_out:
        lines.append(
            f"另有 {rejected.left_out} 行没有列入本表："
            "一张表放不下，或者单元格超过 Excel 的长度上限；改正本表后可再次下载，"
            "超长的请按原来的方式重新报送。"
        )
    return lines
