"""Minutes between two instants, by the running clock and by shifts (CB-1, CB-2).

Written from the definitions: day by day and shift by shift, nothing shared with the
hub. Whole minutes, rounded down; shifts are half-open.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from support.slow.town import WUHAN, Row, local_day

Shift = tuple[datetime, datetime]


def running_minutes(start: datetime | None, end: datetime | None) -> int | None:
    """Whole minutes that pass from start to end; null where either is not known."""
    if start is None or end is None:
        return None
    return (end - start) // timedelta(minutes=1)


def shifts_of(day: Row) -> list[Shift]:
    """The shifts of one calendar day, as instants."""
    if not day["is_workday"]:
        return []
    found = []
    for text in day["shifts"].split(","):
        begin, end = (_at(day["day_on"], clock) for clock in text.split("-"))
        found.append((begin, end))
    return found


def _at(day: date, clock: str) -> datetime:
    hour, minute = (int(part) for part in clock.split(":"))
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=WUHAN)
    return local.astimezone(UTC)


def shift_time(
    calendar: Iterable[Row], start: datetime | None, end: datetime | None
) -> timedelta | None:
    """Time inside shifts between two instants; null where the calendar has a gap."""
    if start is None or end is None:
        return None
    if end < start:
        return None
    days = {row["day_on"]: row for row in calendar}
    total, day = timedelta(0), local_day(start)
    while day <= local_day(end):
        if day not in days:
            return None
        for begin, stop in shifts_of(days[day]):
            total += max(min(stop, end) - max(begin, start), timedelta(0))
        day += timedelta(days=1)
    return total


def shift_minutes(
    calendar: Iterable[Row], start: datetime | None, end: datetime | None
) -> int | None:
    """Whole shift minutes between two instants."""
    spent = shift_time(calendar, start, end)
    return None if spent is None else spent // timedelta(minutes=1)


def after_shift_minutes(
    calendar: Iterable[Row], start: datetime, minutes: int
) -> datetime | None:
    """The instant at which so many shift minutes have passed since start.

    A limit that ends with a shift ends there, not where the next one begins.
    """
    left = timedelta(minutes=minutes)
    for row in sorted(calendar, key=lambda one: one["day_on"]):
        for begin, stop in shifts_of(row):
            if stop <= start:
                continue
            begin = max(begin, start)
            if stop - begin >= left:
                return begin + left
            left -= stop - begin
    return None


def limit_of(
    calendar: Iterable[Row], start: datetime, kind: str, value: int
) -> datetime | None:
    """The end of a limit of one of the four kinds (LIMIT_TYPE)."""
    match kind:
        case "URGENT_HOUR":
            return start + timedelta(hours=value)
        case "NATURAL_DAY":
            return start + timedelta(days=value)
        case "WORK_HOUR":
            return after_shift_minutes(calendar, start, 60 * value)
        case "WORK_DAY":
            return after_shift_minutes(calendar, start, 480 * value)
        case _:
            raise ValueError(kind)
