"""What is usual: medians of like weekdays, never from too little."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.alarms.usual import Bounds, usual_of

DAY = date(2026, 9, 14)
BOUNDS = Bounds(
    drop_share=0.5, jump_multiple=1.8, spread=4, least_rows=20, history_weeks=8,
    least_history=4,
)  # fmt: skip


def weeks(counts: list[int]) -> dict[date, int]:
    return {DAY - timedelta(weeks=n): count for n, count in enumerate(counts, start=1)}


def test_four_like_weekdays_are_enough_and_three_are_not() -> None:
    assert usual_of(weeks([100] * 3), DAY, BOUNDS) is None
    found = usual_of(weeks([100] * 4), DAY, BOUNDS)

    assert found is not None
    assert (found.rows, found.low, found.high, found.basis) == (100, 50, 180, 4)


def test_other_weekdays_do_not_count() -> None:
    daily = {DAY - timedelta(days=n): 500 for n in range(1, 80) if n % 7}

    assert usual_of(daily, DAY, BOUNDS) is None


def test_days_before_a_change_for_good_do_not_count() -> None:
    bounds = Bounds(**{**vars(BOUNDS), "counts_from": DAY - timedelta(weeks=4)})

    found = usual_of(weeks([300] * 4 + [100] * 4), DAY, bounds)

    assert found is not None
    assert (found.rows, found.basis) == (300, 4)


def test_a_holiday_is_not_held_against_working_days() -> None:
    known = weeks([100] * 8)

    assert usual_of(known, DAY, BOUNDS, is_like=lambda _: False) is None


@given(
    quiet=st.integers(50, 5000),
    noise=st.lists(st.floats(-0.05, 0.05), min_size=8, max_size=8),
    odd=st.lists(st.integers(0, 10**6), min_size=0, max_size=3),
    today=st.floats(-0.05, 0.05),
)
def test_three_odd_weeks_of_eight_raise_no_false_alarm(
    quiet: int, noise: list[float], odd: list[int], today: float
) -> None:
    counts = [round(quiet * (1 + one)) for one in noise]
    counts[: len(odd)] = odd

    found = usual_of(weeks(counts), DAY, BOUNDS)

    assert found is not None
    assert found.low <= quiet * (1 + today) <= found.high


@given(quiet=st.integers(200, 10**6), noise=st.floats(0, 0.02))
def test_twice_and_a_third_are_always_noticed(quiet: int, noise: float) -> None:
    counts = [round(quiet * (1 + (n % 2) * noise)) for n in range(8)]

    found = usual_of(weeks(counts), DAY, BOUNDS)

    assert found is not None
    assert quiet * 2 > found.high
    assert quiet / 3 < found.low


@given(counts=st.lists(st.integers(0, 15), min_size=8, max_size=8))
def test_a_handful_of_rows_is_never_a_drop(counts: list[int]) -> None:
    found = usual_of(weeks(counts), DAY, BOUNDS)

    assert found is not None
    assert found.low <= 0
