"""What is read together, and when: the feeds of a partner by their schedule.

What lives here: cycles from declarations, their names, and the request for a run of
some feeds. What does not: who asks for it, a clock (`pulls`) or what lies there
(`drops`, `pushes`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import dagster as dg
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
)

from hub.assets.automation.unattended import UNATTENDED
from hub.assets.keys import raw_key
from hub.flow.house import House
from hub.flow.run import FIRST_REACH
from hub.partners.city import City
from hub.partners.spec import Feed, Partner

PARTNER, CYCLE = "hub/partner", "hub/cycle"
Steps = Mapping[dg.AssetKey, dg.AssetsDefinition]
# Dagster's names are letters, digits and underscores, and two crons are two names.
_SPELT = str.maketrans({" ": "_", "*": "x", "/": "s", ",": "c", "-": "t"})
_NUMBER = r"(?:0|[1-9]\d?)"
_HOURLY = re.compile(rf"({_NUMBER}) \* \* \* \*")
_DAILY = re.compile(rf"({_NUMBER}) ({_NUMBER}(?:,{_NUMBER})*) \* \* \*")


class Cycle(NamedTuple):
    """Feeds of one partner that are read at the same times."""

    partner: Partner
    cron: str
    feeds: tuple[Feed, ...]

    @property
    def name(self) -> str:
        """What its schedule is called."""
        return f"pull_{self.partner.id}_{_told(self.cron)}"


def _told(cron: str) -> str:
    """A cron as people say it where it is plain, else as it is spelt."""
    if found := _HOURLY.fullmatch(cron):
        return f"hourly_{int(found[1]):02}"
    if found := _DAILY.fullmatch(cron):
        hours = (f"{int(hour):02}{int(found[1]):02}" for hour in found[2].split(","))
        return "_".join(["daily", *hours])
    return cron.translate(_SPELT)


class Days(NamedTuple):
    """Local days on which a run is told of, both included."""

    first: date
    last: date


def cycles_of(city: City, partner: Partner) -> list[Cycle]:
    """The cycles of a partner, in the order of its file."""
    found: dict[str, list[Feed]] = {}
    for feed in partner.feeds:
        found.setdefault(feed.schedule or city.automation.pull, []).append(feed)
    return [Cycle(partner, cron, tuple(feeds)) for cron, feeds in found.items()]


def steps_by_key(assets: Sequence[dg.AssetsDefinition]) -> Steps:
    """Asset key → the step that makes it."""
    return {key: one for one in assets for key in one.keys}


def keys_of(steps: Steps, partner: Partner, feeds: Sequence[Feed]) -> list[dg.AssetKey]:
    """Everything that the steps of some feeds make."""
    return sorted({k for f in feeds for k in steps[raw_key(partner, f)].keys})


def requests(
    steps: Steps,
    partner: Partner,
    feeds: Sequence[Feed],
    *,
    run_key: str,
    cycle: str,
    days: Days,
) -> Iterator[dg.RunRequest]:
    """A run of some feeds, which nobody sits beside: it reads what is new.

    Steps that know days and steps that do not are two runs: Dagster would take the
    days for both.

    Args:
        steps: see `steps_by_key`.
        partner: whose the feeds are.
        feeds: in the order of its file.
        run_key: the same key asks for the same run.
        cycle: who asks for it.
        days: on which the run is told of.
    """
    tags = {UNATTENDED: "true", PARTNER: partner.id, CYCLE: cycle}
    span = {
        ASSET_PARTITION_RANGE_START_TAG: days.first.isoformat(),
        ASSET_PARTITION_RANGE_END_TAG: days.last.isoformat(),
    }
    for more in (span, {}):
        own = [
            feed
            for feed in feeds
            if bool(more) == (steps[raw_key(partner, feed)].partitions_def is not None)
        ]
        if own:
            yield dg.RunRequest(
                run_key=f"{run_key} {'days' if more else 'whole'}",
                asset_selection=keys_of(steps, partner, own),
                tags=tags | more,
            )


def today(city: City, now: datetime) -> Days:
    """The local day that an instant ends or lies in."""
    day = _local_day(now, city)
    return Days(day, day)


def days_read(house: House, cycle: Cycle, until: datetime) -> Days:
    """The local days between where the feeds of a cycle stand and an instant.

    Feeds without a window of time stand at the instant.
    """
    partner = cycle.partner
    marks = [
        house.ledger.watermark(partner.id, feed.name) or until - FIRST_REACH
        for feed in cycle.feeds
        if feed.read.window is not None
    ]
    last = _local_day(until, house.city)
    first = [mark.astimezone(ZoneInfo(house.city.timezone)).date() for mark in marks]
    return Days(min([last, *first]), last)


def _local_day(instant: datetime, city: City) -> date:
    local = instant.astimezone(ZoneInfo(city.timezone))
    # At midnight sharp the day that has just ended is meant.
    return (local - timedelta(microseconds=1)).date()
