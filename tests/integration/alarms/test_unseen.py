"""A17: open cases that no file has shown for days, counted by hand.

A day's file has its new cases and, handled but not closed, every second one of the day
before: of Monday's 40 cases 20 are never shown after Monday, and of Sunday's 18 the 9
that Monday's file has. Tuesday has 44 cases, Wednesday 42, Thursday 45, Friday 41.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.alarm_batches import told
from support.alarm_city import AlarmCity, at
from support.alarm_looks import DAY, declare

from hub.storage.alarms import Alarms

LINE = 'deadline = "22:30"'


def evening(city: AlarmCity, day: int, *again: int) -> None:
    """The file of so many days after Monday, with what other days' files had."""
    on = DAY + timedelta(days=day)
    shown = [city.lines("east", DAY + timedelta(days=n)) for n in (day, *again)]
    city.drop("east", on, [line for lines in shown for line in lines])
    city.pull(at(on, "22:00"))


@pytest.fixture
def watched(city: AlarmCity) -> AlarmCity:
    """The district's cases may be out of sight for three days; Monday's file came."""
    declare(city, LINE, f'{LINE}\nalarm = {{ unseen_after = "3d" }}')
    evening(city, 0)
    return city


def test_cases_are_told_when_the_days_are_over(watched: AlarmCity) -> None:
    for day in (1, 2, 3):
        evening(watched, day)
        assert told(watched, "A17") == {}  # Monday 22:00 is three days ago, not more

    evening(watched, 4)
    # Monday to Friday: 40 + 44 + 42 + 45 + 41 new ones, and Sunday's 9.
    assert told(watched, "A17") == {"unseen": 29, "open": 221, "days": "3"}


def test_it_clears_with_the_delivery_that_shows_them_again(watched: AlarmCity) -> None:
    for day in (1, 2, 3, 4):
        evening(watched, day)
    assert told(watched, "A17")["unseen"] == 29

    # Monday's file again: of Tuesday's 44, every second one was shown on Wednesday.
    evening(watched, 5, 0)
    assert told(watched, "A17")["unseen"] == 22
    evening(watched, 6, 1, 2)
    assert told(watched, "A17") == {}


def test_silence_of_the_feed_is_no_loss_of_sight(watched: AlarmCity) -> None:
    watched.now = at(DAY + timedelta(days=30), "12:00")

    assert told(watched, "A17") == {}


def test_a_feed_that_asks_for_changes_is_not_watched(city: AlarmCity) -> None:
    for day in range(5):
        evening(city, day)

    assert told(city, "A17") == {}
    assert Alarms(city.house.control.engine).fact("unseen/east/cases") is None


def test_the_lake_is_read_once_a_day(watched: AlarmCity) -> None:
    def counted() -> object:
        assert told(watched, "A17") == {}
        fact = Alarms(watched.house.control.engine).fact("unseen/east/cases")
        assert fact is not None
        return fact[1]

    first = counted()
    watched.now += timedelta(hours=1)
    assert counted() == first  # nothing came
    evening(watched, 1)
    assert counted() == at(DAY + timedelta(days=1), "22:00")
    evening(watched, 1, 0)
    watched.now += timedelta(hours=1)
    assert counted() == at(DAY + timedelta(days=1), "22:00")


def test_few_cases_and_an_alarm_that_is_off(watched: AlarmCity) -> None:
    for day in (1, 2, 3, 4):
        evening(watched, day)
    assert told(watched, "A17") != {}
    city_file = watched.folder / "city" / "city.toml"
    text = city_file.read_text()

    city_file.write_text(text.replace("[alarm]", "[alarm]\nunseen_cases = 30", 1))
    assert told(watched, "A17") == {}
    city_file.write_text(text.replace("[alarm]", "[alarm]\nunseen_cases = 29", 1))
    assert told(watched, "A17") != {}
    declare(watched, 'unseen_after = "3d"', 'unseen_after = "3d", off = ["A17"]')
    assert told(watched, "A17") == {}
