"""Days of the city: what a run of some days asks for, and which day a batch is told on.

What lives here: the one partitioning of everything that partners bring. Feeds without a
window of their own have it too, so that all feeds of a partner and any range of days
are one backfill and one run; they then bring what there is. What does not: the window
of a feed's questions (`hub.flow.run`), core, metrics and release, which have no days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import dagster as dg

from hub.flow.run import Window
from hub.partners.city import City
from hub.partners.spec import Feed
from hub.settings import Settings
from hub.storage.batches import Batch

INSTANT = timedelta(microseconds=1)


class Span(dg.Config):
    """An exact window, where days are too coarse (ISO 8601 with offset)."""

    since: str = ""
    until: str = ""
    goes_on: bool = False  # from where each feed ended; days only say where it is told


def days_of(city: City) -> dg.DailyPartitionsDefinition:
    """Local days of the city, today included; what the hub's clock calls today."""
    first, ends = city.automation.first_day.isoformat(), None
    if now := Settings().now:
        # A clock that stands (the demo, an old day again) has no days after it.
        today = now.astimezone(ZoneInfo(city.timezone)).date().isoformat()
        ends = midnight(max(first, today), city.timezone, plus=1).date().isoformat()
    return dg.DailyPartitionsDefinition(
        start_date=first, end_date=ends, timezone=city.timezone, end_offset=1
    )


def has_window(feed: Feed) -> bool:
    """Whether a feed can be asked for some days and no others."""
    if feed.read.files is not None:
        return feed.as_of is not None and feed.as_of.file is not None
    return feed.read.window is not None or feed.changed is not None


def keys_of(context: dg.AssetExecutionContext) -> list[str]:
    """The days of a run, in order; none where it was started without."""
    if context.has_partition_key_range or context.has_partition_key:
        return list(context.partition_keys)
    return []


def window_of(days: Sequence[str], span: Span, zone: str, now: datetime) -> Window:
    """The window asked for: the exact one, else the days of the run.

    It ends with the present at the latest: a mark that lies in the future would hide
    the rest of today from the next run.
    """
    if span.goes_on:
        return Window()
    if span.since or span.until:
        return Window(
            datetime.fromisoformat(span.since) if span.since else None,
            datetime.fromisoformat(span.until) if span.until else None,
        )
    if not days:
        return Window()
    start, end = midnight(days[0], zone), midnight(days[-1], zone, plus=1)
    return Window(start, max(start, min(end, now)))


def midnight(day: str, zone: str, *, plus: int = 0) -> datetime:
    """The first instant of a local day, or of one some days later."""
    on = datetime.fromisoformat(day).date() + timedelta(days=plus)
    return datetime.combine(on, time(), ZoneInfo(zone))


def day_of(batch: Batch, zone: str) -> str:
    """The local day that a batch tells of last."""
    end = batch.until - INSTANT if batch.until else None
    at = end or batch.as_of or batch.landed_at or batch.created_at
    return at.astimezone(ZoneInfo(zone)).date().isoformat()


def told_on(batch: Batch, days: Sequence[str], zone: str) -> str:
    """The day of a run on which a batch is counted; a late file on the last."""
    day = day_of(batch, zone)
    return day if day in days else days[-1]


def covers(batch: Batch, day: str, zone: str) -> bool:
    """Whether a batch's window holds some of a local day."""
    if batch.since is None or batch.until is None:
        return False
    return batch.since < midnight(day, zone, plus=1) and batch.until > midnight(
        day, zone
    )
