"""Sheets as people make them: sums, notes, merged blocks, hidden rows (dialect 7)."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlsxwriter

from hub.connectors.base import PartMeta
from hub.connectors.decode import Rows, Wanted, decode

Cells = list[list[Any]]
META = PartMeta(sequence=0, media="xlsx", received_sha256="", origin={})


def workbook(
    cells: Cells,
    *,
    merged: tuple[tuple[int, int, int, int], ...] = (),
    hidden: tuple[int, ...] = (),
    left: int = 0,
) -> bytes:
    """A sheet of these cells; merged blocks keep the value of their first cell."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet("花名册")
        for at, row in enumerate(cells):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(at, left + column, cell)
        for top, first, bottom, right in merged:
            value = cells[top][first]
            sheet.merge_range(top, left + first, bottom, left + right, value)
        for row in hidden:
            sheet.set_row(row, None, None, {"hidden": True})
    return data.getvalue()


def read(data: bytes, *names: str) -> Rows:
    (rows,) = decode(io.BytesIO(data), META, Wanted(frozenset(names), {}))
    return rows


TABLE: Cells = [
    ["汉正街街道路长花名册", None, None, None],
    ["序号", "社区", "姓名", "电话"],
    [1, "民族社区", "张三", "1"],
    [2, "大通社区", "李四", "2"],
]


def test_a_block_merged_downwards_holds_for_each_of_its_rows() -> None:
    cells = [*TABLE, [3, None, "王五", "3"], [None, None, None, None]]

    rows = read(workbook(cells, merged=((3, 1, 5, 1),), left=2), "社区", "姓名")

    assert rows.frame.rows() == [
        (2, "张三", "民族社区"),
        (3, "李四", "大通社区"),
        (4, "王五", "大通社区"),
    ]


def test_an_empty_cell_that_is_not_merged_stays_empty() -> None:
    rows = read(workbook([*TABLE, [3, None, "王五", "3"]]), "社区", "姓名")

    assert rows.frame["社区"].to_list() == ["民族社区", "大通社区", None]


@pytest.mark.parametrize(
    "line",
    [
        ["合计", None, None, 2],
        [None, "合 计", None, None],
        ["总计：", None, None, 2],
        [9, "小计", None, 2],
        ["民族街道小计", None, None, 2],
        ["合计:共2人", None, None, None],
        ["序号", "社区", "姓 名", "电话"],
    ],
)
def test_sum_lines_and_repeated_headers_are_no_data(line: list[Any]) -> None:
    data = workbook([*TABLE[:3], line, TABLE[3]])

    rows = read(data, "社区", "姓名")

    assert rows.frame["姓名"].to_list() == ["张三", "李四"]
    assert rows.broken.rows() == [(3, "P28")]


def test_notes_under_the_table_are_no_data() -> None:
    foot: Cells = [
        ["合计", None, None, 2],
        [],
        ["注：本表由街道城管办填报", None, None, None],
        ["2.离任人员请在备注栏说明离任的日期和原因", None, None, None],
        ["填表人：王五", None, "审核人：赵六", "2026-09-01"],
    ]

    rows = read(workbook([*TABLE, *foot]), "社区", "姓名")

    assert rows.frame["姓名"].to_list() == ["张三", "李四"]
    assert rows.broken["__row"].to_list() == [4, 6, 7, 8]


def test_a_note_merged_over_the_table_may_be_short() -> None:
    data = workbook([*TABLE, ["以上属实", None, None, None]], merged=((4, 0, 4, 3),))

    assert read(data, "姓名").broken.rows() == [(4, "P28")]


@pytest.mark.parametrize(
    "line",
    [
        [3, "合计社", "备注", None],
        ["注", None, "王五", None],
        [None, None, "王五", None],
        ["说明会", "大通社区", "王五", "3"],
    ],
)
def test_what_only_looks_alike_stays_data(line: list[Any]) -> None:
    rows = read(workbook([*TABLE, line]), "社区", "姓名")

    assert len(rows.frame) == 3
    assert rows.broken.is_empty()


def test_a_line_like_a_note_above_data_stays_data() -> None:
    note = ["注：第一组", None, None, None]

    rows = read(workbook([*TABLE[:3], note, TABLE[3]]), "社区", "姓名")

    assert rows.frame["__row"].to_list() == [2, 3, 4]


def test_hidden_rows_are_taken_and_told() -> None:
    rows = read(workbook(TABLE, hidden=(2,)), "姓名")

    assert rows.frame["姓名"].to_list() == ["张三", "李四"]
    assert rows.told.rows() == [(2, "P29")]


WIDE: Cells = [
    ["路长信息表", None, None, None, None, None],
    ["责任区", "总路长", None, "一级路长", None, "备注"],
    [None, "姓名", "电话", "姓名", "电话", None],
    ["民族片区", "张三", "1", "李四", "2", "x"],
]
BLOCKS = ((0, 0, 0, 5), (1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 1, 4), (1, 5, 2, 5))
ROLES = ("责任区", "总路长.姓名", "总路长.电话", "一级路长.姓名", "备注")


@pytest.mark.parametrize("left", [0, 1])
def test_titles_under_a_merged_title_take_its_name(left: int) -> None:
    rows = read(workbook(WIDE, merged=BLOCKS, left=left), *ROLES)

    assert rows.frame.select(ROLES).rows() == [("民族片区", "张三", "1", "李四", "x")]
    assert "一级路长.电话" in rows.fields


def test_a_title_that_stands_twice_is_not_guessed() -> None:
    rows = read(workbook(WIDE, merged=BLOCKS), "责任区", "姓名")

    assert rows.frame["姓名"].to_list() == [None]
