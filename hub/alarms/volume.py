"""A02 and A03: a day with far fewer or far more rows than its weekday usually has.

What lives here: which day is judged, and when it can be. What does not: what is usual
(`usual`), days on which nothing came at all (`silence`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, time, timedelta

from hub.alarms.past import Day
from hub.alarms.sight import Sight
from hub.alarms.silence import has_stopped_with_year
from hub.alarms.usual import Bounds, Usual, usual_of
from hub.partners.spec import Feed, Partner
from hub.storage.alarms import Cause

DAY = timedelta(days=1)
WEEKDAYS = ("周一 Mon", "周二 Tue", "周三 Wed", "周四 Thu", "周五 Fri", "周六 Sat",
            "周日 Sun")  # fmt: skip


def fallen(sight: Sight) -> Iterator[Cause]:
    """Feeds whose newest whole day is far too small (A02)."""
    for partner, feed, past in sight.feeds("A02"):
        if has_stopped_with_year(sight, feed, past):
            continue
        days = past.days(whole=feed.mode == "snapshot")
        day = whole_day(sight, feed, days)
        usual = _usual(sight, feed, days, day)
        if day is not None and usual is not None and days[day].rows < usual.low:
            yield _cause("A02", partner, feed, day, days[day], usual)


def risen(sight: Sight) -> Iterator[Cause]:
    """Feeds that had far too many rows today, or on their newest whole day (A03).

    More rows only ever come, so a day needs not be over. What comes together after a
    day on which nothing came is a catch-up and no jump.
    """
    for partner, feed, past in sight.feeds("A03"):
        days = past.days(whole=feed.mode == "snapshot")
        whole = whole_day(sight, feed, days)
        for day in dict.fromkeys([sight.today, whole]):
            usual = _usual(sight, feed, days, day)
            if day is None or usual is None or days[day].rows <= usual.high:
                continue
            if _is_caught_up(days, day):
                continue
            yield _cause("A03", partner, feed, day, days[day], usual)
            break


def bounds_of(sight: Sight, feed: Feed) -> Bounds:
    """The city's bounds with what the feed settles for itself."""
    city, own = sight.declared, feed.alarm
    return Bounds(
        drop_share=city.drop_share if own.drop_share is None else own.drop_share,
        jump_multiple=own.jump_multiple or city.jump_multiple,
        spread=city.spread,
        least_rows=city.least_rows,
        history_weeks=city.history_weeks,
        least_history=city.least_history,
        counts_from=own.counts_from,
    )


def _usual(
    sight: Sight, feed: Feed, days: Mapping[date, Day], day: date | None
) -> Usual | None:
    if day is None or day not in days:
        return None
    rows = {one: came.rows for one, came in days.items()}
    return usual_of(rows, day, bounds_of(sight, feed), sight.is_like(day))


def whole_day(sight: Sight, feed: Feed, days: Collection[date]) -> date | None:
    """The newest day with a delivery of which everything should be here."""
    newest = sight.today - DAY
    if feed.deadline is not None:
        clock = time.fromisoformat(feed.deadline)
        if datetime.combine(sight.today, clock, sight.zone) <= sight.now:
            newest = sight.today
    return max((day for day in days if day <= newest), default=None)


def _is_caught_up(days: Mapping[date, Day], day: date) -> bool:
    """Whether nothing came on the day before, though usually something does."""
    before = day - DAY
    weeks = [before - timedelta(weeks=n) for n in range(1, 5)]
    return before not in days and sum(one in days for one in weeks) >= len(weeks) // 2


def _cause(
    rule: str, partner: Partner, feed: Feed, day: date, came: Day, usual: Usual
) -> Cause:
    return Cause(
        rule=rule,
        partner=partner.id,
        feed=feed.name,
        seen={
            "day": day.isoformat(),
            "weekday": WEEKDAYS[day.weekday()],
            "count": came.rows,
            "duplicate": came.duplicate,
            "usual": round(usual.rows),
            "basis": usual.basis,
        },
    )
