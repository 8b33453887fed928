"""Numbers, yes/no words and lists: values, and findings where there is none."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from hub.pipeline.cells import Cells, read_booleans, read_lists, read_numbers


def rules(cells: Cells) -> set[str]:
    return {rule for rule, mask in cells.faults if mask.any()}


@pytest.mark.parametrize(
    ("text", "kind", "unit", "value"),
    [
        ("12", "int", None, 12),
        ("12.0", "int", None, 12),
        ("2", "int", "hours", 120),
        ("1.5", "dec", "km", Decimal("1500.000")),
        ("98.4%", "share", "percent", Decimal("0.984000")),
        ("114.30", "float", None, 114.3),
    ],
)
def test_numbers_are_read_exactly(
    text: str, kind: str, unit: str | None, value: object
) -> None:
    cells = read_numbers(pl.Series([text]), kind, unit)

    assert cells.values.item() == value
    assert not rules(cells)


@pytest.mark.parametrize("text", ["1.9", "1e3", "1,000", "NaN", "twelve"])
def test_what_is_no_whole_number_is_a_finding(text: str) -> None:
    cells = read_numbers(pl.Series([text]), "int", None)

    assert cells.values.item() is None
    assert rules(cells) == {"P04"}


def test_more_places_than_are_kept_are_rounded_half_up_and_told() -> None:
    cells = read_numbers(pl.Series(["0.0005", "0.0004"]), "dec", None)

    assert cells.values.to_list() == [Decimal("0.001"), Decimal("0.000")]
    assert rules(cells) == {"P25"}


def test_yes_and_no_come_in_a_closed_list_of_words() -> None:
    cells = read_booleans(pl.Series(["1", "否", "TRUE", "maybe", None]))

    assert cells.values.to_list() == [True, False, True, None, None]
    assert [mask.to_list() for _, mask in cells.faults] == [
        [False, False, False, True, False]
    ]


def test_lists_are_split_where_people_split_them() -> None:
    cells = read_lists(pl.Series(["a、b，c", "a b", None]), None)

    assert cells.values.to_list() == [["a", "b", "c"], ["a", "b"], None]
