"""Windows of time, worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.connectors.windows import name_window, split, write_instant
from hub.partners.spec import Window

ZONE = "Asia/Shanghai"
ODD = datetime(2026, 9, 27, 16, 30, 15, 250_000, tzinfo=UTC)  # 28 Sept. 00:30:15.25


def window(**given: str) -> Window:
    return Window.model_validate({"from": "f", "to": "t"} | given)


@pytest.mark.parametrize(
    ("form", "start", "end"),
    [
        ("%Y-%m-%d %H:%M:%S", "2026-09-28 00:30:15", "2026-09-28 00:30:16"),
        ("%Y-%m-%dT%H:%M:%S%z", "2026-09-28T00:30:15+0800", "2026-09-28T00:30:16+0800"),
        ("%Y-%m-%d %H:%M", "2026-09-28 00:30", "2026-09-28 00:31"),
        ("%Y%m%d%H", "2026092800", "2026092801"),
        ("%Y-%m-%d", "2026-09-28", "2026-09-29"),
        ("%H:%M:%S.%f", "00:30:15.250000", "00:30:15.250000"),
        ("epoch_s", "1790526615", "1790526616"),
        ("epoch_ms", "1790526615250", "1790526615250"),
    ],
)
def test_ends_are_written_later_never_earlier(form: str, start: str, end: str) -> None:
    assert write_instant(ODD, form, ZONE, end=False) == start
    assert write_instant(ODD, form, ZONE, end=True) == end


def test_a_whole_instant_is_written_as_it_is() -> None:
    midnight = datetime(2026, 9, 27, 16, tzinfo=UTC)

    assert write_instant(midnight, "%Y-%m-%d", ZONE, end=True) == "2026-09-28"


instants = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(
    instants,
    st.integers(1, 10_000),
    st.sampled_from(["37m", "6h", "1d", None]),
    st.sampled_from(["0s", "90m"]),
)
def test_spans_cover_the_window_without_a_gap(
    since: datetime, minutes: int, chunk: str | None, overlap: str
) -> None:
    until = since + timedelta(minutes=minutes)
    given_window = window(overlap=overlap, **({"chunk": chunk} if chunk else {}))

    spans = list(split(given_window, since, until))

    back = timedelta(minutes=90) if overlap == "90m" else timedelta()
    assert spans[0][0] == since - back
    assert spans[-1][1] == until
    assert all(left[1] == right[0] for left, right in pairwise(spans))


def test_an_empty_window_asks_for_nothing() -> None:
    assert list(split(window(chunk="1d"), ODD, ODD)) == []


def test_the_longer_of_overlap_and_reach_counts() -> None:
    spans = list(split(window(overlap="2h", reach="1h"), ODD, ODD + timedelta(hours=1)))

    assert spans == [(ODD - timedelta(hours=2), ODD + timedelta(hours=1))]


def test_names_are_in_utc() -> None:
    assert name_window(None, ODD) == "start..2026-09-27T16:30:15.250000Z"


def test_the_first_run_goes_on_from_where_the_partner_began() -> None:
    given_window = window(chunk="90d", begin="2026-01-01")
    until = datetime(2026, 5, 1, tzinfo=UTC)

    spans = list(split(given_window, None, until, "Asia/Shanghai"))

    assert [start.isoformat() for start, _ in spans] == [
        "2026-01-01T00:00:00+08:00",
        "2026-04-01T00:00:00+08:00",
    ]
    assert spans[-1][1] == until


@pytest.mark.parametrize(
    ("zone", "end", "written"),
    [
        ("Asia/Shanghai", False, "2026-09-28T00:30:15+08:00"),
        ("UTC", True, "2026-09-27T16:30:16+00:00"),
    ],
)
def test_instants_with_their_zone(zone: str, end: bool, written: str) -> None:
    assert write_instant(ODD, "w3c", zone, end=end) == written
