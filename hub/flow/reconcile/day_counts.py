"""What a source counts of each day against what came of it: numbers, and no row.

What lives here: the walk over the last days of a feed, and over those that are still
short; whether the hub has asked for a day at all; and keeping the outcome. Nothing is
landed, and a source that is down costs its own feeds' comparison alone. What does not:
counting what was let in (`dated`), holding rows against rows (`feed`), the alarm
(`hub.alarms.short`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.connectors.base import Connector, Delivery
from hub.connectors.windows import name_window
from hub.errors import HubError
from hub.flow import tables
from hub.flow.house import House
from hub.flow.reconcile.dated import (
    CHANGED,
    Days,
    beyond_end,
    counted_emit,
    dated_by,
    held_by_day,
    let_in,
)
from hub.flow.reconcile.spans import Pulls, back_of, unions
from hub.flow.run import LEASE
from hub.partners.spec import Feed, Partner
from hub.schemas import dataset
from hub.storage.batches import Batch
from hub.storage.day_counts import DayCount, DayCounts
from hub.storage.holders import this_process

DAY = timedelta(days=1)
MOST_SHORT = 31  # days beyond the usual ones that are counted again while short


@dataclass(frozen=True)
class Compared:
    """One feed; `problem` says why the source could not be asked."""

    partner: str
    feed: str
    days: tuple[DayCount, ...] = ()
    problem: str | None = None


def can_be_counted(partner: Partner, feed: Feed) -> bool:
    """Whether the days of a feed can be held against what its source counts."""
    return dated_by(partner, feed) is not None


def compare_city(house: House) -> list[Compared]:
    """The last days of every feed of every active partner that counts."""
    return [
        compared
        for partner in house.city.partners.values()
        if partner.status == "active"
        for compared in compare_partner(house, partner)
    ]


def compare_partner(house: House, partner: Partner) -> Iterator[Compared]:
    """The last days of a partner's feeds, under its lease as every reading."""
    for feed in partner.feeds:
        if not can_be_counted(partner, feed):
            continue
        try:
            with house.leases.hold(
                f"partner/{partner.id}", this_process("count"), LEASE
            ):
                found = compare_feed(house, partner, feed)
        except HubError as error:
            said = error.at(partner.id, feed.name).sentence
            found = Compared(partner.id, feed.name, problem=said)
        yield found


def compare_feed(house: House, partner: Partner, feed: Feed) -> Compared:
    """Compare the last days of a feed and keep the outcome.

    Raises:
        HubError: the source could not be asked; what is kept stays as it is.
    """
    if not can_be_counted(partner, feed):
        return Compared(partner.id, feed.name)
    store = DayCounts(house.control.engine)
    days = _days(house, partner, feed, store)
    first = min((start for start, _ in days.values()), default=house.now())
    batches = house.ledger.batches(partner.id, feed.name, since=first)
    pulls = Pulls.of(feed, batches)
    asked = {day: span for day, span in days.items() if _is_asked(pulls, feed, span)}
    if not asked:
        return Compared(partner.id, feed.name)
    # The source first: what lands meanwhile may only add to what the hub has.
    with house.connect(partner.reading(feed), house.settings) as connector:
        counts = {day: _count(connector, feed, span) for day, span in asked.items()}
    told = {day: count for day, count in counts.items() if count is not None}
    held = _held(house, partner, feed, {day: asked[day] for day in told}, first)
    found = tuple(
        DayCount(
            day=day,
            counted=count,
            held=held[day],
            kept_out=_kept_out(pulls, batches, feed, asked[day]),
        )
        for day, count in told.items()
    )
    store.keep(partner.id, feed.name, found, at=house.now())
    return Compared(partner.id, feed.name, found)


def _days(house: House, partner: Partner, feed: Feed, store: DayCounts) -> Days:
    """The partner's last whole days, and those that are short since earlier."""
    zone = ZoneInfo(partner.timezone)
    today = house.now().astimezone(zone).date()
    usual = [today - n * DAY for n in range(house.city.alarm.count_days, 0, -1)]
    short = [one.day for one in store.short(partner.id, feed.name)][-MOST_SHORT:]
    start = feed.alarm.counts_from
    return {
        day: (_midnight(day, zone), _midnight(day + DAY, zone))
        for day in sorted({*usual, *short})
        if start is None or day >= start
    }


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _is_asked(pulls: Pulls, feed: Feed, span: tuple[datetime, datetime]) -> bool:
    """Whether deliveries that are in core cover the span without a gap."""
    first, until = span
    covered = unions([_span(one, feed) for one in pulls.merged if one.until])
    return any(
        (start is None or start <= first) and until <= end for start, end in covered
    )


def _span(batch: Batch, feed: Feed) -> tuple[datetime | None, datetime]:
    assert batch.until is not None
    start = None if batch.since is None else batch.since - back_of(feed)
    return start, batch.until


def _count(
    connector: Connector, feed: Feed, span: tuple[datetime, datetime]
) -> int | None:
    """Rows of exactly that span, as the source counts them now."""
    read = feed.read
    if read.window is not None:
        exact = read.window.model_copy(update={"overlap": "0s", "reach": None})
        read = read.model_copy(update={"window": exact})
    asked = Delivery(name_window(*span), since=span[0], until=span[1])
    return connector.count(feed.model_copy(update={"read": read}), asked)


def _held(
    house: House, partner: Partner, feed: Feed, days: Days, first: datetime
) -> dict[date, int]:
    """Rows of each day that were let in."""
    emit, column = counted_emit(feed), dated_by(partner, feed)
    assert emit is not None
    assert column is not None
    # Read anew: what has landed since the source counted is no longer missing.
    batches = house.ledger.batches(partner.id, feed.name, "merged", since=first)
    table = tables.staged_table(house.lake, partner.id, dataset(emit.dataset))
    over = beyond_end(partner, feed)
    return held_by_day(
        let_in(table, feed.name, batches, column, first),
        {day: (start, until + over) for day, (start, until) in days.items()},
        by_change=column == CHANGED,
        one_per_key=len(feed.read.tables) < 2 and len(feed.read.paths) < 2,
    )


def _kept_out(
    pulls: Pulls,
    batches: Sequence[Batch],
    feed: Feed,
    span: tuple[datetime, datetime],
) -> int:
    """Rows in quarantine, and repeated ones, of the deliveries that read the span.

    The newest that read all of it says how many these are today; else they add up.
    """
    first, until = span
    near = []
    for batch in pulls.merged:
        if batch.until is None:
            continue
        start, end = _span(batch, feed)
        if (start is None or start <= first) and until <= end:
            return _out(batch, batches)
        if (start is None or start < until) and end > first:
            near.append(batch)
    return sum(_out(batch, batches) for batch in near)


def _out(batch: Batch, batches: Sequence[Batch]) -> int:
    again = [
        one
        for one in batches
        if one.parent == batch.number and (one.kind, one.state) == ("replay", "merged")
    ]
    speaks = again[0] if again else batch
    return (speaks.quarantined or 0) + (speaks.duplicate or 0)
