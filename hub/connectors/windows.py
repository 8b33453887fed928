"""Windows of time: what one request asks for, in the partner's own words.

What lives here: reaching back, splitting long spans, and writing an instant in the
partner's zone and format. Bounds are half-open; where a format cannot hold an end
exactly, it is written later, never earlier, so that no row falls between two
requests (T28). What does not: sending them (`rest`), bound values in SQL (`sql`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.partners.spec import Window

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
# "From the beginning" is said in so many words: without bounds some platforms
# answer with the last 30 days and look complete (T1).
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
W3C = "w3c"
EPOCHS = {"epoch_s": 1, "epoch_ms": 1000}


def span(text: str) -> timedelta:
    """`90m`, `26h`, `2d` as a duration."""
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


def name_window(since: datetime | None, until: datetime) -> str:
    """A stable name for what lies between two instants."""
    return f"{_plain(since) if since else 'start'}..{_plain(until)}"


def _plain(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def reach_back(window: Window, since: datetime) -> datetime:
    """Where reading starts: before `since` by the overlap or the reach."""
    back = max(span(window.overlap), span(window.reach or "0s"))
    return since - back


def split(
    window: Window, since: datetime | None, until: datetime, zone: str = "UTC"
) -> Iterator[tuple[datetime, datetime]]:
    """The spans to ask for, one after the other, oldest first.

    Args:
        window: the declaration.
        since: start of the delivery; null = from the beginning, in one span unless
            the declaration says when that was.
        until: end of the delivery.
        zone: the partner's zone.
    """
    if since is not None:
        start = reach_back(window, since)
    elif window.begin is not None:
        start = datetime.combine(window.begin, time(), ZoneInfo(zone))
    else:
        yield BEGINNING, until
        return
    step = span(window.chunk) if window.chunk else until - start
    while start < until and step > timedelta():
        end = min(start + step, until)
        yield start, end
        start = end


def write_instant(instant: datetime, form: str, zone: str, *, end: bool) -> str:
    """An instant as the partner writes it.

    Args:
        instant: aware.
        form: strftime pattern, or `epoch_s`, `epoch_ms` or `w3c`.
        zone: the partner's zone.
        end: it bounds a span from above: round up instead of down.
    """
    local = instant.astimezone(ZoneInfo(zone))
    step = smallest_step(form)
    floor = _floor(local, step)
    if end and floor < local:
        floor += step
    if form in EPOCHS:
        return str(round(floor.timestamp() * EPOCHS[form]))
    if form == W3C:
        return floor.isoformat(timespec="seconds")
    return floor.strftime(form)


def smallest_step(form: str) -> timedelta:
    """The smallest difference that a format can write."""
    if form == "epoch_ms":
        return timedelta(milliseconds=1)
    if "%f" in form:
        return timedelta(microseconds=1)
    marks = ("%S", "%s", "%T", "%X", "%c")
    if form in {*EPOCHS, W3C} or any(mark in form for mark in marks):
        return timedelta(seconds=1)
    if "%M" in form or "%R" in form:
        return timedelta(minutes=1)
    return timedelta(hours=1) if "%H" in form else timedelta(days=1)


def _floor(local: datetime, step: timedelta) -> datetime:
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    since_midnight = local.replace(tzinfo=None) - midnight.replace(tzinfo=None)
    return midnight + since_midnight // step * step
