"""The bulletin as a page: what stands on it, in both languages, and what never does."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from support.bulletins import HEAD, empty_month, frame, item, small_month, total

from hub.bulletin.content import (
    BROKEN_COLUMNS,
    EXCEPTION_COLUMNS,
    ITEM_COLUMNS,
    TOTAL_COLUMNS,
    BulletinContent,
    nothing,
)
from hub.bulletin.page import bulletin
from hub.errors import MisuseError

SECTIONS = [
    "ranking", "dimensions", "trend", "broken", "units", "figures", "exceptions",
    "beside", "small-print",
]  # fmt: skip
VOID = {"meta", "rect", "line", "polyline", "br"}


class Shape(HTMLParser):
    """Ids of sections in order, rows of cells, and whether every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sections: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()
        self.rows: list[list[str]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open, self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= set(attrs)
        given = dict(attrs)
        if tag == "section":
            self.sections.append(str(given.get("id")))
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self._open):
            self.rows[-1][-1] = f"{self.rows[-1][-1]} {data.strip()}".strip()


@pytest.fixture(scope="module")
def month() -> BulletinContent:
    return small_month()


@pytest.mark.parametrize("language", ["zh-CN", "zh", "en"])
def test_a_month_has_all_its_sections_in_order(
    month: BulletinContent, language: str
) -> None:
    assert Shape(bulletin(month, language)).sections == SECTIONS


def test_units_stand_in_order_of_rank_and_share_ranks(month: BulletinContent) -> None:
    rows = Shape(bulletin(month)).rows

    told = [[row[0], row[1], row[3], row[4]] for row in rows[1:5]]

    assert told == [
        ["1", "东区", "54.000", "升 1"],
        ["2", "西区", "45.000", "降 1"],
        ["2", "北区", "45.000", "–"],
        ["没有分母，不排名", "新区管委会", "无数据", "–"],
    ]


def test_an_item_leads_to_numerator_and_denominator(month: BulletinContent) -> None:
    rows = Shape(bulletin(month)).rows

    assert ["闭环", "闭环率 比率 × 分值", "18", "20", "90.00%", "54.000", ""] in rows


def test_a_unit_without_data_is_never_zero(month: BulletinContent) -> None:
    rows = Shape(bulletin(month)).rows
    of_zone = ["闭环", "闭环率 比率 × 分值", "0", "0", "无数据", "无数据"]

    assert [*of_zone, "没有应闭环案件"] in rows
    assert ["新区管委会", "无数据"] in rows  # dimensions
    assert not re.search(r"新区管委会[^无]*0\.000", bulletin(month))


def test_broken_loops_are_counted_by_unit_and_first_link(
    month: BulletinContent,
) -> None:
    rows = Shape(bulletin(month)).rows

    assert ["西区", "0", "0", "3", "0", "1", "0", "4"] in rows
    assert ["未归属到单位", "0", "0", "0", "0", "1", "0", "1"] in rows
    assert ["合计", "0", "2", "3", "0", "5", "0", "10"] in rows
    assert [
        "i0001", "暴露垃圾", "东区一街", "2026-10-03 11:00", "无时限", "未处置",
    ] in rows  # fmt: skip


def test_a_figure_is_told_under_its_own_calibers_only(month: BulletinContent) -> None:
    rows = [row for row in Shape(bulletin(month, "en")).rows if len(row) == 5]
    told = [row for row in rows if row[0].startswith("closed-loop rate")]

    assert [row[1:4] for row in told] == [["48", "60", "80.00%"]]
    assert "FLAGS-EG MD-1 SU-1" in told[0][4]


def test_what_stands_beside_is_told(month: BulletinContent) -> None:
    rows = Shape(bulletin(month)).rows

    assert ["隔离待核实的数据", "案件", "7"] in rows
    assert ["闭环率", "挂账", "4"] in rows
    assert not [row for row in rows if row[-1] == "0" and row[0].startswith("隔离")]


@pytest.mark.parametrize(
    ("head", "there", "absent"),
    [
        ({}, ["第 2 版", "待签批"], ["草稿", "已被后来"]),
        ({"revision": None}, ["草稿", "待签批"], ["第 2 版 <", "已被后来"]),
        ({"approved_by": "市城管委"}, ["第 2 版"], ["待签批<", "考核办法尚未经批准"]),
        ({"is_current": False}, ["已被后来的修订取代"], ["草稿"]),
    ],
)
def test_the_head_says_what_the_page_is_worth(
    month: BulletinContent,
    head: dict[str, object],
    there: list[str],
    absent: list[str],
) -> None:
    text = bulletin(replace(month, head=replace(HEAD, **head)))  # type: ignore[arg-type]

    assert all(word in text for word in there)
    assert not [word for word in absent if word in text]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_page_asks_nothing_of_any_network(
    month: BulletinContent, language: str
) -> None:
    text = bulletin(month, language)
    shape = Shape(text)

    assert not shape.tags & {"script", "link", "img", "iframe", "object", "base"}
    assert not [name for name, _ in shape.attributes if name in {"src", "href"}]
    assert "url(" not in text
    assert "http" not in text.replace("http-equiv", "")


def test_values_are_escaped(month: BulletinContent) -> None:
    evil = "<script>alert(1)</script>"
    text = bulletin(replace(month, names={("unit", "AU-A"): evil}))

    assert evil not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_an_empty_month_says_so(language: str) -> None:
    text = bulletin(empty_month(), language)

    assert Shape(text).sections == [
        "ranking", "broken", "figures", "exceptions", "beside", "small-print",
    ]  # fmt: skip
    told = {"zh-CN": ("本月没有可供考核的数据", "无数据"), "en": ("nothing", "no data")}
    assert all(word in text for word in told[language])


def test_without_weights_units_are_ranked_by_dimension_and_have_no_total(
    month: BulletinContent,
) -> None:
    bare = replace(
        month,
        totals=frame(TOTAL_COLUMNS, total("AU-A", "5.000", 3, dimension="loop")),
        items=frame(ITEM_COLUMNS, item("AU-A", 1, 2)),
    )

    text = bulletin(bare)

    assert Shape(text).rows[1] == ["东区", "5.000 第 3 名"]
    assert "不合计总分" in text


def test_another_language_is_refused(month: BulletinContent) -> None:
    with pytest.raises(MisuseError, match="zh-CN, en"):
        bulletin(month, "fr")


def test_a_list_that_the_month_does_not_keep_is_no_empty_list(
    month: BulletinContent,
) -> None:
    bare = replace(
        month,
        broken=nothing(BROKEN_COLUMNS),
        exceptions=nothing(EXCEPTION_COLUMNS),
        has_broken=False,
        has_exceptions=False,
    )

    text = bulletin(bare)

    assert "本月没有断环案件" not in text
    assert "没有例外事项" not in text
