"""What a GeoReport query asks for.

What lives here: the span of days, ids, states and pages, read off their texts. What
does not: services (`services`), rows (`reading`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.sharing.api.problems import Refusal

LONGEST = timedelta(days=90)
MOST_ROWS = 1000
MOST_IDS = 500  # looked up at a time
MOST_LISTED, MOST_SIGNS = 100, 4000  # of a list in a query: it fits into a URL
DAY = len("2026-10-01")
LAST = time(23, 59, 59, 999_999)
# A plus that was not escaped arrives as a space.
LOST_PLUS = re.compile(r" (?=[0-9]{2}:?[0-9]{2}$)")


@dataclass(frozen=True)
class Span:
    """From one instant to another, both included."""

    since: datetime
    until: datetime

    @property
    def conditions(self) -> tuple[str, str]:
        """As `operator.value` of the shelf."""
        return f"gte.{self.since.isoformat()}", f"lte.{self.until.isoformat()}"


@dataclass(frozen=True)
class Paged:
    """Which part of the rows, 1 being the first."""

    page: int
    size: int

    @property
    def skip(self) -> int:
        """Rows before it."""
        return (self.page - 1) * self.size


def read_span(
    since: str | None, until: str | None, *, now: datetime, zone: str
) -> Span:
    """The span of a query: of one end alone 90 days, of none the last 90.

    Args:
        since, until: W3C dates or instants; without a zone they are the city's.
        now: the hub's clock.
        zone: IANA zone of the city.

    Raises:
        Refusal: 400, a date is none, or they lie more than 90 days apart.
    """
    begin = None if since is None else _instant("start_date", since, zone, LAST.min)
    end = None if until is None else _instant("end_date", until, zone, LAST)
    try:
        if begin is None:
            end = end or now
            return Span(end - LONGEST, end)
        end = end or begin + LONGEST
    except OverflowError:
        raise _bad("start_date and end_date lie outside of all time.") from None
    # From one day to another one it is counted as the days lie apart.
    is_day = until is not None and len(until) <= DAY
    if end - begin >= LONGEST + timedelta(days=1) if is_day else end - begin > LONGEST:
        raise _bad("start_date and end_date lie more than 90 days apart.")
    if end < begin:
        raise _bad("end_date lies before start_date.")
    return Span(begin, end)


def _instant(name: str, text: str, zone: str, clock: time) -> datetime:
    try:
        read = datetime.fromisoformat(LOST_PLUS.sub("+", text))
        if len(text) <= DAY:
            read = datetime.combine(read.date(), clock)
        if read.tzinfo is None:
            read = read.replace(tzinfo=ZoneInfo(zone))
        read.utctimetuple()
    except (ValueError, OverflowError):
        raise _bad(f"{name} is no W3C date such as 2026-10-01T00:00:00Z.") from None
    return read


def read_list(name: str, text: str) -> list[str]:
    """The values of a list with commas.

    Raises:
        Refusal: 400, there is none, or there are too many.
    """
    found = list(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))
    if not found or len(found) > MOST_LISTED:
        raise _bad(
            f"{name} is a list of 1 to {MOST_LISTED} values with commas between."
        )
    return found


def _bad(said: str) -> Refusal:
    return Refusal(400, "parameter", said)
