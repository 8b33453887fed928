"""Loading the catalogue of traps."""

from __future__ import annotations

from hub.schemas.traps import FAMILIES, TRAPS


def test_families_follow_one_another_in_the_order_of_numbers() -> None:
    order = list(dict.fromkeys(trap.family for trap in TRAPS.values()))

    assert order == list(FAMILIES)
    assert [trap.number for trap in TRAPS.values()] == sorted(
        trap.number for trap in TRAPS.values()
    )


def test_an_entry_is_done_unless_something_is_missing() -> None:
    assert TRAPS["T3"].status == "done"
    assert TRAPS["T57"].status == "partly"
    assert "Clerks" in TRAPS["T57"].missing
