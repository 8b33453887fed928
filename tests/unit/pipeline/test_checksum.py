from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.pipeline.checksum import LENGTH, SIGNS, uscc_passes


def verdicts(*codes: str | None) -> list[bool | None]:
    frame = pl.DataFrame({"code": pl.Series(codes, dtype=pl.String)})
    return frame.select(uscc_passes(pl.col("code"))).to_series().to_list()


def test_the_published_example_passes() -> None:
    assert verdicts("91350100M000100Y43") == [True]


@pytest.mark.parametrize("code", ["91350100M000100Y44", "19350100M000100Y43"])
def test_a_wrong_or_exchanged_sign_fails(code: str) -> None:
    assert verdicts(code) == [False]


def test_what_is_no_such_code_is_left_to_the_format() -> None:
    assert verdicts(None, "", "91350100M000100Y4", "91350100M000100YI3") == [None] * 4


def check_sign(body: str) -> str:
    """The definition, by hand: weights 3^i mod 31 over the first 17 signs."""
    total = sum(SIGNS.index(s) * (3**i % 31) for i, s in enumerate(body))
    return SIGNS[(31 - total % 31) % 31]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(SIGNS, min_size=LENGTH - 1, max_size=LENGTH - 1), min_size=1))
def test_exactly_one_check_sign_passes(bodies: list[str]) -> None:
    right = [body + check_sign(body) for body in bodies]
    wrong = [body + SIGNS[SIGNS.index(check_sign(body)) - 1] for body in bodies]

    assert verdicts(*right) == [True] * len(bodies)
    assert verdicts(*wrong) == [False] * len(bodies)
