"""Profiles of the hours of a day: how far one lies from another, and by what shift.

What lives here: arithmetic over 24 counts. What does not: which days make a profile,
and what is told of it (`hours`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

HOURS = 24
HALF = 0.5
Profile = tuple[float, ...]


class Shift(NamedTuple):
    """How a profile lies to the usual one.

    Attributes:
        off: share of its rows that lie in other hours than usual.
        hours: the turn of the usual profile that fits best, from -11 to 12.
        rest: share that still lies elsewhere after the turn.
    """

    off: float
    hours: int
    rest: float

    @property
    def is_clear(self) -> bool:
        """Whether the turn explains most of the difference."""
        return self.hours != 0 and self.rest <= self.off * HALF


def profile_of(counts: Iterable[Sequence[int]]) -> Profile | None:
    """Shares of the hours in counts of several days; None where there are no rows."""
    sums = [sum(day) for day in zip(*counts, strict=True)]
    rows = sum(sums)
    return tuple(one / rows for one in sums) if rows else None


def is_told(profile: Profile) -> bool:
    """Whether it says anything about a clock.

    Rows of one hour are entered in one go, or bear a day without a time.
    """
    return max(profile) <= HALF


def shift_of(newest: Profile, usual: Profile) -> Shift:
    """The turn of the usual profile that comes nearest to the newest one."""
    rests = {n: _apart(newest, _turned(usual, n)) for n in range(HOURS)}
    best = min(rests, key=lambda n: (rests[n], min(n, HOURS - n)))
    hours = best if best <= HOURS * HALF else best - HOURS
    return Shift(rests[0], hours, rests[best])


def _turned(profile: Profile, hours: int) -> Profile:
    return tuple(profile[(n - hours) % HOURS] for n in range(HOURS))


def _apart(one: Profile, other: Profile) -> float:
    """Half the sum of differences: the share of rows that would have to move."""
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / 2
