"""Times are read as declared or as nobody can misread them, never guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.pipeline.instants import read_dates, read_instants

WUHAN = "Asia/Shanghai"


def one(text: str, **more: object) -> tuple[datetime | None, bool, bool]:
    read = read_instants(pl.Series([text]), zone=WUHAN, **more)  # type: ignore[arg-type]
    return read.values.item(), read.unreadable.item(), read.ambiguous.item()


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05 15:30:00",
        "2024-03-05T15:30:00",
        "2024/3/5 15:30",
        "2024.03.05 15:30:00",
        "20240305153000",
        "2024年3月5日15时30分00秒",
        "2024-03-05T07:30:00Z",
        "2024-03-05T15:30:00+08:00",
    ],
)
def test_well_known_forms_are_one_instant(text: str) -> None:
    assert one(text) == (datetime(2024, 3, 5, 7, 30, tzinfo=UTC), False, False)


@pytest.mark.parametrize(
    "text", ["2022-06-31 08:00:00", "05/03/2024 10:00", "24-03-05 10:00", "soon"]
)
def test_impossible_and_ambiguous_forms_are_findings(text: str) -> None:
    assert one(text) == (None, True, False)


@pytest.mark.parametrize(
    "text",
    [
        "0000-00-00 00:00:00",
        "1900-01-01 00:00:00",
        "1970-01-01 08:00:00",
        "9999-12-31 23:59:59",
    ],
)
def test_placeholders_are_null_without_a_finding(text: str) -> None:
    assert one(text) == (None, False, False)


def test_numbers_are_read_as_the_feed_says() -> None:
    at = datetime(2024, 3, 5, 7, 30, tzinfo=UTC)
    seconds = int(at.timestamp())

    assert one(str(seconds), epoch="epoch_s")[0] == at
    assert one(str(seconds * 1000), epoch="epoch_ms")[0] == at
    assert one("45356.645833333336", epoch="excel_serial")[0] == at


def test_an_hour_that_came_twice_is_marked_and_one_that_never_came_unreadable() -> None:
    texts = pl.Series(["11/06/2011 01:30:00 AM", "03/13/2011 02:30:00 AM"])

    read = read_instants(
        texts, zone="America/New_York", formats=("%m/%d/%Y %I:%M:%S %p",)
    )

    assert read.values.to_list() == [datetime(2011, 11, 6, 5, 30, tzinfo=UTC), None]
    assert read.ambiguous.to_list() == [True, False]
    assert read.unreadable.to_list() == [False, True]


@given(st.integers(694_224_000, 3_786_912_000), st.integers(0, 999_999))
def test_what_is_written_is_read_back(seconds: int, micros: int) -> None:
    instant = datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros)
    text = instant.astimezone(ZoneInfo(WUHAN)).strftime("%Y-%m-%d %H:%M:%S.%f")

    assert one(text) == (instant, False, False)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-01", date(2026, 10, 1)),
        ("2026/3/5", date(2026, 3, 5)),
        ("2026-10-01 23:59:59", date(2026, 10, 1)),
        ("2026-09-30T16:30:00Z", date(2026, 10, 1)),
        ("9999-12-31", None),
    ],
)
def test_dates_are_local_days(text: str, day: date | None) -> None:
    read = read_dates(pl.Series([text]), zone=WUHAN)

    assert read.values.item() == day
    assert not read.unreadable.item()
