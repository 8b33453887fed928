"""Which deliveries tell of a day, and what of them still stands.

What lives here: the deliveries of a feed by the days of a run, those of earlier runs
among them: a later run that brings nothing must not make a day look well. What does
not: the day of one delivery (`days`), verdicts (`feed_checks`), telling Dagster
(`reports`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from hub.assets.days import covers, day_of, midnight, told_on
from hub.flow.house import House
from hub.flow.quarantine import held_rows
from hub.partners.spec import Feed, Partner
from hub.storage.batches import Batch

EARLY = timedelta(days=2)  # a file may come before the day in its name


@dataclass(frozen=True)
class DayBatches:
    """What the ledger knows of one day of a feed.

    Attributes:
        counted: deliveries of the run that are counted on this day, the oldest first;
            where it brought none, those of the runs before it.
        judged: all of the day and those that cover it; what is mended is left out.
    """

    counted: tuple[Batch, ...]
    judged: tuple[Batch, ...]


def by_day(
    house: House,
    partner: Partner,
    feed: Feed,
    days: Sequence[str],
    own: Iterable[Batch],
) -> Mapping[str, DayBatches]:
    """The days of a run → what the ledger knows of them.

    Args:
        house: the hub.
        partner: whose feed it is.
        feed: which.
        days: of the run; without any, the day that the feed was last told of.
        own: batches of this run; those of no day of it are counted on the last.
    """
    zone = house.city.timezone
    if not days:
        newest = house.ledger.batches(partner.id, feed.name, limit=1)
        days = [day_of(one, zone) for one in newest]
        if not days:
            return {}
    # Years of deliveries are not read for the days of one run.
    since = midnight(min(days), zone) - EARLY
    known = house.ledger.batches(partner.id, feed.name, since=since)[::-1]
    mine = {one.number for one in own}
    standing = {one.number for one in known if not _mended(one, known, feed)}
    day_by = {one.number: day_of(one, zone) for one in known}
    told_by = {o.number: told_on(o, days, zone) for o in known if o.number in mine}
    found = {}
    for day in days:
        new = [one for one in known if told_by.get(one.number) == day]
        of_day = [one for one in known if day_by[one.number] == day]
        judged = [
            one
            for one in known
            if one.number in standing
            and (
                day in (told_by.get(one.number), day_by[one.number])
                or covers(one, day, zone)
            )
        ]
        found[day] = DayBatches(tuple(new or of_day), tuple(judged))
    return found


def rows_out(
    house: House, partner: Partner, feed: Feed, batches: Sequence[Batch]
) -> int:
    """Rows of some deliveries that are out now: replayed and mended ones are not."""
    roots = [one for one in batches if one.kind == "delivery" and one.quarantined]
    return sum(len(held_rows(house, partner, feed, one)) for one in roots)


def _mended(batch: Batch, known: Sequence[Batch], feed: Feed) -> bool:
    """Whether what failed or was refused has come since, or was replayed."""
    if batch.state not in ("failed", "refused"):
        return False
    for one in known:
        if one.number <= batch.number or one.state != "merged":
            continue
        if one.kind == "replay" and batch.number in (one.parent, batch.parent):
            return True
        if one.kind == "delivery" and _same(one, batch, feed):
            return True
    return False


def _same(one: Batch, failed: Batch, feed: Feed) -> bool:
    """Whether a later delivery brings what a failed one would have brought."""
    if feed.mode == "snapshot" or one.name == failed.name:
        return True
    if one.as_of is not None and one.as_of == failed.as_of:
        return True
    if failed.until is None:
        return failed.state == "failed"  # it was reached since
    if one.until is None or one.until < failed.until:
        return False
    return one.since is None or (failed.since is not None and one.since <= failed.since)
