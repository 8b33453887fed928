"""Core, figures and release are made at the city's hour and after what comes late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from support.automated_city import Watched, districts

ALL = {"core", "metric", "release"}


def at(day: int, clock: str) -> datetime:
    told = datetime.fromisoformat(f"2026-10-{day:02}T{clock}")
    return told.replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """Four districts, looked at for the first time the evening before."""
    city = districts(tmp_path / "city", "d1", "d2", "d3", "d4")
    with dg.DagsterInstance.ephemeral() as instance:
        found = Watched(city, instance)
        assert found.asked(at(1, "22:00")) == set()
        yield found


@pytest.fixture
def morning(watched: Watched) -> Watched:
    """The city's hour has passed with three of four, and everything was made."""
    for name in ("d1", "d2", "d3"):
        watched.arrives(name)
    assert watched.asked(at(2, "05:59")) == set()
    assert watched.asked(at(2, "06:00:20")) == ALL
    watched.made()
    return watched


def test_before_the_hour_nothing_is_made_whoever_has_delivered(
    watched: Watched,
) -> None:
    for name in ("d1", "d2", "d3", "d4"):
        watched.arrives(name)

    assert watched.asked(at(2, "05:00")) == set()


def test_at_the_hour_everything_is_made_once_with_three_of_four(
    morning: Watched,
) -> None:
    idle = [morning.asked(at(2, clock)) for clock in ("06:00:50", "06:31", "07:01")]

    assert idle == [set(), set(), set()]


def test_the_fourth_district_is_taken_in_when_it_comes(morning: Watched) -> None:
    assert morning.asked(at(2, "09:01")) == set()
    morning.arrives("d4")

    due = morning.asked(at(2, "09:02"))
    morning.made()
    after = [morning.asked(at(2, clock)) for clock in ("09:03", "09:31", "10:01")]

    assert due == ALL
    assert after == [set(), set(), set()]


def test_a_correction_of_a_district_that_was_there_is_taken_in(
    morning: Watched,
) -> None:
    morning.arrives("d2")

    asked = [morning.asked(at(2, clock)) for clock in ("14:00:20", "14:01", "14:30:20")]

    assert asked == [ALL, set(), set()]


def test_several_late_ones_make_one_run(morning: Watched) -> None:
    morning.arrives("d4")
    morning.arrives("d1")
    assert morning.asked(at(2, "06:10")) == set()
    morning.arrives("d2")

    asked = [morning.asked(at(2, clock)) for clock in ("06:30:20", "07:00:20")]

    assert asked == [ALL, set()]


def test_what_comes_while_core_is_made_is_not_taken_for_made(
    morning: Watched,
) -> None:
    morning.arrives("d4")
    assert morning.asked(at(2, "08:00:20")) == ALL
    morning.arrives("d1")  # core has read already
    assert morning.asked(at(2, "08:01")) == set()
    morning.made()
    assert morning.asked(at(2, "08:02")) == set()

    assert morning.asked(at(2, "08:30:20")) == ALL


def test_the_next_morning_comes_without_anything_new(morning: Watched) -> None:
    asked = [morning.asked(at(3, clock)) for clock in ("05:59", "06:00:20", "06:01")]

    assert asked == [set(), ALL, set()]


def test_the_city_says_its_own_hours(tmp_path: Path) -> None:
    city = districts(
        tmp_path / "city",
        "d1",
        automation='publish = "15 7 * * *"\nagain = "45 * * * *"',
    )
    with dg.DagsterInstance.ephemeral() as instance:
        watched = Watched(city, instance)
        clocks = ("05:00", "06:01", "07:15:20")
        asked = [watched.asked(at(2, clock)) for clock in clocks]
        watched.made()
        watched.arrives("d1")
        asked += [watched.asked(at(2, clock)) for clock in ("07:31", "07:45:20")]

    assert asked == [set(), set(), ALL, set(), ALL]
