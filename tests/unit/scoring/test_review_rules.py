"""The exceptions of a policy as the table that cases are judged by."""

from __future__ import annotations

from hub.scoring.review_rules import review_table
from hub.scoring.spec import Review

EXCEPTIONS = [
    {"kind": "MATTER", "code": "01", "required": False},
    {"kind": "MATTER", "code": "02", "required": True},
]


def test_each_category_is_a_row() -> None:
    table = review_table(Review.model_validate({"category": EXCEPTIONS}))

    assert table.rows(named=True) == [
        {
            "std_category_kind_code": "MATTER",
            "std_category_code": code,
            "is_review_required": required,
        }
        for code, required in (("01", False), ("02", True))
    ]


def test_no_exception_is_a_table_without_rows() -> None:
    assert len(review_table(Review())) == 0
