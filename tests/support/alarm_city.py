"""A city whose districts drop a file an evening, and a clock that a test moves.

What lives here: districts, the cases that each of them tells of (the truth), their
files, weeks of a past that only the ledger knows, and the hub at any instant. What does
not: what goes wrong in it; tests do that to the files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from support.small_city import CITY, small_house, write_city

from hub.alarms.checking import Checked, check
from hub.alarms.messages import Post
from hub.alarms.sending import Patience, send_waiting
from hub.alarms.sight import Senses, Space
from hub.assets.senses import last_tick
from hub.flow import tables
from hub.flow.house import House
from hub.flow.run import Window, run_partner
from hub.partners.alarms import Channel
from hub.schemas import dataset
from hub.settings import Settings
from hub.storage.control import write
from hub.storage.tables import BATCH

ZONE = ZoneInfo("Asia/Shanghai")
CHANNELS = """
[alarm]
escalate_after = "24h"

[[alarm.channel]]
name = "duty"
kind = "webhook"
url = "http://127.0.0.1:9/duty"

[[alarm.channel]]
name = "head"
kind = "webhook"
url = "http://127.0.0.1:9/head"
only = "escalated"
"""
DISTRICT = """
[partner]
id = "{id}"
title = "{id}区 案件系统"
steward = "{id}区城管局 信息科"
timezone = "Asia/Shanghai"

[source]
connector = "files"
folder = "env:DROP_{upper}"

[[feed]]
name = "cases"
dataset = "issue"
key = ["编号"]
changed = "更新时间"
category_system = "GBT30428.2-2013"
as_of = {{ file = '(\\d{{8}})', format = "%Y%m%d" }}
deadline = "22:30"
owner = "{id}区城管局 值班室"
read = {{ files = "cases_*.csv", done = ".ok" }}

[feed.columns]
case_no = "编号"
reported_at = "上报时间"
handled_at = "处置时间"
source_stage_id = {{ field = "状态", codes = "stage" }}
street_code = "街道"
reporter_name = "上报人"
reporter_phone = "电话"
source_channel_code = {{ value = "LZZ" }}
category_kind_code = {{ value = "MATTER" }}
category_code = {{ value = "0110" }}
media_count = {{ value = 0 }}

[feed.codes.stage]
"待派遣" = "DISPATCHED"
"已处置" = "HANDLED"
"""
HEAD = "编号,更新时间,上报时间,处置时间,状态,街道,上报人,电话"
REPORTER, PHONE = "冼钿珊", "13971110001"  # no alarm may ever show them
WEEKDAY_CASES = (40, 44, 42, 45, 41, 20, 18)
ROOM = Space(total=100, free=60, files=100, files_free=60)


def at(day: date, clock: str) -> datetime:
    """A clock time of a local day."""
    return datetime.combine(day, time.fromisoformat(clock), ZONE)


def plenty(_folder: Path) -> Space:
    """A disk with room, whatever machine the test runs on."""
    return ROOM


SENSES = Senses(last_tick=last_tick, space=plenty)


def cases_of(day: date) -> int:
    """How many new cases a day has: by weekday, a little different every week."""
    return WEEKDAY_CASES[day.weekday()] + day.toordinal() // 7 % 3


@dataclass
class AlarmCity:
    """Districts, their files and the hub.

    Attributes:
        folder: of everything.
        districts: their ids.
        now: the hub's clock.
        outbox: what was sent, per channel.
        truth: case number → the hour at which it was handled, or None.
    """

    folder: Path
    districts: Sequence[str]
    now: datetime
    outbox: list[tuple[str, Post]] = field(default_factory=list)
    truth: dict[str, str | None] = field(default_factory=dict)
    _house: House | None = None

    @classmethod
    def made_in(
        cls, folder: Path, *districts: str, now: datetime, channels: str = CHANNELS
    ) -> AlarmCity:
        """A new city; nothing was delivered yet."""
        files = {one: DISTRICT.format(id=one, upper=one.upper()) for one in districts}
        place = write_city(folder / "city", **files)
        (place / "city.toml").write_text(CITY.partition("[lead]")[0] + channels)
        for one in districts:
            (folder / one).mkdir()
        return cls(folder, districts, now)

    @property
    def house(self) -> House:
        """The hub at this instant."""
        drops = {
            f"DROP_{one.upper()}": str(self.folder / one) for one in self.districts
        }
        settings = Settings(
            home=self.folder / "home",
            city=str(self.folder / "city"),
            now=self.now,
            environment=drops,
        )
        if self._house is None:
            small_house(self.folder, self.now).control.close()
            self._house = small_house(self.folder, self.now)
        self._house = self._house.at(settings)
        return self._house

    def lines(self, district: str, day: date) -> list[str]:
        """A day's file: its new cases, and those of the day before, handled."""
        return [*self._reported(district, day), *self._handled(district, day)]

    def _reported(self, district: str, day: date) -> Iterator[str]:
        for n in range(cases_of(day)):
            yield (
                f"{_key(district, day, n)},{day} 20:00:00,{day} 08:{n:02}:00,,待派遣,"
                f"{_who(n)}"
            )

    def _handled(self, district: str, day: date) -> Iterator[str]:
        before = day - timedelta(days=1)
        for n in range(0, cases_of(before), 2):
            yield (
                f"{_key(district, before, n)},{day} 20:30:00,{before} 08:{n:02}:00,"
                f"{day} 09:{n:02}:00,已处置,{_who(n)}"
            )

    def tell(self, district: str, day: date) -> None:
        """Make a day's file part of the truth."""
        before = day - timedelta(days=1)
        for n in range(cases_of(day)):
            self.truth.setdefault(_key(district, day, n), None)
        for n in range(0, cases_of(before), 2):
            self.truth[_key(district, before, n)] = f"{day} 09:{n:02}:00"

    def drop(
        self,
        district: str,
        day: date,
        lines: Sequence[str] | None = None,
        *,
        head: str = HEAD,
        name: str = "",
        is_done: bool = True,
    ) -> None:
        """Put a day's file into the district's folder."""
        rows = self.lines(district, day) if lines is None else lines
        path = self.folder / district / f"cases_{day:%Y%m%d}{name}.csv"
        path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        if is_done:
            path.with_name(f"{path.name}.ok").write_text("")

    def pull(self, now: datetime) -> None:
        """Ask every district at an instant."""
        self.now = now
        house = self.house
        for one in house.city.partners.values():
            run_partner(house, one, Window())

    def look(self, now: datetime) -> Checked:
        """Check and send at an instant."""
        self.now = now
        house = self.house
        checked = check(house, SENSES)

        def way(
            _settings: Settings, channel: Channel, post: Post, _at: datetime
        ) -> None:
            self.outbox.append((channel.name, post))

        send_waiting(house, way=way, patience=Patience(attempts=1), clock=lambda: now)
        return checked

    def remember(self, last: date, weeks: int) -> None:
        """A quiet past up to a day, for the ledger alone."""
        rows = [
            _remembered(district, last - timedelta(days=n))
            for n in range(weeks * 7, -1, -1)
            for district in self.districts
        ]
        with write(self.house.control.engine) as connection:
            connection.execute(sa.insert(BATCH), rows)

    def core(self) -> dict[str, str | None]:
        """What core holds, in the form of the truth."""
        table = tables.core_table(self.house.lake, dataset("issue"))
        found = table.read(columns=["case_no", "handled_at", "deleted_at"])
        told = found.filter(found["deleted_at"].is_null())
        handled = (
            told["handled_at"].dt.convert_time_zone("Asia/Shanghai")
            .dt.strftime("%Y-%m-%d %H:%M:%S").to_list()
        )  # fmt: skip
        return dict(zip(told["case_no"].to_list(), handled, strict=True))


def _key(district: str, day: date, n: int) -> str:
    return f"{district}-{day:%m%d}-{n:03}"


def _who(n: int) -> str:
    return f"42010200{1 + n % 2},{REPORTER},{PHONE}"


def _remembered(district: str, day: date) -> dict[str, object]:
    landed, before = at(day, "23:00"), day - timedelta(days=1)
    rows = cases_of(day) + len(range(0, cases_of(before), 2))
    return {
        "partner": district,
        "feed": "cases",
        "kind": "delivery",
        "name": f"cases_{day:%Y%m%d}.csv",
        "as_of": at(day, "00:00"),
        "landed_at": landed,
        "state": "merged",
        "received": rows,
        "accepted": rows,
        "quarantined": 0,
        "duplicate": 0,
        "created_at": landed,
        "updated_at": landed,
    }
