"""Names are cut into words, and compared."""

from __future__ import annotations

import pytest

from hub.onboarding.words import likeness, parts_of, spelt, stem, without, words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("createTime", ("creat", "tim")),
        ("CREATED_DATE", ("creat", "dat")),
        ("上报时间", ("上", "报", "时", "间")),
        ("面积(平方公里)", ("面", "积")),
        ("OP_TIME", ("op", "tim")),
    ],
)
def test_a_name_is_cut_into_words(name: str, words: tuple[str, ...]) -> None:
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [("closed", "close"), ("modified", "modify"), ("categories", "category")],
)
def test_number_and_tense_do_not_count(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_words_of_kind_go_from_both_ends_but_never_all() -> None:
    times = frozenset({words_of("time"), words_of("date")})

    assert without(words_of("report_time"), times) == ("report",)
    assert without(words_of("time"), times) == words_of("time")


def test_a_longer_name_is_like_the_shorter_in_it_and_the_same_name_more() -> None:
    same = likeness(words_of("处置时限"), words_of("处置时限"))
    part = likeness(words_of("捆绑处置时限"), words_of("处置时限"))
    none = likeness(words_of("结案"), words_of("处置时限"))

    assert same == 1
    assert 0.5 < part < 0.9
    assert none == 0


def test_a_path_is_read_from_its_end() -> None:
    assert parts_of("order.unit.code") == ["code", "unit code", "order unit code"]


def test_chinese_is_known_in_pinyin_and_its_initials() -> None:
    assert spelt("上报时间") == ("shangbaoshijian", "sbsj")
    assert spelt("reported at") is None
