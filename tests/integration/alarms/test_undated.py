"""A15: cases without a deadline, by numbers that are worked out by hand.

Four weeks of a feed with 100 cases on working days, 10 of them without a deadline, and
50 on free days, 30 of them without one; Monday 14 September is judged.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.alarm_batches import YESTERDAY, told, with_cases
from support.alarm_city import AlarmCity, at
from support.alarm_looks import DAY, declare

from hub.storage.alarms import Alarm, Alarms

NIGHT = at(DAY, "22:35")  # the day's deadline has passed
FREE = (5, 6)


@pytest.fixture
def usual(city: AlarmCity) -> AlarmCity:
    """The four weeks, and Monday night."""
    for day in range(-27, 1):
        is_free = (YESTERDAY + timedelta(days=day)).weekday() in FREE
        with_cases(city, day, 50 if is_free else 100, lacking=30 if is_free else 10)
    city.now = NIGHT
    return city


def test_what_is_usual_on_free_days_is_no_alarm(usual: AlarmCity) -> None:
    assert told(usual, "A15") == {}  # Sunday: 30 of 50, as on any Sunday


@pytest.mark.parametrize(
    ("cases", "lacking", "is_told"),
    [
        (100, 30, False),  # 30 % is not above 10 + 20
        (100, 31, True),
        (60, 25, False),  # 42 %, but 25 - 6 = 19 cases too many
        (60, 26, True),
        (10, 10, False),
    ],
)
def test_a_jump_is_told_above_the_usual(
    usual: AlarmCity, cases: int, lacking: int, is_told: bool
) -> None:
    with_cases(usual, 1, cases, lacking=lacking)

    found = told(usual, "A15")

    assert bool(found) is is_told
    if is_told:
        assert (found["lacking"], found["count"]) == (lacking, cases)
        assert (found["day"], found["usual"]) == ("2026-09-14", "10%")


def test_a_day_is_judged_when_it_is_over(usual: AlarmCity) -> None:
    with_cases(usual, 1, 100, lacking=90)
    usual.now = at(DAY, "22:25")

    assert told(usual, "A15") == {}


def test_nothing_is_told_on_three_days(city: AlarmCity) -> None:
    for day in (-4, -3, -2):
        with_cases(city, day, 100, lacking=10)
    with_cases(city, 1, 100, lacking=90)
    city.now = NIGHT

    assert told(city, "A15") == {}
    with_cases(city, -5, 100, lacking=10)
    assert told(city, "A15")["share"] == "90%"


def test_a_feed_without_deadlines_has_no_share(city: AlarmCity) -> None:
    for day in range(-20, 2):
        with_cases(city, day, 100, lacking=None)
    city.now = NIGHT

    assert told(city, "A15") == {}


def opened_once(city: AlarmCity) -> list[Alarm]:
    """Every A15 that there ever was."""
    newest = Alarms(city.house.control.engine).newest(100)
    return [one for one in newest if one.rule == "A15"]


def test_it_stays_until_days_are_as_they_were(usual: AlarmCity) -> None:
    for day in range(1, 27):
        with_cases(usual, day, 100, lacking=60)
        usual.now = NIGHT + timedelta(days=day - 1)
        found = told(usual, "A15")
        assert (found["share"], found["usual"]) == ("60%", "10%")

    assert [one.rule for one in opened_once(usual)] == ["A15"]
    with_cases(usual, 29, 100, lacking=12)
    usual.now = NIGHT + timedelta(days=28)

    assert told(usual, "A15") == {}


def test_a_change_for_good_and_an_alarm_that_is_off(usual: AlarmCity) -> None:
    line = 'deadline = "22:30"'
    for day in range(1, 6):
        with_cases(usual, day, 100, lacking=60)
        usual.now = NIGHT + timedelta(days=day - 1)
        assert told(usual, "A15") != {}

    declare(usual, line, f"{line}\nalarm = {{ counts_from = 2026-09-14 }}")
    assert told(usual, "A15") == {}
    declare(usual, "counts_from = 2026-09-14", "deadline_rise = 0.6")
    assert told(usual, "A15") == {}
    declare(usual, "deadline_rise = 0.6", "deadline_rise = 0.1")
    assert told(usual, "A15") != {}
    declare(usual, "deadline_rise = 0.1", 'off = ["A15"]')
    assert told(usual, "A15") == {}
