"""Profiles of the hours of a day: distances and turns worked out by hand."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from hub.alarms.profiles import Shift, is_told, profile_of, shift_of


def counts(first: int, *rows: int) -> tuple[int, ...]:
    """Rows of some hours from one hour on, over midnight if need be."""
    by_hour = {(first + n) % 24: count for n, count in enumerate(rows)}
    return tuple(by_hour.get(n, 0) for n in range(24))


def shift(newest: tuple[int, ...], usual: tuple[int, ...]) -> Shift:
    one, other = profile_of([newest]), profile_of([usual])
    assert one is not None
    assert other is not None
    return shift_of(one, other)


def test_days_are_added_up() -> None:
    assert profile_of([]) is None
    assert profile_of([counts(8, 0)]) is None
    found = profile_of([counts(8, 1, 1), counts(9, 2)])
    assert found == (0,) * 8 + (0.25, 0.75) + (0,) * 14


def test_a_profile_is_held_against_itself() -> None:
    assert shift(counts(8, 2, 4, 2), counts(8, 1, 2, 1)) == (0, 0, 0)


def test_eight_hours_are_found_in_both_directions_and_over_midnight() -> None:
    usual = counts(8, 10, 20, 20, 10, 20, 20)

    assert shift(counts(0, 10, 20, 20, 10, 20, 20), usual) == (1, -8, 0)
    assert shift(counts(16, 10, 20, 20, 10, 20, 20), usual) == (1, 8, 0)
    assert shift(counts(20, 10, 20, 20, 10, 20, 20), usual) == (1, 12, 0)


def test_what_a_turn_does_not_explain_is_no_shift() -> None:
    # Half of the rows lie at 8 and 9 as usual, half eight hours later.
    found = shift(counts(8, 5, 5, 0, 0, 0, 0, 0, 0, 5, 5), counts(8, 10, 10))

    assert (found.off, found.rest, found.is_clear) == (0.5, 0.5, False)
    # Of 16 and 17 h six rows of ten lie as a turn by eight hours has them.
    found = shift(counts(8, 2, 2, 0, 0, 0, 0, 0, 0, 3, 3), counts(8, 10, 10))
    assert (found.off, found.hours, found.rest) == (0.6, 8, 0.4)
    assert not found.is_clear


def test_rows_of_one_hour_say_nothing() -> None:
    half = profile_of([counts(8, 5, 5)])
    most = profile_of([counts(8, 6, 5)])

    assert half is not None
    assert most is not None
    assert is_told(half)
    assert not is_told(most)


def test_a_flat_profile_has_no_shift() -> None:
    assert not shift((4,) * 24, (7,) * 24).is_clear


@given(seed=st.integers(0, 10**6), first=st.integers(0, 23), width=st.integers(2, 24))
def test_fifty_rows_by_chance_are_no_shift(seed: int, first: int, width: int) -> None:
    usual = counts(first, *range(1, width + 1))
    drawn = Random(seed).choices(range(24), usual, k=50)
    newest = tuple(drawn.count(n) for n in range(24))

    found = shift(newest, usual)

    assert found.off < 0.5


@given(seed=st.integers(0, 10**6), hours=st.sampled_from([-8, 8]))
def test_fifty_rows_of_a_working_day_show_eight_hours(seed: int, hours: int) -> None:
    usual = counts(8, 6, 9, 10, 8, 4, 6, 9, 9, 7, 3)
    drawn = Random(seed).choices(range(24), usual, k=50)
    newest = tuple(drawn.count((n - hours) % 24) for n in range(24))

    found = shift(newest, usual)

    assert found.off >= 0.5
    assert abs(found.hours - hours) <= 1
    assert found.is_clear
