"""The bulletin as a workbook, read back: sheets, numbers, charts, and no formula."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from support.bulletins import case, empty_month, frame, small_month

from hub.bulletin.book import workbook
from hub.bulletin.content import BROKEN_COLUMNS, BulletinContent

SHEETS = {
    "zh-CN": [
        "通报", "排名", "逐月走势", "分项得分", "断环统计", "断环清单", "单位指标",
        "例外清单", "另列", "说明",
    ],
    "en": [
        "Bulletin", "Ranking", "Month by month", "Items", "Broken by unit",
        "Broken loops", "Figures of units", "Exception lists", "Counted beside",
        "Small print",
    ],
}  # fmt: skip


def written(content: BulletinContent, folder: Path, language: str = "zh-CN") -> Path:
    path = folder / "bulletin.xlsx"
    workbook(content, path, language)
    return path


def rows_of(path: Path, sheet: str) -> list[tuple[object, ...]]:
    book = fastexcel.read_excel(path)
    return book.load_sheet(sheet, header_row=None).to_polars().rows()


def parts(path: Path, pattern: str) -> list[str]:
    with zipfile.ZipFile(path) as book:
        return [
            book.read(name).decode()
            for name in sorted(book.namelist())
            if re.fullmatch(pattern, name)
        ]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_one_sheet_per_question(tmp_path: Path, language: str) -> None:
    path = written(small_month(), tmp_path, language)

    assert fastexcel.read_excel(path).sheet_names == SHEETS[language]


def test_the_ranking_holds_numbers_and_says_no_data(tmp_path: Path) -> None:
    rows = rows_of(written(small_month(), tmp_path), "排名")

    assert [str(value) for value in rows[2][:5]] == ["1", "东区", "AU-A", "54", "54"]
    assert [str(value) for value in rows[5][:4]] == [
        "没有分母，不排名", "新区管委会", "AU-Z", "无数据",
    ]  # fmt: skip


def test_charts_are_native_and_leave_out_what_is_no_number(tmp_path: Path) -> None:
    charts = parts(written(small_month(), tmp_path), r"xl/charts/chart\d+\.xml")

    ranges = [re.findall(r"<c:f>([^<]+)</c:f>", chart) for chart in charts]

    assert "排名!$D$3:$D$5" in ranges[0]  # three units of four
    assert "排名!$E$3:$E$5" in ranges[1]
    assert any("barChart" in one for one in charts)
    (course,) = [one for one in charts if "lineChart" in one]
    assert '<c:dispBlanksAs val="gap"/>' in course or "dispBlanksAs" not in course


def test_a_month_without_data_is_an_empty_cell_of_the_course(tmp_path: Path) -> None:
    rows = rows_of(written(small_month(), tmp_path), "逐月走势")

    assert rows[1] == ("单位", "2026-08", "2026-09", "2026-10")
    assert rows[4][0] == "北区"
    assert rows[4][2] is None
    assert rows[5][1:] == (None, None, None)


def test_every_case_is_listed(tmp_path: Path) -> None:
    rows = rows_of(written(small_month(), tmp_path), "断环清单")

    assert len(rows) == 1 + 10
    assert rows[0][:4] == ("案件", "单位", "断环环节", "类别")
    assert rows[-1][:4] == ("i0009", "未归属到单位", "未结案", "暴露垃圾")


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(1)"])
def test_text_is_never_a_formula_or_a_link(tmp_path: Path, evil: str) -> None:
    broken = frame(BROKEN_COLUMNS, case(1, "AU-A", "NOT_HANDLED"))
    month = replace(
        small_month(),
        broken=broken.with_columns(
            issue_id=pl.lit(evil), area_id=pl.lit(f"http://{evil}")
        ),
        names={("unit", "AU-A"): evil},
    )

    path = written(month, tmp_path)

    sheets = parts(path, r"xl/worksheets/sheet\d+\.xml")
    assert not [one for one in sheets if "<f>" in one or "<hyperlink" in one]
    assert rows_of(path, "断环清单")[1][:2] == (evil, evil)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_an_empty_month_makes_a_workbook_without_charts(
    tmp_path: Path, language: str
) -> None:
    path = written(empty_month(), tmp_path, language)

    names = SHEETS[language]
    assert fastexcel.read_excel(path).sheet_names == [*names[:2], *names[3:]]
    assert parts(path, r"xl/charts/.*") == []


def test_the_same_bulletin_has_the_same_bytes(tmp_path: Path) -> None:
    first = written(small_month(), tmp_path).read_bytes()

    assert written(small_month(), tmp_path).read_bytes() == first
