"""Which cases need a review: category before mode, mode before the general rule."""

from __future__ import annotations

import polars as pl
import pytest

from hub.scoring.review_rules import review_required, review_table
from hub.scoring.spec import Review

EXCEPTIONS = [
    {"kind": "MATTER", "code": "01", "required": False},
    {"kind": "MATTER", "code": "02", "required": True},
]


def required(review: Review, code: str | None, mode: str | None) -> bool:
    case = pl.DataFrame(
        {
            "std_category_kind_code": ["MATTER"],
            "std_category_code": [code],
            "handling_mode_code": [mode],
        },
        schema=dict.fromkeys(
            ("std_category_kind_code", "std_category_code", "handling_mode_code"),
            pl.String,
        ),
    )
    table = review_table(review)
    joined = case.join(table, on=table.columns[:2], how="left")
    return bool(joined.select(review_required(review)).item())


@pytest.mark.parametrize(
    ("code", "mode", "expected"),
    [
        (None, "DISPATCHED", True),
        (None, None, True),
        (None, "SELF_HANDLED", False),
        ("01", "DISPATCHED", False),
        ("02", "SELF_HANDLED", True),
        ("03", "DISPATCHED", True),
    ],
)
def test_the_default_asks_for_all_but_self_handled(
    code: str | None, mode: str | None, expected: bool
) -> None:
    review = Review.model_validate({"category": EXCEPTIONS})

    assert required(review, code, mode) is expected


def test_a_policy_may_turn_it_round() -> None:
    review = Review(required=False, self_handled=True)

    assert required(review, None, "DISPATCHED") is False
    assert required(review, None, "SELF_HANDLED") is True
