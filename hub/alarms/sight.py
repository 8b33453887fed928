"""What the rules look at: the hub at one instant, and senses for the world outside.

What lives here: `Sight`, read once per check, and the words in which rules tell
instants. What does not: any rule.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from hub.alarms.case_days import CASES
from hub.alarms.certificates import server_end
from hub.alarms.past import NOTHING, Past, read_past
from hub.flow.house import House
from hub.partners.alarms import Alarm
from hub.partners.spec import Feed, Partner
from hub.storage.alarm_history import History
from hub.storage.alarms import Alarm as Told
from hub.storage.alarms import Alarms

YEAR_END = 25  # of December: a feed that moves with the year brings rows until then
MARGIN = timedelta(days=8)


def no_ticks(_cron: str, _zone: str, _before: datetime) -> datetime | None:
    """Nobody here can read cron expressions."""
    return None


@dataclass(frozen=True)
class Space:
    """What a disk has, in bytes and in files."""

    total: int
    free: int
    files: int
    files_free: int


def disk_space(folder: Path) -> Space:
    """What the disk of a folder has; a file system without a limit has 0 files."""
    import os

    usage, told = shutil.disk_usage(folder), os.statvfs(folder)
    return Space(usage.total, usage.free, told.f_files, told.f_favail)


@dataclass(frozen=True)
class Senses:
    """How the world outside is asked; tests and the orchestrator give their own.

    Attributes:
        last_tick: cron expression, zone, instant → the last tick before it.
        space: what the disk of a folder has.
        server_end: host, port → when the server's certificate ends.
    """

    last_tick: Callable[[str, str, datetime], datetime | None] = no_ticks
    space: Callable[[Path], Space] = disk_space
    server_end: Callable[[str, int], datetime] = server_end


@dataclass(frozen=True)
class Sight:
    """The hub as the rules see it; the past is read when a rule first asks.

    Attributes:
        house: the hub.
        now: the instant.
        senses: how the world outside is asked.
        only: partner and feed, where one alone is looked at.
    """

    house: House
    now: datetime
    senses: Senses = field(default_factory=Senses)
    only: tuple[str, str] | None = None

    @property
    def declared(self) -> Alarm:
        """The city's thresholds."""
        return self.house.city.alarm

    @cached_property
    def zone(self) -> ZoneInfo:
        """The city's zone."""
        return ZoneInfo(self.house.city.timezone)

    @property
    def today(self) -> date:
        """The city's day."""
        return self.now.astimezone(self.zone).date()

    @cached_property
    def store(self) -> Alarms:
        """Alarms and facts of the hub."""
        return Alarms(self.house.control.engine)

    @cached_property
    def pasts(self) -> Mapping[tuple[str, str], Past]:
        """Partner and feed → its past, back over the usual and the end of last year."""
        weeks = timedelta(weeks=self.declared.history_weeks)
        back = min(self.today - weeks, date(self.today.year - 1, 12, YEAR_END))
        start = datetime.combine(back, datetime.min.time(), self.zone) - MARGIN
        return read_past(self.house, start, self.only)

    @cached_property
    def cases(self) -> pl.DataFrame:
        """What the cases of batches were like, back over the usual (CASES)."""
        start = self.now - timedelta(weeks=self.declared.history_weeks) - MARGIN
        found = History(self.house.control.engine).cases_since(start)
        return pl.DataFrame(found, schema=CASES, orient="row")

    def opened(self, rule: str, partner: Partner, feed: Feed) -> date | None:
        """The city's day on which a feed's alarm that is open was opened."""
        for one in self._open:
            if (one.rule, one.partner, one.feed) == (rule, partner.id, feed.name):
                return one.opened_at.astimezone(self.zone).date()
        return None

    @cached_property
    def _open(self) -> list[Told]:
        return self.store.open()

    @cached_property
    def worked(self) -> Mapping[date, bool]:
        """Local day → whether it is worked; empty where the city does not say."""
        found = self.house.city.work_calendar(self.today.year)
        days = found["day_on"].to_list()
        return dict(zip(days, found["is_workday"].to_list(), strict=True))

    def is_like(self, day: date) -> Callable[[date], bool]:
        """Whether another day is worked as this one is."""
        own = self.worked.get(day)
        return lambda other: self.worked.get(other) == own

    def past(self, partner: Partner, feed: Feed) -> Past:
        """What came of a feed."""
        return self.pasts.get((partner.id, feed.name), NOTHING)

    def feeds(self, code: str) -> Iterator[tuple[Partner, Feed, Past]]:
        """Every feed that is watched for an alarm."""
        for partner in self.house.city.partners.values():
            if partner.status != "active":
                continue
            for feed in partner.feeds:
                if self.only not in (None, (partner.id, feed.name)):
                    continue
                if code not in feed.alarm.off:
                    yield partner, feed, self.past(partner, feed)

    def local(self, at: datetime | None) -> str:
        """An instant on the city's clock."""
        if at is None:
            return "–"
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")


def last(frame: pl.DataFrame, column: str) -> object:
    """The value in the newest row; None where there is no row."""
    return frame[column].tail(1).to_list()[0] if len(frame) else None
