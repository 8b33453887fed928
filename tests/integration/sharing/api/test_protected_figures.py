"""Figures with small cells hidden, as the interface shows them."""

from __future__ import annotations

from operator import itemgetter

from support.served import Served
from support.served_consumers import add_consumer
from support.served_rows import EAST

from hub.sharing.small_cells import NOTES
from hub.storage.grants import RowRule

CODE = "duty_action_rate"
COUNTS = ("numerator", "denominator", "value_share")


def test_small_cells_are_hidden_with_the_reason(own: Served) -> None:
    own.keys["counted"] = add_consumer(
        own.house, "counted", [{"dataset": "figure", "column_class": "CONDITIONAL"}]
    )

    told = own.get(f"/metrics/{CODE}", "counted").json()

    hidden = [one for one in told["figures"] if any(one[note] for note in NOTES)]
    assert set(NOTES) < set(told["columns"])
    assert hidden
    assert {one[note] for one in hidden for note in NOTES} <= {None, "<5", "*"}
    for one in hidden:
        for count, note in zip(COUNTS, NOTES, strict=True):
            assert one[note] is None or one[count] is None


def figures_of(own: Served, month: str) -> list[dict[str, object]]:
    asked = f"/metrics/{CODE}?period={month}"
    found: list[dict[str, object]] = own.get(asked, "nobody").json()["figures"]
    return found


def test_one_month_is_the_same_asked_alone_and_among_all(own: Served) -> None:
    every = own.get(f"/metrics/{CODE}", "nobody").json()["figures"]
    months = sorted({one["period"] for one in every})

    alone = [
        one
        for month in months
        for one in own.get(f"/metrics/{CODE}?period={month}", "nobody").json()[
            "figures"
        ]
    ]

    key = itemgetter("period", "level", "unit_code", "by", "by_code", "basis")
    assert months
    assert sorted(alone, key=lambda one: str(key(one))) == sorted(
        every, key=lambda one: str(key(one))
    )


def test_the_citys_figure_is_told_beside_a_unit_s_own(own: Served) -> None:
    rules = [RowRule("all"), RowRule("districts", (EAST,))]
    grants = [
        {"dataset": "figure", "column_class": "CONDITIONAL", "row_rule": rule}
        for rule in rules
    ]
    own.keys["both"] = add_consumer(own.house, "both", grants)

    told = own.get(f"/metrics/{CODE}?level=city", "both").json()["figures"]
    plain = own.get(f"/metrics/{CODE}?level=city", "nobody").json()["figures"]

    assert told == plain != []


def test_the_own_are_shown_whole_beside_those_of_others(own: Served) -> None:
    rule = RowRule("districts", (EAST,))
    grant = {"dataset": "figure", "column_class": "CONDITIONAL", "row_rule": rule}
    own.keys["eastern"] = add_consumer(own.house, "eastern", [grant])
    asked = f"/metrics/{CODE}?level=district"

    hidden = own.get(asked, "nobody").json()["figures"]
    told = own.get(asked, "eastern").json()["figures"]
    whole = own.get(asked, "whole").json()["figures"]

    named = {(one["period"], one["unit_code"]): one for one in whole}
    assert {one["unit_code"] for one in told} == {one["unit_code"] for one in hidden}
    assert len(told) == len(hidden)
    small = 0
    for one in told:
        is_own = one["unit_code"] == EAST
        notes = {one[note] for note in NOTES}
        for count in COUNTS:
            true = named[one["period"], one["unit_code"]][count]
            assert one[count] == true or not is_own
        assert notes == {None} or not is_own
        small += not is_own and notes != {None}
    assert small
    assert [one for one in told if one["unit_code"] == EAST] != [
        one for one in hidden if one["unit_code"] == EAST
    ]


def test_a_basis_in_law_shows_all_of_them(own: Served) -> None:
    told = own.get(f"/metrics/{CODE}", "whole").json()

    plain = own.get(f"/metrics/{CODE}?level=city", "nobody").json()
    assert set(NOTES) <= set(plain["columns"])
    assert all(one[note] is None for one in told["figures"] for note in NOTES)
    assert any(0 < (one["numerator"] or 0) < 5 for one in told["figures"])
