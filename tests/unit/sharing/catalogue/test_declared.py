"""`catalogue.toml`: what it may say, and that nothing else is taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.catalogues import small_city

from hub.partners.loader import load_city
from hub.partners.problems import FaultyDeclaration
from hub.schemas import DATASETS
from hub.sharing.catalogue.declared import read_words, resource_code

NAMES = (*DATASETS, "figure")


def test_a_city_without_words_has_an_empty_file(tmp_path: Path) -> None:
    file = read_words(small_city(tmp_path / "city", words=None), NAMES)

    assert file.dataset == {}
    assert file.of("issue").provider is None


def test_a_dataset_takes_what_it_does_not_say_from_the_catalogue(
    tmp_path: Path,
) -> None:
    file = read_words(small_city(tmp_path / "city"), NAMES)

    assert file.of("issue").provider == "小城城管局"
    assert file.of("person").means == ("服务接口",)
    assert file.of("area").open == "无条件开放"
    assert file.of("person").abstract is None


def test_the_code_is_class_digits_a_stroke_and_a_number(tmp_path: Path) -> None:
    file = read_words(small_city(tmp_path / "city"), NAMES)

    assert resource_code(file.of("issue")) == "1020030004/0007"
    assert resource_code(file.of("area")) is None


def test_the_shipped_city_has_words_for_every_dataset() -> None:
    file = read_words(load_city("wuhan"), NAMES)

    assert set(file.dataset) == set(NAMES)
    assert all(one.abstract for one in file.dataset.values())


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        ('[dataset.isue]\nabstract = "x"', 'did you mean "issue"'),
        ('[dataset.issue]\nabstrakt = "x"', "abstrakt"),
        ('[dataset.issue]\nupdate_cycle = "每天"', "每日"),
        ('[dataset.issue]\nmeans = ["邮寄"]', "服务接口"),
        ('[dataset.issue]\nprovider_code = "123"', "credit code"),
        ('[catalogue]\nprovider_code = "I1350100M000100Y43"', "credit code"),
        ('[dataset.issue]\npublished_on = "1.10.2026"', "is no day"),
        ('[dataset.issue]\npublished_on = "2026-02-30"', "is no day"),
        ('[dataset.issue]\nsequence = "七"', "is no number"),
        ('[catalogue]\nbase = "https://x.org"', "is no address"),
        (
            "[dataset.issue.resource_class]\n"
            'digits = ["12", "02", "003", "4"]\nnames = ["a", "b", "c", "d"]',
            "1, 2, 3 and n digits",
        ),
    ],
)
def test_what_cannot_be_followed_is_told(tmp_path: Path, words: str, seen: str) -> None:
    city = small_city(tmp_path / "city", words)

    with pytest.raises(FaultyDeclaration) as caught:
        read_words(city, NAMES)

    assert seen in caught.value.sentence
    assert "catalogue.toml" in caught.value.sentence
    assert "hub catalog show" in caught.value.sentence


def test_two_datasets_cannot_have_one_code(tmp_path: Path) -> None:
    tree = 'digits = ["1", "02", "003", "4"], names = ["a", "b", "c", "d"]'
    one = f'sequence = "1"\nresource_class = {{ {tree} }}\n'
    city = small_city(
        tmp_path / "city", f"[dataset.issue]\n{one}\n[dataset.area]\n{one}"
    )

    with pytest.raises(FaultyDeclaration) as caught:
        read_words(city, NAMES)

    assert "code that issue has" in caught.value.sentence


def test_every_problem_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    words = '[dataset.isue]\nsequence = "x"\npublished_on = "x"'
    city = small_city(tmp_path / "city", words)

    with pytest.raises(FaultyDeclaration) as caught:
        read_words(city, NAMES)

    assert len(caught.value.problems) == 3
