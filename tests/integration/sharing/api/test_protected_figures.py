"""Figures whose small cells are hidden come over the interface, and no other way."""

from __future__ import annotations

import pytest
from support.served import Served
from support.served_consumers import add_consumer
from support.served_rows import EAST

from hub.flow.release import find_release
from hub.sharing.file_handing import FileAsk, decide_file
from hub.sharing.handing import NotGranted
from hub.sharing.small_cells import NOTES
from hub.sharing.warehouse.answers import answers
from hub.storage.grants import RowRule

CODE = "duty_action_rate"
COUNTS = ("numerator", "denominator", "value_share")


def test_what_is_refused_as_a_file_and_a_view_is_had_here(own: Served) -> None:
    own.keys["counted"] = add_consumer(
        own.house, "counted", [{"dataset": "figure", "column_class": "CONDITIONAL"}]
    )
    release = find_release(own.house, None)

    told = own.get(f"/metrics/{CODE}", "counted").json()
    ask = FileAsk(consumer="counted", dataset="figure", purpose=None, columns=None)
    with pytest.raises(NotGranted, match="GET /api/v1/metrics/CODE"):
        decide_file(own.house, ask, release)
    made, left_out = answers(own.house, release)

    hidden = [one for one in told["figures"] if any(one[note] for note in NOTES)]
    assert set(NOTES) < set(told["columns"])
    assert hidden
    assert {one[note] for one in hidden for note in NOTES} <= {None, "<5", "*"}
    for one in hidden:
        for count, note in zip(COUNTS, NOTES, strict=True):
            assert one[note] is None or one[count] is None
    assert ("counted", "figure") in {(one.consumer, one.dataset) for one in left_out}
    assert ("counted", "figure") not in {(one.consumer, one.dataset) for one in made}


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
