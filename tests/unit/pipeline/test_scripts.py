"""Words of a list in the other script; nothing is guessed between two (T41)."""

from __future__ import annotations

import polars as pl
import pytest

from hub.pipeline.scripts import as_listed, simplified


def test_only_what_is_not_listed_is_led_to_its_word() -> None:
    texts = pl.Series(["漢口", "汉口", None, "武昌", "abc", "橋口"])

    found = as_listed(texts, pl.Series(["汉口", "硚口"]))

    assert found.to_list() == ["汉口", "汉口", None, "武昌", "abc", "硚口"]


def test_a_list_in_traditional_characters_is_found_from_simplified_ones() -> None:
    assert as_listed(pl.Series(["处置"]), pl.Series(["處置"])).to_list() == ["處置"]


def test_two_words_of_one_form_are_no_answer() -> None:
    listed = pl.Series(["發展", "發展街", "发展街"])

    found = as_listed(pl.Series(["发展", "發展街", "発展街"]), listed)

    assert found.to_list() == ["發展", "發展街", "発展街"]


@pytest.mark.parametrize("texts", [[], [None, None]])
def test_nothing_stays_nothing(texts: list[str | None]) -> None:
    series = pl.Series(texts, dtype=pl.String)

    assert simplified(series).equals(series)
    assert as_listed(series, pl.Series(["甲"])).equals(series)
