"""Numbers in words: rounding half up, no data, and what a policy says of itself."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hub.bulletin.page import value_words
from hub.bulletin.policy_words import policy_words
from hub.bulletin.words import words_of

ZH = words_of("zh-CN")
POLICY = """
[policy]
id = "p"
version = 3
title_zh = "办法"
title_en = "policy"

[[dimension]]
id = "loop"
title_zh = "闭环"
title_en = "loop"

[[dimension.item]]
id = "rate"
title_zh = "闭环率"
title_en = "rate"
"""


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (Decimal("0.123450"), "12.35%"),  # half up, where half even says 12.34
        (Decimal("0.333333"), "33.33%"),
        (Decimal("1.000000"), "100.00%"),
        (Decimal("0.000000"), "0.00%"),
        (None, "无数据"),
    ],
)
def test_shares_are_rounded_half_up(share: Decimal | None, told: str) -> None:
    assert ZH.percent(share) == told


@pytest.mark.parametrize(
    ("points", "told"),
    [("26.4065", "26.407"), ("-0.3", "-0.300"), ("5", "5.000")],
)
def test_points_have_three_decimals(points: str, told: str) -> None:
    assert ZH.points(Decimal(points)) == told


@pytest.mark.parametrize(
    ("value", "numerator", "denominator", "told"),
    [
        ("0.750000", 3, 4, "75.00%"),
        ("0.333333000", 1, 3, "33.33%"),
        ("7", 7, None, "7"),
        ("3.500", 7, 4, "3.5"),
        ("0.5", 3, 4, "0.5"),
        ("100", None, None, "100"),
    ],
)
def test_only_what_is_a_share_is_a_percentage(
    value: str, numerator: int | None, denominator: int | None, told: str
) -> None:
    assert value_words(ZH, Decimal(value), numerator, denominator) == told


def test_a_value_that_is_not_there_is_no_zero() -> None:
    assert value_words(ZH, None, 0, 0) == "无数据"


def test_a_policy_without_approver_is_not_approved() -> None:
    told = policy_words(POLICY)

    assert (told.id, told.version, told.title_zh) == ("p", "3", "办法")
    assert told.approved_by is None
    assert told.labels == {
        ("dimension", "loop"): ("闭环", "loop"),
        ("item", "rate"): ("闭环率", "rate"),
    }


def test_both_languages_have_every_sentence() -> None:
    english = words_of("en")

    for key in ("print_no_data", "needs_sign_off_note", "broken_note"):
        assert ZH(key) != english(key)
