"""Loading the catalogue of traps."""

from __future__ import annotations

from dataclasses import replace

from hub.schemas.traps import FAMILIES, TRAPS


def test_families_follow_one_another_in_the_order_of_numbers() -> None:
    order = list(dict.fromkeys(trap.family for trap in TRAPS.values()))

    assert order == list(FAMILIES)
    assert [trap.number for trap in TRAPS.values()] == sorted(
        trap.number for trap in TRAPS.values()
    )


def test_an_entry_is_done_unless_something_is_missing() -> None:
    done = TRAPS["T3"]

    assert done.status == "done"
    assert replace(done, missing="Nobody is told.").status == "partly"


def test_every_trap_is_answered_whole() -> None:
    assert [one.code for one in TRAPS.values() if one.status != "done"] == []
