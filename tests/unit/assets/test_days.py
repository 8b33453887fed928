"""The days that Dagster's pages offer: up to what the hub's clock calls today."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from hub.assets.days import Span, days_of, window_of
from hub.flow.run import Window
from hub.partners.loader import load_city


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("2026-07-02T23:30:00+08:00", "2026-07-02"),
        ("2026-07-02T16:30:00+00:00", "2026-07-03"),  # the city is a day ahead
        ("2020-01-01T00:00:00+08:00", "2025-01-01"),  # before the first: one day
    ],
)
def test_a_clock_that_stands_has_no_days_after_it(
    monkeypatch: pytest.MonkeyPatch, now: str, last: str
) -> None:
    monkeypatch.setenv("HUB_NOW", now)

    days = days_of(load_city("wuhan"))

    assert days.get_partition_keys()[-1] == last


def test_without_it_today_is_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUB_NOW", raising=False)
    city = load_city("wuhan")
    before = datetime.now(ZoneInfo(city.timezone)).date().isoformat()

    last = days_of(city).get_partition_keys()[-1]

    assert before <= last <= datetime.now(ZoneInfo(city.timezone)).date().isoformat()


def test_a_run_without_dates_goes_on_where_each_feed_ended() -> None:
    zone, now = "Asia/Shanghai", datetime(2026, 7, 2, 8, tzinfo=ZoneInfo("UTC"))
    days = ["2026-07-01", "2026-07-02"]

    assert window_of(days, Span(goes_on=True), zone, now) == Window()
    assert window_of(days, Span(), zone, now).until == now
