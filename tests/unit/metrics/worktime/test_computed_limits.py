"""Limits of steps by kind and start, worked out by hand.

Every case is dispatched on Thursday 26 November 2026 at 17:00.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from support.worktime_frames import issues, limits, local, told
from support.worktime_limits import (
    HOURS_3,
    HOURS_24,
    NO_AREAS,
    TIMES,
    WORK,
    computed,
    limit_of,
)

from hub.metrics.worktime.computed_limits import computed_limits
from hub.metrics.worktime.differences import deadline_differs, difference_minutes
from hub.partners.city_spec import Limits


@pytest.mark.parametrize(
    ("rule", "end"),
    [
        (HOURS_3, "2026-11-27 10:00"),
        (limit_of("WORK_DAY", 1, 480), "2026-11-27 17:00"),
        (limit_of("WORK_DAY", 2, 960), "2026-11-30 17:00"),
        (limit_of("URGENT_HOUR", 2, 120), "2026-11-26 19:00"),
        (limit_of("NATURAL_DAY", 2, 2880), "2026-11-28 17:00"),
        (limit_of("NATURAL_DAY", 40, 57600), "2027-01-05 17:00"),
    ],
)
def test_four_kinds_of_limits(rule: dict[str, Any], end: str) -> None:
    assert computed({}, rule) == (end, None)


def test_two_urgent_hours_run_through_the_night_of_a_weekend() -> None:
    case = {"dispatched_at": local("2026-11-28 23:30")}

    assert computed(case, limit_of("URGENT_HOUR", 2, 120)) == ("2026-11-29 01:30", None)


def test_working_days_may_end_with_the_day() -> None:
    settings = Limits(work_day="DAY_END")

    assert computed({}, limit_of("WORK_DAY", 2, 960), settings=settings) == (
        "2026-11-30 18:00",
        None,
    )
    assert computed({}, HOURS_3, settings=settings)[0] == "2026-11-27 10:00"


@pytest.mark.parametrize(
    ("step", "end"),
    [
        ("ACCEPT", "2026-11-23 11:00"),
        ("REGISTER", "2026-11-23 12:00"),
        ("DISPATCH", "2026-11-23 15:00"),
        ("CLOSE", "2026-11-24 11:00"),
        ("VERIFY", None),
        ("CHECK", None),
    ],
)
def test_every_step_has_a_start_of_its_own(step: str, end: str | None) -> None:
    rule = HOURS_3 | {"step_code": step}

    assert computed(TIMES, rule, step=step) == (end, None if end else "NO_START")


def test_a_case_that_was_never_accepted_is_registered_from_its_report() -> None:
    rule = HOURS_3 | {"step_code": "REGISTER"}
    case = TIMES | {"accepted_at": None}

    assert computed(case, rule, step="REGISTER")[0] == "2026-11-23 11:00"


def test_a_city_may_start_a_clock_elsewhere() -> None:
    settings = Limits(starts={"HANDLING": ("received_at", "dispatched_at")})
    case = {"received_at": local("2026-11-27 08:00")}

    assert computed(case, HOURS_3, settings=settings)[0] == "2026-11-27 11:00"
    assert computed({}, HOURS_3, settings=settings)[0] == "2026-11-27 10:00"


def test_a_limit_beyond_the_calendar_is_not_guessed() -> None:
    case = {"dispatched_at": local("2027-12-31 17:00")}

    assert computed(case, HOURS_3) == (None, "BEYOND_CALENDAR")
    assert computed(case, HOURS_24) == ("2028-01-01 17:00", None)
    away = [("SUSPEND", "2027-12-31 17:30"), ("RESUME", "2028-01-04 09:00")]
    assert computed(case, HOURS_3 | {"limit_minutes": 60}, *away)[1] == (
        "BEYOND_CALENDAR"
    )


def test_a_limit_that_rests_on_days_without_a_notice_says_so() -> None:
    late = {"dispatched_at": local("2026-12-31 17:00")}
    rules = limits(HOURS_3, HOURS_24 | {"category_code": "0111"})
    cases = issues({}, late, late | {"category_code": "0111"})

    found = computed_limits(cases, rules, NO_AREAS, WORK, settings=Limits())

    assert found["is_final"].to_list() == [True, False, True]
    assert told(found["computed_limit_at"][1]) == "2027-01-04 10:00"


def test_the_zone_class_is_that_of_the_area_on_the_day_of_the_report() -> None:
    areas = pl.DataFrame(
        {
            "area_id": ["a", "a", "b"],
            "zone_class_name": ["一类", "二类", None],
            "valid_from_on": [date(2021, 1, 1), date(2026, 11, 27), date(2021, 1, 1)],
            "valid_to_on": [date(2026, 11, 27), None, None],
        }
    )
    rules = limits({"zone_class_name": "一类"}, {"zone_class_name": "二类"}, {})
    cases = issues(
        {"area_id": "a"},
        {"area_id": "a", "reported_at": local("2026-11-27 00:00")},
        {"area_id": "b"},
        {},
    )

    found = computed_limits(cases, rules, areas, WORK, settings=Limits())

    assert found["time_limit_id"].to_list() == ["L1", "L2", "L3", "L3"]


def test_several_steps_of_several_cases_come_in_order() -> None:
    rules = limits(HOURS_3, HOURS_3 | {"step_code": "ACCEPT"})

    found = computed_limits(
        issues({}, {}), rules, NO_AREAS, WORK,
        settings=Limits(), steps=["ACCEPT", "HANDLING"],
    )  # fmt: skip

    keys = found.select("issue_id", "step_code", "time_limit_id").rows()
    assert keys == [
        ("I1", "ACCEPT", "L2"), ("I2", "ACCEPT", "L2"),
        ("I1", "HANDLING", "L1"), ("I2", "HANDLING", "L1"),
    ]  # fmt: skip


def test_the_difference_is_own_minus_delivered() -> None:
    at = local("2026-11-27 10:00")
    cases = issues(
        {"computed_deadline_at": at, "source_deadline_at": local("2026-11-27 10:01")},
        {"computed_deadline_at": at, "source_deadline_at": local("2026-11-27 07:30")},
        {"computed_deadline_at": at},
        {"source_deadline_at": at},
    )

    found = cases.select(
        minutes=difference_minutes(), differs=deadline_differs(Limits())
    )

    assert found["minutes"].to_list() == [-1, 150, None, None]
    assert found["differs"].to_list() == [False, True, False, False]
