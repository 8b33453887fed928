"""The data dictionary page: well formed, of one piece, everything once, no value."""

from __future__ import annotations

import html
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from support.catalogues import released_house, shipped, small_city

from hub.errors import MisuseError
from hub.metrics.calibers import CALIBERS
from hub.metrics.registry import METRICS
from hub.schemas.english import english_name
from hub.sharing.catalogue.build import catalogue_of, declared_catalogue
from hub.sharing.catalogue.page import dictionary, lineage_svg

VOID = {"meta", "br"}


class Shape(HTMLParser):
    """Ids, links and texts of cells; fails where a tag is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.cells: Counter[tuple[str, str]] = Counter()
        self.text = ""
        self._open: list[str] = []
        self._section = ""
        self._is_code = False
        self.feed(text)
        self.close()
        assert not self._open, self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags[tag] += 1
        self.ids += [str(given["id"])] if "id" in given else []
        self.links += [str(given["href"])] if "href" in given else []
        if tag == "section":
            self._section = str(given.get("id"))
        self._is_code = tag == "td" and "code" in str(given.get("class")).split()
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._is_code:
            self.cells[self._section, data.strip()] += 1
        self._is_code = False


@pytest.fixture(scope="module")
def page() -> Shape:
    return Shape(dictionary(shipped()))


def test_every_dataset_column_and_metric_stands_on_it_once(page: Shape) -> None:
    assert len(page.ids) == len(set(page.ids))
    assert {one.name for one in shipped().entries} <= set(page.ids)
    assert {f"metric-{name}" for name in METRICS} <= set(page.ids)
    told = Counter(
        (one.name, item.name) for one in shipped().entries for item in one.items
    )
    assert {key: page.cells[key] for key in told} == dict.fromkeys(told, 1)


def test_links_stay_on_the_page(page: Shape) -> None:
    assert page.links
    assert all(one.startswith("#") and one[1:] in page.ids for one in page.links)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_it_is_of_one_piece_and_asks_nothing_of_a_network(language: str) -> None:
    text = dictionary(shipped(), language)

    shape = Shape(text)
    assert not {"script", "img", "link", "iframe"} & set(shape.tags)
    urls = set(re.findall(r"https?://[^\s\"<]+", text))
    assert urls <= {"http://www.w3.org/2000/svg"}
    assert "@import" not in text
    assert "url(" not in text
    assert f'<html lang="{language}">' in text
    assert "width=device-width" in text


def test_on_a_narrow_screen_rows_become_blocks_with_labels() -> None:
    text = dictionary(shipped())
    narrow = text.partition("@media (max-width: 640px)")[2].partition("@media")[0]

    assert "display: block" in narrow
    assert "attr(data-label)" in narrow
    # Each cell that is not first in its row says what it is.
    bare = re.findall(r"<td(?![^>]*data-label)[^>]*>", text)
    assert set(bare) == {'<td class="lone">'}


def test_what_is_not_determined_says_so_and_why(tmp_path: Path) -> None:
    found = declared_catalogue(small_city(tmp_path / "city"))

    text = Shape(dictionary(found)).text

    assert "未定（更新周期须由提供方确认）" in text
    assert "1020030004/0007" in text
    assert "待审定" in text


def test_words_of_the_city_are_escaped(tmp_path: Path) -> None:
    text = dictionary(declared_catalogue(small_city(tmp_path / "city")))

    assert "=案件 &lt;b&gt;" in text
    assert "案件 <b>" not in text


def test_a_release_shows_freshness_quality_and_what_is_missing(tmp_path: Path) -> None:
    found = catalogue_of(released_house(tmp_path), "r000001")

    text = " ".join(Shape(dictionary(found)).text.split())

    assert "r000001" in text
    assert "2026-10-01 16:00" in text  # 08:00 UTC in the city's zone
    assert "缺报：从未到达" in text
    assert "必填项缺失" in text


def test_english_words_are_a_choice() -> None:
    text = dictionary(shipped(), "en")

    assert "Data catalogue and dictionary" in text
    assert "not determined (" in text
    # One metric is no "1 metrics"; names of datasets and columns are English as well.
    assert "patrols · 2 metrics" in text
    assert "sign boards · 1 metric<" in text
    assert '<td class="lone">Reported at</td>' in text
    assert "上报时间" not in text
    assert "案件/问题</" not in text


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_each_caliber_of_a_metric_is_told_in_words(language: str) -> None:
    page = html.unescape(dictionary(shipped(), language))
    text = page.partition('<section id="calibers">')[2]

    used = {name for one in shipped().metrics for name in one.calibers}
    for name in used:
        one = CALIBERS[name]
        words = one.text_zh if language == "zh-CN" else one.text_en
        assert f'<b class="code">{name}</b> {words}' in text


@pytest.mark.parametrize(
    ("language", "when"), [("zh-CN", "每天 06:00"), ("en", "Every day at 06:00")]
)
def test_no_reader_is_told_a_cron_line(language: str, when: str) -> None:
    text = dictionary(shipped(), language)

    assert when in text
    assert "* * *" not in text
    with pytest.raises(MisuseError):
        dictionary(shipped(), "fr")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_picture_is_a_document_of_its_own(language: str) -> None:
    root = ElementTree.fromstring(lineage_svg(shipped(), language).strip())

    assert root.tag.endswith("svg")
    texts = [one.text for one in root.iter() if one.tag.endswith("text")]
    titles = {one.text for one in root.iter() if one.tag.endswith("title")}
    for entry in shipped().entries[:-1]:
        chinese = f"{entry.title} {entry.name}"
        name = chinese if language == "zh-CN" else english_name(entry.name)
        assert name in titles
    assert len(texts) > len(shipped().entries)
