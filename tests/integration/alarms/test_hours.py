"""A16: hours of report, by profiles that are written down by hand.

A working day has 60 cases from 8 to 18 h. The city's clock is eight hours ahead of UTC.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from support.alarm_batches import told, with_cases
from support.alarm_city import AlarmCity, at
from support.alarm_looks import DAY, NOON, declare

USUAL = dict(zip(range(8, 18), (4, 7, 8, 7, 3, 5, 8, 8, 6, 4), strict=True))
EARLY = {hour - 8: rows for hour, rows in USUAL.items()}  # UTC taken for local time
LATE = {(hour + 8) % 24: rows for hour, rows in USUAL.items()}  # and the reverse
SPIKE = {8: 60}
LINE = 'deadline = "22:30"'


def week(city: AlarmCity, *profiles: dict[int, int], first: int, **given: str) -> None:
    """One delivery a day from some day on; at noon of the day after the last."""
    for day, hours in enumerate(profiles, start=first):
        with_cases(city, day, sum(hours.values()), hours=hours, **given)
    city.now = NOON + timedelta(days=first + len(profiles) - 1)


@pytest.mark.parametrize(("moved", "hours"), [(EARLY, "-8"), (LATE, "+8")])
def test_a_shift_is_told_after_two_days_and_clears(
    city: AlarmCity, moved: dict[int, int], hours: str
) -> None:
    week(city, *[USUAL] * 4, first=1)
    assert told(city, "A16") == {}
    week(city, moved, first=5)
    assert told(city, "A16") == {}
    week(city, moved, first=6)

    found = told(city, "A16")
    assert (found["hours"], found["count"]) == (hours, 120)
    # Early, 0 to 8 h meet 8 to 18 h nowhere but at 8 and 9 h.
    assert (found["first"], found["day"]) == ("2026-09-18", "2026-09-19")
    assert str(found["basis"]).startswith("own past")

    week(city, *[moved] * 8, first=7)
    assert told(city, "A16")["hours"] == hours
    week(city, USUAL, USUAL, first=15)
    assert told(city, "A16") == {}


def test_how_many_lie_elsewhere_is_counted(city: AlarmCity) -> None:
    week(city, *[USUAL] * 4, EARLY, EARLY, first=1)

    # Early has 6 and 4 cases at 8 and 9 h, usual 4 and 7: of 60 cases 8 lie as usual.
    assert told(city, "A16")["share"] == f"{52 / 60:.0%}"


def test_three_days_are_no_past(city: AlarmCity) -> None:
    week(city, *[USUAL] * 3, EARLY, EARLY, first=1)

    assert told(city, "A16") == {}


def test_fewer_than_fifty_rows_of_a_week_say_nothing(city: AlarmCity) -> None:
    scarce = dict.fromkeys(EARLY, 1)
    week(city, *[USUAL] * 4, *[{}] * 7, *[scarce] * 4, first=1)
    assert told(city, "A16") == {}
    week(city, scarce, first=16)

    assert told(city, "A16")["count"] == 50


def test_other_hours_without_a_shift_are_no_alarm(city: AlarmCity) -> None:
    night = {20: 10, 21: 10, 22: 10, 23: 10}
    week(city, *[USUAL] * 4, night, night, first=1)
    assert told(city, "A16") == {}  # four hours are no turn of ten
    week(city, *[SPIKE] * 4, {16: 60}, {16: 60}, first=7)
    assert told(city, "A16") == {}  # rows of one hour say nothing of a clock


@pytest.mark.parametrize(
    ("declared", "is_told"),
    [
        ("shift_hours = 8", True),
        ("shift_hours = 9", False),
        ("counts_from = 2026-09-20", False),
        ('off = ["A16"]', False),
    ],
)
def test_what_a_feed_settles_for_itself(
    city: AlarmCity, declared: str, is_told: bool
) -> None:
    week(city, *[USUAL] * 6, EARLY, EARLY, first=1)
    assert told(city, "A16") != {}
    week(city, *[EARLY] * 4, first=9)

    declare(city, LINE, f"{LINE}\nalarm = {{ {declared} }}")

    assert bool(told(city, "A16")) is is_told


@pytest.fixture
def three(tmp_path: Path) -> AlarmCity:
    """Three districts; nothing came of any."""
    return AlarmCity.made_in(tmp_path, "east", "south", "west", now=NOON)


def test_a_new_feed_is_held_against_the_others(three: AlarmCity) -> None:
    week(three, EARLY, EARLY, first=1)
    week(three, USUAL, USUAL, first=1, partner="south")
    assert told(three, "A16") == {}  # one other feed is no measure
    week(three, USUAL, USUAL, first=1, partner="west")

    found = told(three, "A16")
    assert (found["hours"], str(found["basis"])[:11]) == ("-8", "other feeds")

    for partner in three.districts:  # a week later it is still no usual of its own
        profile = EARLY if partner == "east" else USUAL
        week(three, *[profile] * 6, first=3, partner=partner)
    assert str(told(three, "A16")["basis"])[:11] == "other feeds"
    week(three, USUAL, USUAL, first=9)
    assert told(three, "A16") == {}


def test_a_new_feed_with_hours_of_its_own_is_none(three: AlarmCity) -> None:
    evening = {(hour + 6) % 24: rows for hour, rows in USUAL.items()}
    week(three, evening, evening, first=1)
    for partner in ("south", "west"):
        week(three, USUAL, USUAL, first=1, partner=partner)

    assert told(three, "A16") == {}  # six hours are no zone here
    assert three.now == at(DAY, "12:00") + timedelta(days=2)
