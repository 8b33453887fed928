"""Comparisons by day: the newest stands, and a day is short since the first time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hub.storage.control import ControlDatabase
from hub.storage.day_counts import DayCount, DayCounts

MONDAY = date(2026, 9, 14)
FIRST = datetime(2026, 9, 15, 5, tzinfo=UTC)
SECOND, THIRD = FIRST + timedelta(days=1), FIRST + timedelta(days=2)


@pytest.fixture
def store(control: ControlDatabase) -> DayCounts:
    return DayCounts(control.engine)


def day(counted: int, held: int, kept_out: int = 0, *, on: date = MONDAY) -> DayCount:
    return DayCount(day=on, counted=counted, held=held, kept_out=kept_out)


@pytest.mark.parametrize(
    ("counted", "held", "kept_out", "missing"),
    [(10, 10, 0, 0), (10, 7, 2, 1), (10, 7, 3, 0), (10, 12, 0, 0)],
)
def test_what_never_came_is_missing(
    counted: int, held: int, kept_out: int, missing: int
) -> None:
    assert day(counted, held, kept_out).missing == missing


def test_a_day_is_short_since_it_was_first_found_so(store: DayCounts) -> None:
    store.keep("p", "a", [day(10, 8)], at=FIRST)
    store.keep("p", "a", [day(11, 8)], at=SECOND)

    (one,) = store.short()
    assert (one.partner, one.feed, one.day, one.missing) == ("p", "a", MONDAY, 3)
    assert (one.short_since, one.compared_at) == (FIRST, SECOND)


def test_what_came_later_ends_it_and_it_may_begin_anew(store: DayCounts) -> None:
    store.keep("p", "a", [day(10, 8)], at=FIRST)
    store.keep("p", "a", [day(10, 10)], at=SECOND)
    assert store.short() == []

    store.keep("p", "a", [day(12, 10)], at=THIRD)
    (one,) = store.short("p", "a")
    assert one.short_since == THIRD


def test_other_rows_than_before_are_short_anew(store: DayCounts) -> None:
    store.keep("p", "a", [day(10, 8)], at=FIRST)
    store.keep("p", "a", [day(13, 9, 1)], at=SECOND)  # the ten of then have come
    assert [one.short_since for one in store.short()] == [SECOND]

    store.keep("p", "a", [day(13, 11, 1)], at=THIRD)
    assert [one.short_since for one in store.short()] == [SECOND]


def test_days_and_feeds_stand_apart(store: DayCounts) -> None:
    tuesday = MONDAY + timedelta(days=1)
    store.keep("p", "a", [day(10, 8), day(5, 5, on=tuesday)], at=FIRST)
    store.keep("p", "b", [day(1, 0, on=tuesday)], at=FIRST)
    store.keep("p", "a", [day(5, 5, on=tuesday)], at=SECOND)
    store.keep("p", "a", [], at=THIRD)

    assert [(one.feed, one.day) for one in store.short()] == [
        ("a", MONDAY),
        ("b", tuesday),
    ]
    told = [(one.day, one.compared_at) for one in store.known("p", "a")]
    assert told == [(MONDAY, FIRST), (tuesday, SECOND)]
