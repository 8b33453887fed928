"""A01 and A04: a feed that is late, and one that stopped with the year.

What lives here: by when a feed should have brought something, as its partner file
declares it, and whether it did. What does not: fetching; days with too few rows
(`volume`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from statistics import median_high, median_low

from hub.alarms.past import Past
from hub.alarms.sight import YEAR_END, Sight, last
from hub.partners.city import as_timedelta
from hub.partners.spec import Feed, Partner
from hub.storage.alarms import Cause

DAY = timedelta(days=1)
LIVELY = 7  # days with rows in the last fortnight of a year
STATES = {
    "merged": "merged 已入库",
    "refused": "refused 整批退回",
    "failed": "failed 未能取到",
}


def silent(sight: Sight) -> Iterator[Cause]:
    """Feeds that are late (A01)."""
    for partner, feed, past in sight.feeds("A01"):
        if _moved(sight, feed, past) is not None:
            continue
        due = overdue(sight, partner, feed, past)
        if due is not None and not is_unasked(sight, partner, feed, past):
            yield Cause(
                rule="A01",
                partner=partner.id,
                feed=feed.name,
                seen={
                    "reach": sight.local(past.reach),
                    "due": sight.local(due),
                    "attempt": _attempt(sight, past),
                },
            )


def moved(sight: Sight) -> Iterator[Cause]:
    """Feeds that brought rows to the year's end and none since (A04)."""
    for partner, feed, past in sight.feeds("A04"):
        ended = _moved(sight, feed, past)
        if ended is not None:
            yield Cause(
                rule="A04",
                partner=partner.id,
                feed=feed.name,
                seen={
                    "last": ended.isoformat(),
                    "year": sight.today.year,
                    "place": _place(feed),
                },
            )


def overdue(sight: Sight, partner: Partner, feed: Feed, past: Past) -> datetime | None:
    """By when something was due that has not come; None where all is well.

    `silent_after` and `max_age` measure from how far the data reach; `deadline` and
    `schedule` ask for what belongs to the last time that has passed by more than the
    grace. A feed of which nothing is known at all is not late: it is new.
    """
    reach, landed = past.reach, past.landed_at
    if reach is None or landed is None:
        reach = landed = _first_try(past)
        if reach is None or landed is None:
            return None
    longest = feed.alarm.silent_after or feed.expect.max_age
    if longest is not None:
        due = reach + as_timedelta(longest)
        return due if due < sight.now else None
    passed = sight.now - as_timedelta(sight.declared.grace)
    if feed.deadline is not None:
        return _missed(sight, feed.deadline, passed, landed, past)
    if feed.schedule is None:
        return None
    if not is_always_answered(partner, feed):
        return _overlong(sight, past, landed)
    tick = missed_tick(sight, partner, feed)
    return tick if tick is not None and landed < tick else None


def is_unasked(sight: Sight, partner: Partner, feed: Feed, past: Past) -> bool:
    """Whether nobody has asked since the scheduled time: then nobody can be late."""
    if feed.schedule is None or not is_always_answered(partner, feed):
        return False
    tick, tried = missed_tick(sight, partner, feed), past.tried_at
    return tick is not None and tried is not None and tried < tick


def missed_tick(sight: Sight, partner: Partner, feed: Feed) -> datetime | None:
    """The last scheduled time that has passed by more than the grace."""
    passed = sight.now - as_timedelta(sight.declared.grace)
    return sight.senses.last_tick(feed.schedule or "", partner.timezone, passed)


def has_stopped_with_year(sight: Sight, feed: Feed, past: Past) -> bool:
    """Whether a feed is told of by A04, and by no other rule about silence."""
    return "A04" not in feed.alarm.off and _moved(sight, feed, past) is not None


def _moved(sight: Sight, feed: Feed, past: Past) -> date | None:
    """The last day with rows, where it lies at the end of last year."""
    first = date(sight.today.year, 1, 1)
    if sight.today < first + timedelta(days=sight.declared.switch_days):
        return None
    if "A04" in feed.alarm.off:
        return None
    days = past.days(whole=feed.mode == "snapshot")
    full = sorted(day for day, came in days.items() if came.rows)
    if not full or full[-1].year != first.year - 1 or full[-1].day < YEAR_END:
        return None
    lively = [day for day in full if first - day <= 2 * 7 * DAY]
    return full[-1] if len(lively) >= LIVELY else None


def _missed(
    sight: Sight, clock: str, passed: datetime, landed: datetime, past: Past
) -> datetime | None:
    """The first deadline that has passed and to which nothing belongs that came.

    A deadline of 00:30 may be meant for the day that has just ended or for the one that
    begins: the feed's own past tells how far its deliveries' days lie before their
    deadlines.
    """
    due = _deadline(sight, clock, before=passed)
    dated = past.dated()
    if dated:
        offsets = [(_served(sight, clock, at).date() - day).days for day, at in dated]
        usual = max(0, median_low(offsets))
        newest = max(day for day, _ in dated) + usual * DAY
        served = datetime.combine(newest, due.timetz())
    else:
        served = _served(sight, clock, landed)
    return served + DAY if served < due else None


def is_always_answered(partner: Partner, feed: Feed) -> bool:
    """Whether each reading leaves a batch; of a folder without a new file none is."""
    connector = partner.reading(feed).source.connector
    return connector in ("rest", "sql") and feed.read.acknowledge is None


def _overlong(sight: Sight, past: Past, landed: datetime) -> datetime | None:
    """By when something should have landed again, twice as late as it usually does.

    The schedule says when a folder or queue is looked into, not that something lies
    there each time; the feed's own past says how often something does.
    """
    times = sorted(past.came["landed_at"].drop_nulls().unique().to_list())
    if len(times) <= sight.declared.least_history:
        return None
    usual = median_high(b - a for a, b in pairwise(times))
    due = landed + 2 * usual + as_timedelta(sight.declared.grace)
    return due if due < sight.now else None


def _served(sight: Sight, clock: str, landed: datetime) -> datetime:
    """The deadline that a landing was for: the first ahead, or one just passed."""
    grace = as_timedelta(sight.declared.grace)
    before = _deadline(sight, clock, before=landed - grace)
    return before if before == landed - grace else before + DAY


def _deadline(sight: Sight, clock: str, *, before: datetime) -> datetime:
    """The last deadline that is not after an instant."""
    local = before.astimezone(sight.zone)
    due = datetime.combine(local.date(), time.fromisoformat(clock), sight.zone)
    return due if due <= local else due - DAY


def _first_try(past: Past) -> datetime | None:
    found: list[datetime] = past.batches["created_at"].head(1).to_list()
    return found[0] if found else None


def _attempt(sight: Sight, past: Past) -> str:
    state = last(past.batches, "state")
    if state is None:
        return "–"
    at = last(past.batches, "created_at")
    assert isinstance(at, datetime)
    return f"{STATES.get(str(state), str(state))}, {sight.local(at)}"


def _place(feed: Feed) -> str:
    """Where the declaration says that a feed is read."""
    read = feed.read
    for name in ("table", "path", "files", "queue"):
        value = getattr(read, name)
        if value:
            return f"{name} = {value}"
    return "tables" if read.tables else "query" if read.query else "–"
