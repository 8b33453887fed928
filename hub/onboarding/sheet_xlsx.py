"""The acceptance sheet as a workbook, for a partner who works through it row by row.

What lives here: one worksheet per question. Every text is written as text: what begins
with `=` is no formula and what looks like an address is no link. What does not: what
stands on the sheet (`report`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import BinaryIO

import xlsxwriter

from hub.onboarding.report import UNMAPPED, Sheet
from hub.onboarding.report_words import SEVERITIES
from hub.onboarding.sheet_html import local
from hub.workbooks import PLAIN, write_text

Cell = str | int | Decimal | None
VERDICT = ("通道", "内容", "来源", "收到", "通过", "隔离", "重复", "结论", "原因")
PROBLEMS = (
    "通道", "规则", "级别", "字段", "来源字段", "数量", "示例位置", "示例主键", "说明",
    "处理办法",
)  # fmt: skip
CODES = ("通道", "字段", "来源字段", "取值", "仅示形式", "行数")
FIELDS = ("通道", "来源字段", "情况", "空值比例")
WIDTHS = {"说明": 60, "处理办法": 60, "原因": 60, "来源": 26, "示例位置": 26}
USUAL = 16


def write_xlsx(sheet: Sheet, out: BinaryIO) -> None:
    """Write the sheet as a workbook."""
    with xlsxwriter.Workbook(out, {**PLAIN, "in_memory": True}) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        share = book.add_format({"num_format": "0.0%", "valign": "top"})
        pages: Sequence[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]] = (
            ("验收结论", VERDICT, _verdicts(sheet)),
            ("不符合项", PROBLEMS, _problems(sheet)),
            ("未知取值", CODES, _codes(sheet)),
            ("字段", FIELDS, _fields(sheet)),
        )
        for name, heads, rows in pages:
            page = book.add_worksheet(name)
            page.set_landscape()
            page.fit_to_pages(1, 0)
            top = 0
            if name == "验收结论":
                write_text(page, 0, 0, _headline(sheet), head)
                top = 2
            for column, text in enumerate(heads):
                page.set_column(column, column, WIDTHS.get(text, USUAL))
                write_text(page, top, column, text, head)
            page.repeat_rows(top)
            for line, row in enumerate(rows, start=top + 1):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        write_text(page, line, column, value, wrap)
                    elif value is not None:
                        form = share if isinstance(value, Decimal) else wrap
                        page.write_number(line, column, value, form)


def _headline(sheet: Sheet) -> str:
    when = local(sheet.made_at, sheet.zone)
    return f"数据接入验收单 {sheet.title}（{sheet.partner}） {when}"


def _verdicts(sheet: Sheet) -> Iterator[Sequence[Cell]]:
    for feed in sheet.feeds:
        found = feed.examined
        counts: tuple[Cell, ...] = (None,) * 4
        if found is not None:
            counts = (found.rows, found.accepted, found.quarantined, found.duplicates)
        titles = "、".join(feed.datasets)
        why = "\n".join((*feed.reasons, *feed.remarks))
        yield feed.feed, titles, feed.origin, *counts, feed.verdict, why


def _problems(sheet: Sheet) -> Iterator[Sequence[Cell]]:
    for feed in sheet.feeds:
        for code, meaning, remedy, seen in feed.bounds:
            level = SEVERITIES["refuse"]
            yield feed.feed, code, level, "整批", "", None, seen, "", meaning, remedy
        for one in feed.examined.rules if feed.examined else ():
            if one.rule == UNMAPPED:  # stands among the fields
                continue
            yield (
                feed.feed,
                one.rule,
                SEVERITIES[one.severity],
                one.label or "整行",
                one.field or "",
                one.count,
                one.place or "",
                one.key or "",
                one.meaning,
                one.remedy,
            )


def _codes(sheet: Sheet) -> Iterator[Sequence[Cell]]:
    for feed in sheet.feeds:
        for one in feed.examined.codes if feed.examined else ():
            shape = "是" if one.is_shape else ""
            yield feed.feed, one.label, one.field, one.value, shape, one.count


def _fields(sheet: Sheet) -> Iterator[Sequence[Cell]]:
    for feed in sheet.feeds:
        if feed.examined is None:
            continue
        for seen in feed.examined.unmapped:
            yield feed.feed, seen.field, "未约定用途", seen.null_share
        for name in feed.examined.absent:
            yield feed.feed, name, "约定了但没有出现", None
        for name in feed.examined.empty:
            yield feed.feed, name, "本次全部为空", None
        for one in feed.examined.required:
            yield feed.feed, one.field or "", f"必填：{one.label}", one.null_share
        for time in feed.examined.times:
            told = f"时间无法识别：{time.shape} × {time.count}"
            yield feed.feed, time.field, told, None
