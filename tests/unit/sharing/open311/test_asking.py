"""Spans and lists of a GeoReport query."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.sharing.api.problems import Refusal
from hub.sharing.open311.asking import LONGEST, Paged, read_list, read_span

NOW = datetime(2026, 10, 2, 2, tzinfo=UTC)
ZONE = "Asia/Shanghai"


def span(since: str | None, until: str | None) -> tuple[datetime, datetime]:
    found = read_span(since, until, now=NOW, zone=ZONE)
    return found.since.astimezone(UTC), found.until.astimezone(UTC)


def test_of_nothing_said_the_last_ninety_days_are_meant() -> None:
    assert span(None, None) == (NOW - timedelta(days=90), NOW)


def test_of_one_end_the_other_is_ninety_days_away() -> None:
    begin = datetime(2026, 5, 1, tzinfo=UTC)

    assert span("2026-05-01T00:00:00Z", None) == (begin, begin + LONGEST)
    assert span(None, "2026-05-01T00:00:00Z") == (begin - LONGEST, begin)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-01T08:00:00+08:00",
        "2026-05-01T08:00:00 08:00",
        "2026-05-01T00:00:00Z",
        "2026-05-01T08:00:00",
        "2026-05-01 08:00:00",
    ],
)
def test_an_instant_is_read_in_every_way_it_is_written(text: str) -> None:
    """A plus that nobody escaped is a space; without a zone it is the city's."""
    assert span(text, None)[0] == datetime(2026, 5, 1, tzinfo=UTC)


def test_a_day_is_there_as_a_whole() -> None:
    assert span("2026-05-01", "2026-05-01") == (
        datetime(2026, 4, 30, 16, tzinfo=UTC),
        datetime(2026, 5, 1, 15, 59, 59, 999_999, tzinfo=UTC),
    )


def test_ninety_days_fit_and_one_second_more_does_not() -> None:
    assert span("2026-05-01T00:00:00Z", "2026-07-30T00:00:00Z")
    with pytest.raises(Refusal, match="90 days") as told:
        span("2026-05-01T00:00:00Z", "2026-07-30T00:00:01Z")
    assert told.value.status == 400


def test_days_are_counted_as_they_lie_apart() -> None:
    assert span("2026-05-01", "2026-07-30")
    with pytest.raises(Refusal, match="90 days"):
        span("2026-05-01", "2026-07-31")


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("yesterday", None),
        (None, "2026-13-01"),
        ("2026-05-02T00:00:00Z", "2026-05-01T00:00:00Z"),
        ("9999-12-31T00:00:00Z", None),
        (None, "0001-01-01T00:00:00Z"),
        ("0001-01-01", None),
        ("", None),
    ],
)
def test_what_is_no_span_is_refused(since: str | None, until: str | None) -> None:
    with pytest.raises(Refusal) as told:
        span(since, until)

    assert told.value.status == 400


def test_a_list_has_each_value_once() -> None:
    assert read_list("status", "open, closed,open,") == ["open", "closed"]
    assert len(read_list("id", ",".join(map(str, range(100))))) == 100
    for wrong in ("", " , ", ",".join(map(str, range(101)))):
        with pytest.raises(Refusal):
            read_list("id", wrong)


def test_pages_count_from_one() -> None:
    assert (Paged(1, 100).skip, Paged(3, 100).skip) == (0, 200)
