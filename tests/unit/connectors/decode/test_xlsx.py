"""Workbooks as street offices send them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from hub.connectors.base import PartMeta
from hub.connectors.decode import Wanted, decode, row_texts
from hub.errors import BatchRefused

WANTED = Wanted(frozenset({"姓名", "电话", "身份证"}), {})
Sheets = dict[str, list[list[Any]]]


def workbook(
    sheets: Sheets, finish: Callable[[Any], None] | None = None, **options: Any
) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(
        data, {"in_memory": True, "remove_timezone": True, **options}
    ) as book:
        form = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    style = form if isinstance(cell, datetime) else None
                    sheet.write(at, column, cell, style)
        if finish:
            finish(book)
    return data.getvalue()


def meta(**origin: str) -> PartMeta:
    return PartMeta(sequence=0, media="xlsx", received_sha256="", origin=origin)


def rows(data: bytes, *names: str, **origin: str) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for chunk in decode(io.BytesIO(data), meta(**origin), Wanted(frozenset(names), {})):
        found += chunk.frame.select("__row", *names).rows()
    return found


ROSTER: Sheets = {
    "花名册": [
        ["汉正街街道路长名单"],
        [],
        ["填报日期", "2026-09-01"],
        ["序号", "姓名", " 联系\n电话 ", "身份证", "备注"],
        [1, "张三", 13800000000, "440306199001011234", "x"],
        [],
        [2, "李四", "00123", 440306199001011234, None],
        [None, "合计", None, None, None],
    ]
}


def test_the_header_is_found_by_its_titles_and_rows_keep_their_numbers() -> None:
    data = workbook(ROSTER)

    found = rows(data, "姓名", "联系电话", "身份证")

    assert found == [
        (4, "张三", "13800000000", "440306199001011234"),
        (6, "李四", "00123", "4.40306199001011e+17"),
    ]


def test_every_title_is_seen_and_columns_without_one_too() -> None:
    data = workbook({"a": [["姓名", None, "备注"], ["张三", "stray", None]]})

    (chunk,) = decode(io.BytesIO(data), meta(), WANTED)

    assert chunk.fields == {"姓名", "备注", "column 2"}
    assert chunk.frame["电话"].to_list() == [None]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1, "1"),
        (1.0, "1"),
        (-5, "-5"),
        (0.984, "0.984"),
        (0.1 + 0.2, "0.3"),
        (0.00001, "0.00001"),
        (114.305251234567, "114.305251234567"),
        (123456789012345, "123456789012345"),
        (1234567890123456, "1.23456789012346e+15"),
        (1e15, "1e+15"),
        ("1234567890123456", "1234567890123456"),
        ("1.10", "1.10"),
        ("00123", "00123"),
        ("true", "true"),
        (True, "true"),
        (False, "false"),
        (" x ", " x "),
        (datetime(2026, 3, 5, 15, 30, tzinfo=UTC), "2026-03-05 15:30:00"),
        (datetime(2026, 3, 5, tzinfo=UTC), "2026-03-05 00:00:00"),
    ],
)
def test_a_cell_is_text_as_excel_shows_it(cell: object, text: str) -> None:
    data = workbook({"a": [["姓名"], [cell]]})

    assert rows(data, "姓名") == [(1, text)]


def test_numbers_and_texts_in_one_column_do_not_disturb_each_other() -> None:
    cells = [440306199001011234, "440306199001011234", 7, "7.0", None, "x"]
    data = workbook({"a": [["姓名", "身份证"], *([["甲", cell] for cell in cells])]})

    assert [row[1] for row in rows(data, "身份证")] == [
        "4.40306199001011e+17",
        "440306199001011234",
        "7",
        "7.0",
        None,
        "x",
    ]


def test_titles_under_group_titles_are_found() -> None:
    def merge(book: Any) -> None:
        book.get_worksheet_by_name("a").merge_range(0, 1, 0, 2, "路长")

    data = workbook(
        {"a": [["姓名", "路长", None], [None, "电话", "身份证"], ["张三", "1", "2"]]},
        merge,
    )

    assert rows(data, "姓名", "电话", "身份证") == [(2, "张三", "1", "2")]


def test_hidden_rows_and_columns_count() -> None:
    def hide(book: Any) -> None:
        sheet = book.get_worksheet_by_name("a")
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})

    data = workbook({"a": [["姓名", "电话"], ["张三", "1"]]}, hide)

    assert rows(data, "姓名", "电话") == [(1, "张三", "1")]


TWO: Sheets = {
    "甲社区": [["姓名", "电话"], ["张三", "1"]],
    "说明": [["请勿修改表头"]],
    "乙社区": [["电话", "姓名", "备注"], ["2", "李四", "x"]],
}


def test_a_sheet_is_taken_by_name_or_all_of_them() -> None:
    data = workbook(TWO)

    assert rows(data, "姓名", "电话", sheet="乙社区") == [(1, "李四", "2")]
    assert rows(data, "姓名", "电话", sheet="*") == [(1, "张三", "1"), (3, "李四", "2")]


def test_two_sheets_with_the_header_and_none_declared_are_refused() -> None:
    with pytest.raises(BatchRefused, match="甲社区, 乙社区 all hold"):
        rows(workbook(TWO), "姓名", "电话")


@pytest.mark.parametrize(
    ("data", "origin", "message"),
    [
        (b"no workbook", {}, "no Excel workbook"),
        (workbook({"a": [["x"], ["y"]]}), {}, "none of the first 50 rows"),
        (workbook({"a": []}), {}, "none of the first 50 rows"),
        (workbook(TWO), {"sheet": "丙社区"}, "no sheet 丙社区; its sheets are 甲社区"),
        (workbook({"a": [["姓名", "姓 名"], ["1", "2"]]}), {}, "two columns"),
    ],
)
def test_a_workbook_that_does_not_fit_is_refused_with_a_sentence(
    data: bytes, origin: dict[str, str], message: str
) -> None:
    with pytest.raises(BatchRefused, match=message):
        rows(data, "姓名", "电话", **origin)


def test_rows_are_shown_again_by_title() -> None:
    shown = row_texts(
        io.BytesIO(workbook(ROSTER)), meta(header='{"花名册": [3]}'), pl.Series([6])
    )

    assert shown["__row"].to_list() == [6]
    assert json.loads(shown["text"][0]) == {
        "序号": "2",
        "姓名": "李四",
        "联系\n电话": "00123",
        "身份证": "4.40306199001011e+17",
        "备注": None,
    }
