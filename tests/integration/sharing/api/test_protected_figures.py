"""Figures whose small cells are hidden come over the interface, and no other way."""

from __future__ import annotations

import pytest
from support.served import Served
from support.served_consumers import add_consumer

from hub.flow.release import find_release
from hub.sharing.file_handing import FileAsk, decide_file
from hub.sharing.handing import NotGranted
from hub.sharing.small_cells import NOTES
from hub.sharing.warehouse.answers import answers

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
