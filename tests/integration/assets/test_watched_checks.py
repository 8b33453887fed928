"""Checks of what a feed usually does: they say what the alarms say, and of it alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from support.alarm_city import AlarmCity, at
from support.alarm_looks import DAY, NOON, declare, seen

from hub.assets.feed_checks import WATCHED, feed_verdicts

EVENING = at(DAY, "22:00")


@pytest.fixture
def city(tmp_path: Path) -> AlarmCity:
    """Two districts with five quiet weeks; the western one brings its file today."""
    made = AlarmCity.made_in(tmp_path, "east", "west", now=NOON)
    made.remember(DAY - timedelta(days=1), weeks=5)
    made.drop("west", DAY)
    return made


def failed(city: AlarmCity, district: str) -> dict[str, list[str]]:
    """Check → the alarms it names, for the checks that fail of a district's feed."""
    house = city.house
    partner = house.city.partners[district]
    told = feed_verdicts(house, partner, partner.feed("cases"), [])
    odd = [one for one in told if one.check in WATCHED and not one.passed]
    for one in odd:  # in both languages, and filled in
        assert len(one.reasons) == 2 * len(one.facts["seen"]) > 0  # type: ignore[arg-type]
        assert one.why is not None
        assert "{" not in one.why
    return {
        one.check: [str(seen["alarm"]) for seen in one.facts["seen"]]  # type: ignore[attr-defined]
        for one in odd
    }


def nothing(city: AlarmCity) -> None:
    """The eastern file never comes."""
    assert not list((city.folder / "east").iterdir())


def sound(city: AlarmCity) -> None:
    """A day like any other."""
    city.drop("east", DAY)


def thrice(city: AlarmCity) -> None:
    """Three times as many rows."""
    city.drop("east", DAY, city.lines("east", DAY) * 3)


def few(city: AlarmCity) -> None:
    """A tenth of the rows; on Tuesday the day is whole and can be judged."""
    city.drop("east", DAY, city.lines("east", DAY)[:5])


def unknown(city: AlarmCity) -> None:
    """A code that nobody has heard of keeps new cases out."""
    lines = [one.replace("待派遣", "没听过") for one in city.lines("east", DAY)]
    city.drop("east", DAY, lines)


@pytest.mark.parametrize(
    ("does", "expected"),
    [
        (sound, {}),
        (thrice, {"volume": ["A03"]}),
        (few, {"volume": ["A02"]}),
        (unknown, {"quarantine_share": ["A07"]}),
        (nothing, {"fresh": ["A01"]}),
    ],
)
def test_checks_and_alarms_agree_about_a_feed(
    city: AlarmCity,
    does: Callable[[AlarmCity], None],
    expected: dict[str, list[str]],
) -> None:
    does(city)
    city.pull(EVENING)
    city.now = at(DAY + timedelta(days=1), "09:00")

    assert failed(city, "east") == expected
    assert failed(city, "west") == {}
    opened = {code for code, one in seen(city.house).items() if one.partner == "east"}
    assert opened == {code for codes in expected.values() for code in codes}


def test_what_a_feed_settles_for_itself_settles_its_check(city: AlarmCity) -> None:
    declare(city, 'deadline = "22:30"', 'deadline = "22:30"\nalarm = { off = ["A03"] }')
    thrice(city)
    city.pull(EVENING)

    assert failed(city, "east") == {}
