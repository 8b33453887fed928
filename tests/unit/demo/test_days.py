"""The days of the simulated city."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from hub.demo.days import INSTANT, day_of, midnight, span_of, told_at, written


def test_month_end_lies_between_the_first_two_days() -> None:
    assert [day_of(1), day_of(2)] == [date(2026, 6, 30), date(2026, 7, 1)]


def test_spans_of_neighbouring_days_touch() -> None:
    assert span_of(1).until == span_of(2).since == told_at(1)
    assert span_of(2).until - span_of(2).since == timedelta(days=1)


def test_first_instant_of_july_is_still_june_in_utc() -> None:
    assert midnight(2).isoformat() == "2026-06-30T16:00:00+00:00"


def test_instants_are_written_in_local_time_and_null_as_nothing() -> None:
    frame = pl.DataFrame({"at": [midnight(2), None]}, schema={"at": INSTANT})

    assert frame.select(written("at"))["at"].to_list() == ["2026-07-01 00:00:00", ""]
