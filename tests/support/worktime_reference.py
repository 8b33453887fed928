"""Working time by walking from minute to minute, in plain Python.

What lives here: a second, slow answer to what `hub.metrics.worktime` answers with
tables. No code of it takes part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
Days = Mapping[date, str | None]


def is_worked(days: Days, at: datetime, zone: str) -> bool:
    """Whether the minute that begins here lies in a shift."""
    clock = at.astimezone(ZoneInfo(zone))
    minute = clock.hour * 60 + clock.minute
    for shift in (days[clock.date()] or "").split(","):
        if shift:
            opens, ends = (int(t[:2]) * 60 + int(t[3:]) for t in shift.split("-"))
            if opens <= minute < ends:
                return True
    return False


def worked_minutes(days: Days, zone: str) -> list[datetime]:
    """Every worked minute of the calendar, in order."""
    return [at for at in _minutes(days, zone) if is_worked(days, at, zone)]


def _minutes(days: Days, zone: str) -> Iterator[datetime]:
    at, last = edges(days, zone)
    while at < last:
        yield at
        at += MINUTE


def edges(days: Days, zone: str) -> tuple[datetime, datetime]:
    """When the calendar begins and ends."""
    first, after = min(days), max(days) + timedelta(days=1)
    begin, end = (
        datetime(d.year, d.month, d.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        for d in (first, after)
    )
    return begin, end


def between(worked: list[datetime], start: datetime, end: datetime) -> int | None:
    """Whole worked minutes of [start, end)."""
    if end < start:
        return None
    nothing = timedelta()
    parts = (min(end, at + MINUTE) - max(start, at) for at in worked)
    return sum((part for part in parts if part > nothing), nothing) // MINUTE


def after(worked: list[datetime], start: datetime, minutes: int) -> datetime | None:
    """When so many minutes are done; with none, when work goes on."""
    left = minutes * MINUTE
    for at in worked:
        if at + MINUTE <= start:
            continue
        begins = max(start, at)
        if not minutes:
            return begins
        if left <= at + MINUTE - begins:
            return begins + left
        left -= at + MINUTE - begins
    return None


def limit_end(
    worked: list[datetime] | None,
    start: datetime,
    minutes: int,
    pauses: list[tuple[datetime, datetime | None]],
) -> datetime | None:
    """When a limit of whole minutes ends, minute by minute; None while suspended.

    Args:
        worked: the minutes in which the clock runs; None where it always does.
        start: a whole minute, as are the pauses.
        minutes: of the limit, at least 1.
        pauses: apart from each other; without an end the clock never runs again.
    """
    runs = None if worked is None else set(worked)
    at = start
    while True:
        if any(a <= at and (b is None or at < b) for a, b in pauses):
            if any(a <= at and b is None for a, b in pauses):
                return None
        elif runs is None or at in runs:
            minutes -= 1
            if not minutes:
                return at + MINUTE
        at += MINUTE
