"""Suspensions stop the clock, extensions set it anew; limits worked out by hand.

Every case is dispatched on Thursday 26 November 2026 at 17:00.
"""

from __future__ import annotations

from typing import Any

import pytest
from support.worktime_limits import HOURS_3, HOURS_24, TIMES, computed


@pytest.mark.parametrize(
    ("rule", "pause", "end"),
    [
        # The clock stops for 23 hours of the day, or for 8 of its shifts.
        (HOURS_24, ("2026-11-26 18:00", "2026-11-27 17:00"), "2026-11-28 16:00"),
        (HOURS_3, ("2026-11-26 17:30", "2026-11-27 17:30"), "2026-11-30 10:00"),
        # In the night nothing is gained; nor by a pause that ends before the start.
        (HOURS_3, ("2026-11-26 20:00", "2026-11-27 07:00"), "2026-11-27 10:00"),
        (HOURS_3, ("2026-11-26 09:00", "2026-11-26 16:00"), "2026-11-27 10:00"),
        # Of one that began before the start only the rest counts.
        (HOURS_3, ("2026-11-26 09:00", "2026-11-26 17:30"), "2026-11-27 10:30"),
        # What is late already stays late.
        (HOURS_3, ("2026-11-27 10:00", "2026-11-27 16:00"), "2026-11-27 10:00"),
    ],
)
def test_a_suspension_stops_the_clock(
    rule: dict[str, Any], pause: tuple[str, str], end: str
) -> None:
    begun, lifted = pause

    assert computed({}, rule, ("SUSPEND", begun), ("RESUME", lifted)) == (end, None)


def test_a_second_suspension_counts_if_the_moved_limit_has_not_passed() -> None:
    first = [("SUSPEND", "2026-11-27 08:00"), ("RESUME", "2026-11-27 12:00")]
    # The limit is 16:00 now, no longer 10:00.
    second = [("SUSPEND", "2026-11-27 15:00"), ("RESUME", "2026-11-27 18:00")]
    late = [("SUSPEND", "2026-11-27 16:00"), ("RESUME", "2026-11-27 18:00")]

    assert computed({}, HOURS_3, *first)[0] == "2026-11-27 16:00"
    assert computed({}, HOURS_3, *first, *second)[0] == "2026-11-30 09:00"
    assert computed({}, HOURS_3, *first, *late)[0] == "2026-11-27 16:00"
    assert computed({}, HOURS_3, *second)[0] == "2026-11-27 10:00"


def test_who_is_suspended_has_no_limit_until_it_is_lifted() -> None:
    case = {"is_suspended": True, "has_been_suspended": True}

    assert computed(case, HOURS_3, ("SUSPEND", "2026-11-26 17:30")) == (
        None,
        "SUSPENDED",
    )
    # Being suspended after the limit has passed changes nothing.
    assert computed(case, HOURS_3, ("SUSPEND", "2026-11-27 11:00")) == (
        "2026-11-27 10:00",
        None,
    )


@pytest.mark.parametrize(
    ("case", "trail", "reason"),
    [
        ({"is_suspended": True}, [], "SUSPENSION_UNKNOWN"),
        ({"has_been_suspended": True}, [], "SUSPENSION_UNKNOWN"),
        ({}, [("RESUME", "2026-11-27 08:00")], "SUSPENSION_UNKNOWN"),
        (
            {"is_suspended": True},
            [("SUSPEND", "2026-11-26 18:00"), ("RESUME", "2026-11-27 08:00")],
            "SUSPENSION_UNKNOWN",
        ),
        ({"extension_count": 1}, [], "EXTENSION_UNKNOWN"),
        ({}, [("EXTEND", "2026-11-27 08:00")], "EXTENSION_UNKNOWN"),
    ],
)
def test_half_a_trail_is_no_ground_for_a_limit(
    case: dict[str, Any], trail: list[tuple[str, str]], reason: str
) -> None:
    assert computed(case, HOURS_3, *trail) == (None, reason)
    # It says nothing against the limits of other steps.
    accept = HOURS_3 | {"step_code": "ACCEPT"}
    assert computed(TIMES | case, accept, *trail, step="ACCEPT")[1] is None


def test_nulls_and_zeros_are_no_interruption() -> None:
    case = {"is_suspended": False, "has_been_suspended": None, "extension_count": 0}

    assert computed(case, HOURS_3)[1] is None


EXTENDED = ("EXTEND", "2026-11-27 09:00", "2026-11-30 09:00")


def test_an_extension_sets_the_limit_anew() -> None:
    earlier = ("EXTEND", "2026-11-27 08:30", "2026-11-28 18:00")

    assert computed({}, HOURS_3, EXTENDED) == ("2026-11-30 09:00", None)
    assert computed({}, HOURS_3, EXTENDED, earlier)[0] == "2026-11-30 09:00"
    assert computed({}, HOURS_3, earlier)[0] == "2026-11-28 18:00"  # a Saturday
    accept = HOURS_3 | {"step_code": "ACCEPT"}
    assert computed(TIMES, accept, EXTENDED, step="ACCEPT")[0] == "2026-11-23 11:00"


def test_an_extension_before_the_start_extends_nothing() -> None:
    early = ("EXTEND", "2026-11-26 16:59", "2026-11-30 09:00")

    assert computed({}, HOURS_3, early)[0] == "2026-11-27 10:00"


def test_a_suspension_moves_the_extended_limit_only_if_it_comes_later() -> None:
    before = [("SUSPEND", "2026-11-26 17:30"), ("RESUME", "2026-11-27 08:30")]
    after = [("SUSPEND", "2026-11-27 14:00"), ("RESUME", "2026-11-27 16:00")]

    assert computed({}, HOURS_3, *before, EXTENDED)[0] == "2026-11-30 09:00"
    assert computed({}, HOURS_3, EXTENDED, *after)[0] == "2026-11-30 11:00"
