"""Shift minutes at the edges of shifts, days, holidays and calendars, by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from support.worktime_frames import (
    INSTANT,
    ZONE,
    calendar,
    china,
    local,
    minutes_between,
    time_after,
    told,
)

from hub.errors import DeclarationError
from hub.metrics.worktime.work_minutes import work_minutes

WORK = china()


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-11-26 11:00", "2026-11-26 15:00", 120),  # over lunch
        ("2026-11-26 12:00", "2026-11-26 14:00", 0),  # lunch
        ("2026-11-27 17:00", "2026-11-30 09:00", 120),  # Friday evening to Monday
        ("2026-11-28 09:00", "2026-11-29 17:00", 0),  # a weekend
        ("2026-09-18 18:00", "2026-09-21 08:00", 480),  # Sunday the 20th is made up
        ("2026-10-09 18:00", "2026-10-12 08:00", 480),  # Saturday the 10th too
        ("2026-09-30 18:00", "2026-10-08 08:00", 0),  # the national week
        ("2026-12-31 17:00", "2027-01-04 09:00", 120),  # new year, 1 January a Friday
        ("2026-11-26 08:00", "2026-11-26 18:00", 480),  # one whole day
        ("2026-11-26 07:00", "2026-11-26 20:00", 480),
        ("2026-11-26 08:00", "2026-11-26 08:00:59.999999", 0),
        ("2026-11-26 11:59:30", "2026-11-26 14:00:30", 1),  # halves make a whole
        ("2026-11-30 17:59", "2026-11-30 23:59:59.999999", 1),  # end of the month
        ("2026-11-30 17:59", "2026-12-01 00:00", 1),
        ("2026-11-30 23:59:59.999999", "2026-12-01 08:01", 1),
        ("2026-11-26 09:00", "2026-11-26 09:00", 0),
        ("2026-01-01 00:00", "2027-01-01 00:00", 248 * 480),  # the year as announced
    ],
)
def test_minutes_between(start: str, end: str, minutes: int) -> None:
    assert minutes_between(WORK, start, end) == minutes


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-26 17:00", 180, "2026-11-27 10:00"),  # codes §7
        ("2026-11-26 11:00", 120, "2026-11-26 15:00"),
        ("2026-11-25 15:00", 480, "2026-11-26 15:00"),
        ("2026-11-26 11:00", 60, "2026-11-26 12:00"),  # not 14:00
        ("2026-11-26 14:00", 240, "2026-11-26 18:00"),  # not the next morning
        ("2026-11-26 12:30", 1, "2026-11-26 14:01"),
        ("2026-11-26 06:00", 240, "2026-11-26 12:00"),
        ("2026-11-27 18:00", 1, "2026-11-30 08:01"),
        ("2026-09-18 17:00", 120, "2026-09-20 09:00"),
        ("2026-11-30 23:59:59.999999", 480, "2026-12-01 18:00"),
        ("2026-12-31 17:30", 60, "2027-01-04 08:30"),
        ("2026-11-26 09:15:00.000001", 15, "2026-11-26 09:30:00.000001"),
        ("2026-11-26 09:15", 0, "2026-11-26 09:15"),
        ("2026-11-26 12:00", 0, "2026-11-26 14:00"),  # half-open: 12:00 is lunch
        ("2026-11-28 09:00", 0, "2026-11-30 08:00"),
    ],
)
def test_time_after(start: str, minutes: int, end: str) -> None:
    assert time_after(WORK, start, minutes) == end


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-26 15:00", "2026-11-26 14:59"),  # backwards (T29)
        ("2025-12-31 23:59", "2026-11-26 15:00"),  # before the calendar
        ("2026-11-26 15:00", "2028-01-01 00:00:01"),  # after it
    ],
)
def test_what_no_calendar_can_say_is_null(start: str, end: str) -> None:
    assert minutes_between(WORK, start, end) is None


def test_nulls_stay_null_and_the_unknown_can_be_counted() -> None:
    frame = pl.DataFrame({"a": [None, local("2028-05-01 08:00")]}).cast(INSTANT)

    found = frame.select(
        between=WORK.between("a", "a"),
        after=WORK.after("a", pl.lit(5)),
        final=WORK.is_final("a", "a"),
        covers=WORK.covers("a"),
    )

    assert found["covers"].to_list() == [None, False]
    assert all(found[n].null_count() == 2 for n in ("between", "after", "final"))
    assert time_after(WORK, "2027-12-31 17:00", 61) is None
    assert time_after(WORK, "2027-12-31 17:00", 60) == "2027-12-31 18:00"
    assert time_after(WORK, "2026-11-26 15:00", -1) is None


@pytest.mark.parametrize(
    ("start", "end", "final"),
    [
        ("2026-12-31 17:00", "2026-12-31 18:00", True),
        ("2026-12-31 17:00", "2027-01-01 00:00", True),  # half-open
        ("2026-12-31 17:00", "2027-01-01 00:01", False),
        ("2027-01-05 09:00", "2027-01-05 09:00", False),
        ("2026-01-01 00:00", "2028-01-01 00:00", False),
    ],
)
def test_a_span_over_days_without_a_notice_is_not_final(
    start: str, end: str, *, final: bool
) -> None:
    frame = pl.DataFrame({"a": [local(start)], "b": [local(end)]}).cast(INSTANT)

    assert frame.select(WORK.is_final("a", "b")).item() is final


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-25 15:00", 1, "2026-11-26 18:00"),
        ("2026-11-27 23:00", 1, "2026-11-30 18:00"),
        ("2026-11-28 09:00", 2, "2026-12-01 18:00"),  # a Saturday
        ("2026-09-18 09:00", 1, "2026-09-20 18:00"),  # the Sunday is made up
    ],
)
def test_the_end_of_the_nth_working_day(start: str, days: int, end: str) -> None:
    frame = pl.DataFrame({"a": [local(start)]}).cast(INSTANT)

    found = frame.select(WORK.instant(WORK.day_end("a", pl.lit(days)))).item()

    assert told(found) == end


def test_an_odd_shift_a_night_shift_and_a_day_without_any() -> None:
    days = calendar("08:07-12:00", None, "00:00-24:00", "09:00-10:00")
    work = work_minutes(days, calendar_code="X", zone=ZONE)

    assert minutes_between(work, "2026-03-02 00:00", "2026-03-06 00:00") == 233 + 1500
    assert time_after(work, "2026-03-02 11:59", 2) == "2026-03-04 00:01"
    assert time_after(work, "2026-03-04 00:00", 1440) == "2026-03-05 00:00"


def test_the_hour_that_summer_time_skips_is_worked_by_nobody() -> None:
    zone, sunday = "America/New_York", date(2026, 3, 8)
    days = calendar("00:00-06:00", "00:00-06:00", first=sunday)
    work = work_minutes(days, calendar_code="X", zone=zone)
    frame = pl.DataFrame(
        {"a": [local("2026-03-08 00:00", zone)], "b": [local("2026-03-08 06:00", zone)]}
    ).cast(INSTANT)

    assert frame.select(work.between("a", "b")).item() == 300
    after = frame.select(work.after("a", pl.lit(301))).item()
    assert told(after, zone) == "2026-03-09 00:01"


@pytest.mark.parametrize(
    ("shifts", "said"),
    [
        (("08:00-12:00,11:00-13:00",), "overlap"),
        (("12:00-08:00",), "ends before"),
        (("08:00-24:00", "00:00-01:00", "08:00-08:00"), "ends before"),
    ],
)
def test_shifts_that_cannot_be_are_refused(shifts: tuple[str, ...], said: str) -> None:
    with pytest.raises(DeclarationError, match=said):
        work_minutes(calendar(*shifts), calendar_code="X", zone=ZONE)


def test_a_calendar_with_a_gap_is_refused_and_one_without_days_knows_nothing() -> None:
    days = calendar("08:00-12:00", None, "08:00-12:00")

    with pytest.raises(DeclarationError, match="missing or there twice"):
        work_minutes(days[::2], calendar_code="X", zone=ZONE)
    with pytest.raises(DeclarationError, match="missing or there twice"):
        work_minutes(pl.concat([days, days]), calendar_code="X", zone=ZONE)
    other = work_minutes(days, calendar_code="Y", zone=ZONE)
    assert minutes_between(other, "2026-03-02 08:00", "2026-03-02 09:00") is None
    assert minutes_between(other, "1970-01-01 08:00", "1970-01-01 08:00") is None
    assert time_after(other, "2026-03-02 08:00", 0) is None
