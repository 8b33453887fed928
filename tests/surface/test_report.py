"""`hub partner report` from outside: the sheet that a partner gets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import fastexcel
import pytest
from support.file_city import NAME, FileCity, case
from support.odd_partner import CANARY, HOSTILE, MOBILE, odd_city


class _Seen(HTMLParser):
    """Elements, attributes and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def read_page(file: Path) -> _Seen:
    seen = _Seen()
    seen.feed(file.read_text(encoding="utf-8"))
    return seen


def read_book(file: Path, name: str) -> list[tuple[Any, ...]]:
    sheet = fastexcel.read_excel(file).load_sheet(name, header_row=None)
    return sheet.to_polars().rows()


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The sheet of the odd partner in both forms."""
    folder = tmp_path_factory.mktemp("sheets")
    html, book = folder / "odd.html", folder / "odd.xlsx"
    with odd_city(folder) as (city, _, around):
        done = city.hub("partner", "report", "odd", "--out", str(html), **around)
        more = city.hub(
            "partner", "report", "odd", "--json", "--out", str(book), **around
        )
        home = city.home.exists()
        yield {"html": html, "book": book, "done": done, "more": more, "home": home}


def test_the_sheet_says_who_what_when_and_the_verdict(sheets) -> None:
    text = read_page(sheets["html"]).text

    for word in (
        "数据接入验收单", "小城", HOSTILE, "2026-10-03 08:00", "案件/问题",
        "有条件合格", "不合格", "未能连上贵方系统", "经纬度颠倒",
    ):  # fmt: skip
        assert word in text


def test_every_finding_has_code_reason_count_example_and_remedy(sheets) -> None:
    text = " ".join(read_page(sheets["html"]).text.split())

    assert re.search(
        r"P06 隔离 来源状态值 state 该取值不在.*?处理：请告知.*? 3 "
        r"/cases 第1页 第3条\s?K2",
        text,
    )


def test_nothing_hostile_comes_alive_and_nothing_is_fetched(sheets) -> None:
    seen = read_page(sheets["html"])

    assert not {"img", "script", "link", "iframe", "object"} & set(seen.tags)
    names = {name for name, _ in seen.attributes}
    assert not {"src", "href", "onerror", "onload"} & names
    assert "url(" not in sheets["html"].read_text(encoding="utf-8")


def test_no_personal_value_is_on_the_sheet(sheets) -> None:
    told = sheets["html"].read_text(encoding="utf-8")
    told += sheets["done"].out + sheets["more"].out
    told += str(
        [
            read_book(sheets["book"], name)
            for name in ("验收结论", "不符合项", "未知取值", "字段")
        ]
    )

    for secret in (CANARY, MOBILE, NAME):
        assert secret not in told


def test_the_workbook_holds_text_and_no_formula(sheets) -> None:
    import zipfile

    with zipfile.ZipFile(sheets["book"]) as book:
        pages = [
            book.read(name).decode()
            for name in book.namelist()
            if name.startswith("xl/worksheets/sheet")
        ]

    assert not any("<f>" in page for page in pages)
    head, *rest = read_book(sheets["book"], "不符合项")
    assert head[:3] == ("通道", "规则", "级别")
    assert ("cases", "P06", "隔离", "来源状态值", "state", "3") in [
        row[:6] for row in rest
    ]


def test_json_gives_the_same_sheet(sheets) -> None:
    told = sheets["more"].json

    assert sheets["more"].code == 1
    assert [(one["feed"], one["verdict"]) for one in told["feeds"]] == [
        ("cases", "有条件合格"),
        ("gone", "不合格"),
    ]
    assert told["file"].endswith("odd.xlsx")


def test_a_report_from_a_probe_leaves_no_home(sheets) -> None:
    assert not sheets["home"]


def test_a_delivery_of_the_ledger_is_reported_with_its_references(
    city: FileCity, tmp_path: Path
) -> None:
    file = tmp_path / "notes.html"

    done = city.hub(
        "partner", "report", "district", "--batch", "b00000002", "--out", str(file),
        "--json",
    )  # fmt: skip

    (feed,) = done.json["feeds"]
    assert done.code == 0
    assert (feed["examined"]["rows"], feed["examined"]["quarantined"]) == (2, 1)
    (rule,) = [one for one in feed["examined"]["rules"] if one["severity"] == "reject"]
    assert (rule["rule"], rule["key"], rule["place"]) == (
        "F01",
        "n2",
        "notes_1.jsonl 第2行",
    )
    assert "b00000002" in read_page(file).text


def test_a_refused_delivery_fails_by_the_declared_bound(city: FileCity) -> None:
    city.drop("cases_2.csv", case("B1"))
    (batch,) = city.hub("run", "district/cases", "--json").json["batches"]

    done = city.hub(
        "partner", "report", "district/cases", "--batch", batch["batch"], "--json"
    )

    (feed,) = done.json["feeds"]
    assert done.code == 1
    assert feed["verdict"] == "不合格"
    assert [one[0] for one in feed["bounds"]] == ["B01"]


def test_a_sound_delivery_is_accepted(tmp_path: Path) -> None:
    made = FileCity.made_in(tmp_path)
    made.drop("cases_1.csv", case("A1"), case("A2"))

    done = made.hub("partner", "report", "district/cases", "--json")

    (feed,) = done.json["feeds"]
    assert (done.code, feed["verdict"], feed["reasons"]) == (0, "合格", [])


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["district", "--out", "sheet.pdf"], ".html or .xlsx"),
        (["district/cases", "--batch", "b00000002"], "district/notes"),
        (["district", "--batch", "b00009999"], "b00009999"),
    ],
)
def test_a_wrong_call_is_told(city: FileCity, args: list[str], word: str) -> None:
    done = city.hub("partner", "report", *args, "--json")

    assert done.code in (1, 2)
    assert word in str(done.error["message"])
