"""What is usual for a feed on such a day, and whether a day is far from it.

What lives here: the median of the same weekdays of past weeks with its spread, and the
two bounds. Medians, because the odd days of the past are in the past as well. What does
not: which day is judged (`volume`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from statistics import median

MAD = 1.4826  # makes a median deviation comparable with a standard deviation


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How far a day may lie off, as city and feed have it (`hub.partners.alarms`)."""

    drop_share: float
    jump_multiple: float
    spread: float
    least_rows: int
    history_weeks: int
    least_history: int
    counts_from: date | None = None


@dataclass(frozen=True)
class Usual:
    """The usual number of rows of a day, and the days that it rests on."""

    rows: float
    low: float
    high: float
    basis: int


def usual_of(
    rows: Mapping[date, int],
    day: date,
    bounds: Bounds,
    is_like: Callable[[date], bool] = lambda _: True,
) -> Usual | None:
    """What is usual on such a day; None where too little is known.

    Args:
        rows: rows per day.
        day: the day that is judged; only earlier ones count.
        bounds: how far it may lie off.
        is_like: whether a day is one like it (a working day, or none).
    """
    weeks = (day - timedelta(weeks=n) for n in range(1, bounds.history_weeks + 1))
    known = [
        rows[one]
        for one in weeks
        if one in rows
        and (bounds.counts_from is None or one >= bounds.counts_from)
        and is_like(one)
    ]
    if len(known) < bounds.least_history:
        return None
    middle = float(median(known))
    # Counts vary by their root even where nothing changes.
    chance = max(MAD * median(abs(one - middle) for one in known), sqrt(middle))
    off = max(bounds.spread * chance, float(bounds.least_rows))
    return Usual(
        middle,
        low=min(middle * bounds.drop_share, middle - off),
        high=max(middle * bounds.jump_multiple, middle + off),
        basis=len(known),
    )
