"""A16: the hours at which cases are reported are shifted, as by a wrong time zone.

What lives here: which days are held against which: the newest ones against the feed's
own past, or, of a feed without one, against the city's other feeds. What does not: the
arithmetic (`profiles`), counting hours (`hub.flow.case_counts`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hub.alarms.case_days import CaseDay, case_days
from hub.alarms.profiles import Profile, Shift, is_told, profile_of, shift_of
from hub.alarms.sight import Sight
from hub.alarms.volume import whole_day
from hub.partners.spec import Feed, Partner
from hub.storage.alarms import Cause

DAY = timedelta(days=1)
NEWEST = timedelta(days=7)  # no newest day is older than the newest by more
FEWEST_DAYS, FEWEST_FEEDS = 2, 2
OWN, OTHERS = "own past 本数据源以往", "other feeds 本市其他数据源"
Days = Mapping[date, CaseDay]


def shifted(sight: Sight) -> Iterator[Cause]:
    """Feeds whose newest reports lie hours away from the usual hours (A16)."""
    told = {
        (partner.id, feed.name): (
            partner,
            feed,
            case_days(past, sight.cases, whole=feed.mode == "snapshot"),
        )
        for partner, feed, past in sight.feeds("A16")
    }
    for key, (partner, feed, days) in told.items():
        chosen = _newest(sight, feed, days)
        newest = profile_of(days[day].hours for day in chosen)
        if newest is None or not is_told(newest):
            continue
        usual = _own(sight, partner, feed, days, chosen)
        if usual is None:
            others = [other for name, (_, _, other) in told.items() if name != key]
            found = _by_others(sight, partner, feed, newest, others)
        else:
            found = _clear(sight, feed, newest, usual) if is_told(usual) else None
        if found is not None:
            yield Cause(
                rule="A16",
                partner=partner.id,
                feed=feed.name,
                seen={
                    "first": chosen[-1].isoformat(),
                    "day": chosen[0].isoformat(),
                    "count": sum(days[day].cases for day in chosen),
                    "hours": f"{found.hours:+d}",
                    "share": f"{found.off:.0%}",
                    "basis": OTHERS if usual is None else OWN,
                },
            )


def _newest(sight: Sight, feed: Feed, days: Days) -> list[date]:
    """The newest whole days, from the last one back, until they have enough rows."""
    last = whole_day(sight, feed, days)
    if last is None:
        return []
    chosen: list[date] = []
    rows = 0
    for day in sorted(one for one in days if last - NEWEST < one <= last)[::-1]:
        chosen.append(day)
        rows += sum(days[day].hours)
        if len(chosen) >= FEWEST_DAYS and rows >= sight.declared.shift_rows:
            return chosen
    return []


def _own(
    sight: Sight, partner: Partner, feed: Feed, days: Days, chosen: list[date]
) -> Profile | None:
    """The feed's profile before its newest days and those of an open alarm."""
    start, until = feed.alarm.counts_from, chosen[-1]
    opened = sight.opened("A16", partner, feed)
    if opened is not None and not (start is not None and start >= opened - NEWEST):
        until = min(until, opened - FEWEST_DAYS * DAY)
    known = [
        one.hours
        for day, one in days.items()
        if day < until and (start is None or day >= start)
    ]
    rows = sum(sum(one) for one in known)
    if len(known) < sight.declared.least_history or rows < sight.declared.shift_rows:
        return None
    return profile_of(known)


def _by_others(
    sight: Sight, partner: Partner, feed: Feed, newest: Profile, others: Sequence[Days]
) -> Shift | None:
    """Feeds differ in their hours, so only the offset of a zone counts here."""
    profiles = [
        one
        for days in others
        if sum(sum(day.hours) for day in days.values()) >= sight.declared.shift_rows
        and (one := profile_of(day.hours for day in days.values())) is not None
        and is_told(one)
    ]
    if len(profiles) < FEWEST_FEEDS:
        return None
    usual = tuple(sum(column) / len(profiles) for column in zip(*profiles, strict=True))
    found = _clear(sight, feed, newest, usual)
    zones = (sight.zone, ZoneInfo(partner.timezone))
    offsets = {_offset(sight, zone) for zone in zones}
    is_zone = found is not None and any(
        abs(abs(found.hours) - abs(one)) <= 1 for one in offsets
    )
    return found if is_zone else None


def _clear(sight: Sight, feed: Feed, newest: Profile, usual: Profile) -> Shift | None:
    found, city = shift_of(newest, usual), sight.declared
    least = feed.alarm.shift_hours or city.shift_hours
    is_far = found.off >= city.shift_share and abs(found.hours) >= least
    return found if is_far and found.is_clear else None


def _offset(sight: Sight, zone: ZoneInfo) -> int:
    """Hours by which a zone is ahead of UTC."""
    ahead = sight.now.astimezone(zone).utcoffset() or timedelta()
    return round(ahead / timedelta(hours=1))
