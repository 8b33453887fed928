"""A07 and A15: a share of a day's rows that rises above the usual.

What lives here: shares of rows in quarantine, less what retries and replays have taken
in since, and of cases without a deadline. What does not: the bound at which a whole
delivery is refused (`hub.flow.guard`); bounds that ask no history (`damage`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from statistics import median
from typing import NamedTuple

from hub.alarms.case_days import case_days
from hub.alarms.sight import Sight
from hub.alarms.volume import whole_day
from hub.partners.spec import Feed
from hub.storage.alarms import Cause, Value

PAST_DAYS = 28
SATURDAY = 5
DAY, WEEK = timedelta(days=1), timedelta(days=7)


class Part(NamedTuple):
    """Some of a day's rows."""

    some: int
    rows: int

    @property
    def share(self) -> float:
        """Of all rows."""
        return self.some / self.rows


def held_back(sight: Sight) -> Iterator[Cause]:
    """Feeds whose newest day has far more rows in quarantine than usual (A07)."""
    city = sight.declared
    for partner, feed, past in sight.feeds("A07"):
        came = past.days(whole=feed.mode == "snapshot")
        days = {day: Part(one.held, one.rows) for day, one in came.items() if one.rows}
        if not days:
            continue
        day, own = max(days), feed.alarm.quarantine_rise
        usual = risen(
            days,
            day,
            rise=city.quarantine_rise if own is None else own,
            least=(city.least_history, city.least_rows),
            counts=_counted_from(feed),
        )
        if usual is not None:
            seen = _seen(day, days[day], usual, "held")
            yield Cause(rule="A07", partner=partner.id, feed=feed.name, seen=seen)


def undated(sight: Sight) -> Iterator[Cause]:
    """Feeds with far more cases without a deadline than usual (A15).

    Cases get their deadline in the course of a day, and fewer of them on free days: a
    day is judged when it is over, and by days that are worked as it is.
    """
    for partner, feed, past in sight.feeds("A15"):
        found = case_days(past, sight.cases, whole=feed.mode == "snapshot")
        days = {
            day: Part(one.without_deadline, one.cases)
            for day, one in found.items()
            if one.without_deadline is not None
        }
        opened = sight.opened("A15", partner, feed)
        for day in _judged(sight, feed, days, opened):
            usual = _usual_undated(sight, feed, days, day, opened)
            if usual is not None:
                seen = _seen(day, days[day], usual, "lacking")
                yield Cause(rule="A15", partner=partner.id, feed=feed.name, seen=seen)
                break


def _judged(
    sight: Sight, feed: Feed, days: Mapping[date, Part], opened: date | None
) -> Iterator[date]:
    """The newest whole day; of an open alarm the newest one of the other kind too.

    A Saturday as usual does not mend what was wrong on Friday.
    """
    day = whole_day(sight, feed, days)
    if day is None:
        return
    yield day
    other = [
        one
        for one in days
        if day - WEEK < one < day and _is_worked(sight, one) != _is_worked(sight, day)
    ]
    if opened is not None and other:
        yield max(other)


def _usual_undated(
    sight: Sight,
    feed: Feed,
    days: Mapping[date, Part],
    day: date,
    opened: date | None,
) -> float | None:
    """The usual share, where a day's is too high; the days of an alarm are none."""
    city, own = sight.declared, feed.alarm
    start, until = own.counts_from, day
    if opened is not None and not (start is not None and start >= opened - DAY):
        until = min(day, opened - DAY)
    is_worked, is_counted = _is_worked(sight, day), _counted_from(feed)
    return risen(
        days,
        day,
        rise=city.deadline_rise if own.deadline_rise is None else own.deadline_rise,
        least=(city.least_history, city.least_rows),
        counts=lambda one: (
            is_counted(one) and one < until and _is_worked(sight, one) == is_worked
        ),
        reach=timedelta(weeks=city.history_weeks),
    )


def risen(
    days: Mapping[date, Part],
    day: date,
    *,
    rise: float,
    least: tuple[int, int],
    counts: Callable[[date], bool],
    reach: timedelta = timedelta(days=PAST_DAYS),
) -> float | None:
    """The usual share, where that of a day lies well above it; else None.

    Args:
        days: what is known, by day.
        day: the one that is judged; only earlier ones count.
        rise: by how much the share may lie above the usual.
        least: how many days must be known, and how many rows too many there must be.
        counts: whether a day says what is usual.
        reach: how far back the usual reaches.
    """
    known = [
        one.share
        for at, one in days.items()
        if at < day and day - at <= reach and counts(at)
    ]
    if len(known) < least[0]:
        return None
    usual, newest = float(median(known)), days[day]
    too_many = newest.some - usual * newest.rows
    is_high = newest.share > usual + rise and too_many >= least[1]
    return usual if is_high else None


def _counted_from(feed: Feed) -> Callable[[date], bool]:
    start = feed.alarm.counts_from
    return lambda day: start is None or day >= start


def _is_worked(sight: Sight, day: date) -> bool:
    return sight.worked.get(day, day.weekday() < SATURDAY)


def _seen(day: date, newest: Part, usual: float, name: str) -> dict[str, Value]:
    return {
        "day": day.isoformat(),
        name: newest.some,
        "count": newest.rows,
        "share": f"{newest.share:.0%}",
        "usual": f"{usual:.0%}",
    }
