"""A city of three streets and a connector that serves parts from memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import polars as pl

from hub.connectors.base import Closing, Connector, Delivery, Part, PartMeta
from hub.flow.house import House, open_house
from hub.partners.spec import Feed, Partner
from hub.settings import Settings
from hub.storage.control import ControlDatabase

CITY = """
[city]
id = "small"
name = "小城"
title = "小城"
timezone = "Asia/Shanghai"
languages = ["zh-CN"]
bbox = [113.0, 29.0, 116.0, 32.0]
calendar = "SMALL"

[divisions]
code_lengths = [6, 9, 12]

[categories]
national = true
standard_system = "GBT47678.5-2026"

[lead]
area = "roster"
person = "roster"
assignment = "roster"
"""

FILES = {
    "division.csv": """division_code,division_name,level_code,kind_code,parent_code,\
urban_rural_code,valid_from_on,valid_to_on
420100,小城,CITY,CITY,,,2000-01-01,
420102,东区,DISTRICT,DISTRICT,420100,,2000-01-01,
420103,西区,DISTRICT,DISTRICT,420100,,2000-01-01,
420102001,一街,STREET,STREET,420102,,2000-01-01,
420102002,二街,STREET,STREET,420102,,2000-01-01,
420103001,三街,STREET,STREET,420103,,2000-01-01,
""",
    "assessment_unit.csv": """unit_code,unit_name,level_code,group_code,\
parent_unit_code,valid_from_on,valid_to_on
AU-E,东区,DISTRICT_UNIT,,,2000-01-01,
AU-W,西区,DISTRICT_UNIT,,,2000-01-01,
""",
    "assessment_unit_member.csv": """unit_code,member_kind_code,member_id,confidence,\
valid_from_on,valid_to_on
AU-E,DIVISION,420102001,confirmed,2000-01-01,
AU-E,DIVISION,420102002,confirmed,2000-01-01,
AU-W,DIVISION,420103001,confirmed,2000-01-01,
""",
}

PLATFORM = """
[partner]
id = "platform"
title = "平台"
timezone = "Asia/Shanghai"
coordinates = "wgs84"

[source]
connector = "rest"
base_url = "http://127.0.0.1:9"

[[feed]]
name = "cases"
key = ["id"]
changed = "changed"
deletes = { kind = "marker", field = "op", values = ["D"] }
category_system = "GBT30428.2-2013"
events_complete = true

[feed.read]
path = "/cases"

[[feed.emit]]
dataset = "issue"

[feed.emit.columns]
source_channel_code = { value = "XC" }
category_kind_code = { value = "MATTER" }
category_code = "category"
street_code = "street"
district_code = "district"
lon = "lon"
lat = "lat"
source_stage_id = { field = "state", codes = "stage" }
reported_at = "reported"
accepted_at = "accepted"
registered_at = "registered"
dispatched_at = "dispatched"
handled_at = "handled"
closed_at = "closed"
source_deadline_at = "deadline"
media_count = { value = 0 }

[feed.emit.codes.stage]
1 = "DISCOVERED"
3 = ["ACCEPTED", "REGISTERED", "DISPATCHED"]
4 = "HANDLING"
5 = "HANDLED"
6 = "CLOSED"
void = "CANCELLED"

[[feed.emit]]
dataset = "issue_event"
explode = "trail"
part = { field = "step" }

[feed.emit.columns]
issue_id = { field = "../id", ref = "issue" }
action_code = { field = "action", codes = "action" }
happened_at = "at"
is_inferred = { value = false }

[feed.emit.codes.action]
report = "SUBMIT"
dispatch = "DISPATCH"
handle = "HANDLE"
pass = "CHECK_PASS"
fail = "CHECK_FAIL"
close = "CLOSE"
"""

ROSTER = """
[partner]
id = "roster"
title = "路长名册"
timezone = "Asia/Shanghai"

[source]
connector = "rest"
base_url = "http://127.0.0.1:9"

[[feed]]
name = "areas"
dataset = "area"
mode = "snapshot"
key = ["id"]
deletes = { kind = "snapshot" }

[feed.read]
path = "/areas"

[feed.columns]
area_name = "name"
area_kind_code = { value = "ZONE" }
status_code = { value = "ACTIVE" }
is_required = { value = true }
street_code = "street"
boundary = "boundary"

[[feed]]
name = "people"
mode = "snapshot"
key = ["id"]
deletes = { kind = "snapshot" }

[feed.read]
path = "/people"

[[feed.emit]]
dataset = "person"

[feed.emit.columns]
person_name = "name"
employment_code = { value = "ENFORCEMENT" }
is_active = { value = true }

[[feed.emit]]
dataset = "assignment"
part = { value = "ROAD_CHIEF" }

[feed.emit.columns]
person_id = { field = "id", ref = "person" }
role_code = { value = "ROAD_CHIEF" }
target_kind_code = { value = "AREA" }
target_id = { field = "area", ref = "area" }
is_primary = { value = true }
start_on = "since"
"""


class Memory(Closing):
    """A connector over what a test says each feed sends."""

    def __init__(self, sends: dict[str, list[tuple[datetime, list[object]]]]) -> None:
        self.sends = sends

    def deliveries(
        self,
        feed: Feed,
        *,
        since: datetime | None,
        until: datetime | None,
        seen: Callable[[str, str | None], bool],
    ) -> Iterator[Delivery]:
        for number, (as_of, _) in enumerate(self.sends.get(feed.name, [])):
            yield Delivery(name=str(number), as_of=as_of, until=until)

    def read(
        self, feed: Feed, delivery: Delivery, *, sweep_keys: Iterator[pl.Series] | None
    ) -> Iterator[Part]:
        body = orjson.dumps(self.sends[feed.name][int(delivery.name)][1])
        meta = PartMeta(
            sequence=0,
            media="json",
            encoding="utf-8",
            received_sha256=hashlib.sha256(body).hexdigest(),
        )
        yield Part(meta, body)


def write_city(folder: Path, **partners: str) -> Path:
    """A city folder with the given partner files."""
    (folder / "partners").mkdir(parents=True)
    about = CITY if "roster" in partners else CITY.partition("[lead]")[0]
    (folder / "city.toml").write_text(about)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    for name, text in partners.items():
        (folder / "partners" / f"{name}.toml").write_text(text)
    return folder


def small_house(folder: Path, now: datetime, **partners: str) -> House:
    """A hub over a small city in a temporary folder."""
    given = partners or {"platform": PLATFORM, "roster": ROSTER}
    city = folder / "city"
    if not city.exists():
        write_city(city, **given)
    home = folder / "home"
    if not home.exists():
        home.mkdir(parents=True)
        (home / "control.db").write_bytes(_empty_database())
    return open_house(Settings(home=home, city=str(city), now=now))


@cache
def _empty_database() -> bytes:
    """A control database without rows, which would be made anew for every home."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "control.db"
        made = ControlDatabase(f"sqlite:///{file}")
        made.migrate()
        made.close()
        return file.read_bytes()


def sending(
    house: House, sends: dict[str, list[tuple[datetime, list[object]]]]
) -> House:
    """The house whose partners send exactly this."""

    def connect(partner: Partner, settings: Settings) -> Connector:
        return Memory(sends)

    return replace(house, connect=connect)
