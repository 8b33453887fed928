"""Rows left out by number, and conditions of which one group holds."""

from __future__ import annotations

from itertools import product

import pytest
from support.open311_home import View

from hub.sharing.shelf import AnyOf, Condition, Order, Shelf, read_condition


@pytest.fixture
def shelf(view: View) -> Shelf:
    """Cases, some of which were never handled: nulls come last."""
    return view.service.hand.shelf(view.service.hand.all()[0], "issue")


@pytest.mark.parametrize(
    "order", [None, Order("handled_at"), Order("handled_at", down=True)]
)
@pytest.mark.parametrize("text", [None, "neq.CLOSED"])
def test_leaving_out_is_cutting_the_whole(
    shelf: Shelf, order: Order | None, text: str | None
) -> None:
    holds = (
        []
        if text is None
        else [read_condition("issue", shelf.schema, "stage_code", text, zone="UTC")]
    )
    whole = shelf.find(conditions=holds, order=order)

    assert len(whole) > 6
    for skip, limit in product(range(len(whole) + 3), (None, 0, 1, 4, 20)):
        end = None if limit is None else skip + limit
        found = shelf.find(conditions=holds, order=order, skip=skip, limit=limit)
        assert found == whole[skip:end], (skip, limit)


def test_what_is_left_out_comes_behind_the_last_row(shelf: Shelf) -> None:
    first = shelf.find(limit=2)

    assert shelf.find(after=first[-1], skip=3, limit=2) == shelf.find(skip=5, limit=2)


def test_of_groups_one_holds_and_of_a_group_all(shelf: Shelf) -> None:
    def where(column: str, text: str) -> Condition:
        return read_condition("issue", shelf.schema, column, text, zone="UTC")

    matter = (
        where("std_category_kind_code", "eq.MATTER"),
        where("stage_code", "eq.CLOSED"),
    )
    component = (where("std_category_kind_code", "eq.COMPONENT"),)
    numbers = [
        one.number for one in shelf.find(conditions=[AnyOf((matter, component))])
    ]

    kept = shelf.take(numbers, ["std_category_kind_code", "stage_code"])
    assert sorted(set(kept.rows())) == [
        ("COMPONENT", "DISCOVERED"), ("MATTER", "CLOSED"),
    ]  # fmt: skip
    both = sum(
        len(shelf.find(conditions=[AnyOf((group,))])) for group in (matter, component)
    )
    assert len(numbers) == both
    assert shelf.find(conditions=[AnyOf(())]) == []
