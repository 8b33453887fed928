"""The government catalogue read back: every resource, item and metric in a line."""

from __future__ import annotations

import zipfile
from pathlib import Path

import fastexcel
import pytest
from support.catalogues import released_house, shipped, small_city

from hub.sharing.catalogue.book import workbook
from hub.sharing.catalogue.build import catalogue_of, declared_catalogue
from hub.sharing.catalogue.entry import Catalogue

FIELDS = [
    "信息资源分类", "信息资源名称", "信息资源代码", "提供方", "提供方代码", "摘要",
    "格式", "信息项数", "共享类型", "共享条件", "依据", "共享方式", "开放属性",
    "更新周期", "发布日期", "关联资源代码",
]  # fmt: skip


def sheets(found: Catalogue, folder: Path) -> dict[str, list[tuple[object, ...]]]:
    path = folder / "catalogue.xlsx"
    workbook(found, path)
    book = fastexcel.read_excel(path)
    return {
        name: book.load_sheet(name, header_row=None).to_polars().rows()
        for name in book.sheet_names
    }


def test_it_holds_resources_items_and_metrics(tmp_path: Path) -> None:
    found = shipped()

    read = sheets(found, tmp_path)

    assert list(read) == ["说明", "信息资源", "信息项", "指标", "代码表"]
    assert list(read["信息资源"][0][: len(FIELDS)]) == FIELDS
    assert [row[1] for row in read["信息资源"][1:]] == [o.title for o in found.entries]
    items = [(row[1], row[3]) for row in read["信息项"][1:]]
    assert items == [(o.name, item.name) for o in found.entries for item in o.items]
    assert [row[1] for row in read["指标"][1:]] == [one.id for one in found.metrics]
    codes = [(one.name, code) for one in found.codes for code, _ in one.codes]
    assert [row[:2] for row in read["代码表"][1:]] == codes


def test_a_missing_word_reads_undetermined_and_why(tmp_path: Path) -> None:
    found = declared_catalogue(small_city(tmp_path / "city"))

    rows = {row[1]: row for row in sheets(found, tmp_path)["信息资源"]}

    issue, area = rows["案件/问题"], rows["责任区"]
    assert not [cell for cell in issue[: len(FIELDS)] if str(cell).startswith("未定")]
    assert issue[2] == "1020030004/0007"
    assert str(area[FIELDS.index("更新周期")]).startswith("未定（")
    assert area[FIELDS.index("共享条件")] == "无"


def test_a_closed_item_is_listed_as_closed(tmp_path: Path) -> None:
    read = sheets(shipped(), tmp_path)["信息项"]

    shares = {(row[1], row[3]): row[7] for row in read[1:]}
    assert shares["patrol", "track"] == "不予共享"
    assert shares["issue", "reporter_phone"] == "不予共享"
    assert shares["area", "area_name"] == "无条件共享"


def test_text_is_text_and_never_a_formula(tmp_path: Path) -> None:
    found = declared_catalogue(small_city(tmp_path / "city"))

    rows = sheets(found, tmp_path)["信息资源"]

    assert rows[1][FIELDS.index("摘要")] == "=案件 <b>"
    with zipfile.ZipFile(tmp_path / "catalogue.xlsx") as book:
        parts = [
            book.read(name).decode() for name in book.namelist() if "sheet" in name
        ]
    assert not [part for part in parts if "<f>" in part or "<hyperlink" in part]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_same_catalogue_has_the_same_bytes(tmp_path: Path, language: str) -> None:
    found = catalogue_of(released_house(tmp_path))
    one, other = tmp_path / "1.xlsx", tmp_path / "2.xlsx"

    workbook(found, one, language)
    workbook(found, other, language)

    assert one.read_bytes() == other.read_bytes()
