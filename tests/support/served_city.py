"""A small city with people in it, and whoever may be served some of it.

What lives here: partners that drop files full of personal data, what they drop, and
consumers with their grants. What does not: the personal data themselves (`canaries`),
who may see what (the tests say).

Two districts; cases in both, with steps, handlings and checks; rows that stay in
quarantine; a partner that cannot be reached and has a secret.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from support import canaries
from support.file_city import Done, run_hub
from support.small_city import CITY, write_city

from hub.flow.city_run import finish_run
from hub.flow.house import House, open_house
from hub.flow.run import Window, run_partner
from hub.settings import Settings
from hub.sharing.granting import check_consumer, check_grant
from hub.sharing.subjects import subjects
from hub.sharing.territory import Territory
from hub.storage.consumer_keys import ConsumerKeys
from hub.storage.consumers import Consumer, Consumers
from hub.storage.grants import Grant, Grants, RowRule

NOW = datetime(2026, 10, 3, 0, tzinfo=UTC)
EAST, WEST = "420102", "420103"
STREETS = ("420102001", "420102002", "420103001")
FIRST = datetime.fromisoformat("2026-09-10T08:00:00")  # as the partner says it
CASES = 24

FILES = """
[partner]
id = "{id}"
title = "{title}"
timezone = "Asia/Shanghai"
coordinates = "wgs84"

[source]
connector = "files"
folder = "env:DROP"
"""
PLATFORM = (
    FILES.format(id="platform", title="平台")
    + """
[[feed]]
name = "cases"
key = ["id"]
changed = "changed"
category_system = "GBT30428.2-2013"
events_complete = true
read = { files = "cases_*.jsonl" }

[[feed.emit]]
dataset = "issue"

[feed.emit.columns]
case_no = "no"
source_channel_code = { value = "XC" }
category_kind_code = { value = "MATTER" }
category_code = { value = "0110" }
reporter_name = "who"
reporter_phone = "call"
reporter_person_id = { field = "found_by", ref = "person" }
description = "told"
address = "place"
lon = "lon"
lat = "lat"
street_code = "street"
district_code = "district"
handling_org_id = { field = "unit", ref = "org" }
source_stage_id = { field = "state", codes = "stage" }
reported_at = "reported"
accepted_at = "accepted"
registered_at = "registered"
dispatched_at = "dispatched"
handled_at = "handled"
source_deadline_at = "deadline"
extension_minutes = "longer"
is_supervised = "watched"
media_count = { value = 0 }

[feed.emit.codes.stage]
1 = "DISCOVERED"
3 = ["ACCEPTED", "REGISTERED", "DISPATCHED"]
5 = "HANDLED"

[[feed.emit]]
dataset = "issue_event"
explode = "trail"
part = { field = "step" }

[feed.emit.columns]
issue_id = { field = "../id", ref = "issue" }
action_code = { field = "action", codes = "action" }
happened_at = "at"
actor_person_id = { field = "by", ref = "person" }
opinion = "words"
is_inferred = { value = false }

[feed.emit.codes.action]
report = "SUBMIT"
dispatch = "DISPATCH"

[[feed]]
name = "works"
dataset = "handling"
key = ["id"]
changed = "at"
read = { files = "works_*.jsonl" }

[feed.columns]
issue_id = { field = "case", ref = "issue" }
attempt_seq = { value = 1 }
org_id = { field = "unit", ref = "org" }
handler_person_id = { field = "by", ref = "person" }
finished_at = "at"
opinion = "words"
penalty_yuan = "fine"
media_count = { value = 0 }
"""
)
ROSTER = (
    FILES.format(id="roster", title="路长名册")
    + """
[[feed]]
name = "orgs"
dataset = "org"
mode = "snapshot"
key = ["id"]
deletes = { kind = "snapshot" }
as_of = { file = '_([0-9]{8})', format = "%Y%m%d" }
read = { files = "orgs_*.jsonl" }

[feed.columns]
org_name = "name"
org_level_code = { value = "DISTRICT" }
org_kind_code = { value = "ENFORCEMENT_CENTRE" }
division_code = "division"
valid_from_on = "since"

[[feed]]
name = "areas"
dataset = "area"
mode = "snapshot"
key = ["id"]
deletes = { kind = "snapshot" }
as_of = { file = '_([0-9]{8})', format = "%Y%m%d" }
read = { files = "areas_*.jsonl" }

[feed.columns]
area_name = "name"
area_kind_code = { value = "ZONE" }
status_code = { value = "ACTIVE" }
is_required = { value = true }
street_code = "street"
area_km2 = "size"

[[feed]]
name = "people"
mode = "snapshot"
key = ["id"]
deletes = { kind = "snapshot" }
as_of = { file = '_([0-9]{8})', format = "%Y%m%d" }
read = { files = "people_*.jsonl" }

[[feed.emit]]
dataset = "person"

[feed.emit.columns]
person_name = "name"
mobile = "mobile"
duty_phone = "duty"
org_id = { field = "org", ref = "org" }
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

[[feed]]
name = "shops"
dataset = "service_object"
mode = "snapshot"
key = ["id"]
deletes = { kind = "snapshot" }
as_of = { file = '_([0-9]{8})', format = "%Y%m%d" }
read = { files = "shops_*.jsonl" }

[feed.columns]
object_kind_code = { value = "SHOP" }
object_name = "sign"
legal_name = "licence"
uscc_id = "code"
owner_name = "owner"
owner_phone = "call"
address = "place"
street_code = "street"
open_status_code = { value = "OPEN" }
valid_from_on = "since"

[[feed]]
name = "boards"
dataset = "sign_board"
mode = "snapshot"
key = ["id"]
deletes = { kind = "snapshot" }
as_of = { file = '_([0-9]{8})', format = "%Y%m%d" }
read = { files = "boards_*.jsonl" }

[feed.columns]
area_id = { field = "area", ref = "area" }
shown_chief_name = "chief"
shown_phone = "phone"
status_code = { value = "IN_USE" }
valid_from_on = "since"

[[feed]]
name = "patrols"
dataset = "patrol"
key = ["id"]
changed = "at"
read = { files = "patrols_*.jsonl" }

[feed.columns]
person_id = { field = "by", ref = "person" }
area_id = { field = "area", ref = "area" }
status_code = { value = "DONE" }
started_at = "at"
length_m = "length"
track = "track"
"""
)
DARK = """
[partner]
id = "dark"
title = "连不上的系统"
timezone = "Asia/Shanghai"

[source]
connector = "rest"
base_url = "env:DARK_URL"
auth = { kind = "bearer", token = "env:DARK_TOKEN" }
limits = { timeout_seconds = 2 }

[[feed]]
name = "checks"
dataset = "review"
key = ["id"]
changed = "at"
read = { path = "/checks" }

[feed.columns]
issue_id = { field = "case", ref = "issue" }
attempt_seq = { value = 1 }
review_kind_code = { value = "CHECK" }
done_at = "at"
media_count = { value = 0 }
"""


def cases() -> list[dict[str, Any]]:
    """Cases of three streets; every third in the west; some values are missing."""
    found = []
    for n in range(CASES):
        street = STREETS[n % 3]
        at = FIRST + timedelta(hours=5 * n)
        done = n % 4 != 0
        found.append(
            {
                "id": f"C{n:02}",
                "no": f"案{n:02}",
                "changed": "2026-09-30 12:00:00",
                "who": canaries.REPORTERS[n % 2],
                "call": canaries.CALLS[n % 2],
                "found_by": f"P{n % 3 + 1}" if n % 2 else None,
                "told": canaries.told(n),
                "place": canaries.PLACE if n % 3 else None,
                "lon": f"114.3{n:02}1" if n % 5 else None,
                "lat": f"30.5{n:02}1" if n % 5 else None,
                "street": street,
                "district": street[:6],
                "unit": "O1" if street[:6] == EAST else "O2",
                "state": "5" if done else "3",
                "reported": f"{at}",
                "accepted": f"{at + timedelta(minutes=10)}",
                "registered": f"{at + timedelta(minutes=20)}",
                "dispatched": f"{at + timedelta(minutes=30)}",
                "handled": f"{at + timedelta(hours=3 + n)}" if done else None,
                "deadline": f"{at + timedelta(hours=12)}",
                "longer": str(n % 4 * 30) if n % 3 else None,
                "watched": ["true", "false", None][n % 3],
                "trail": [
                    {
                        "step": "1",
                        "action": "report",
                        "at": f"{at}",
                        "by": f"P{n % 3 + 1}",
                        "words": canaries.told(n + 1),
                    }
                ],
            }
        )
    return found


def first_day() -> dict[str, list[dict[str, Any]]]:
    """What is dropped, by file."""
    odd = cases()[0] | {"id": "Q1", "state": canaries.QUARANTINED, "trail": []}
    areas = [f"A{n}" for n in (1, 2, 3)]
    return {
        "cases_1.jsonl": [*cases(), odd],
        "works_1.jsonl": [
            {
                "id": f"W{n}",
                "case": f"C{n:02}",
                "unit": "O1" if STREETS[n % 3][:6] == EAST else "O2",
                "by": f"P{n % 3 + 1}",
                "at": "2026-09-20 09:00:00",
                "words": canaries.told(n),
                "fine": f"{n * 12.5:.2f}" if n % 2 else None,
            }
            for n in range(9)
        ],
        "orgs_20260901.jsonl": [
            {"id": "O1", "name": "东区执法", "division": EAST, "since": "2026-01-01"},
            {"id": "O2", "name": "西区执法", "division": WEST, "since": "2026-01-01"},
        ],
        "areas_20260901.jsonl": [
            {"id": one, "name": one, "street": street, "size": "1.5"}
            for one, street in zip(areas, STREETS, strict=True)
        ],
        "people_20260901.jsonl": [
            {
                "id": f"P{n + 1}",
                "name": canaries.PEOPLE[n],
                "mobile": canaries.MOBILES[n],
                "duty": canaries.DUTY,
                "org": "O2" if n == 2 else "O1",
                "area": areas[n],
                "since": "2026-01-01",
            }
            for n in range(3)
        ],
        "shops_20260901.jsonl": [
            {
                "id": f"S{n}",
                "sign": f"店{n}",
                "licence": canaries.LICENCES[n],
                "code": canaries.CODES[n],
                "owner": canaries.OWNERS[n],
                "call": canaries.OWNER_CALLS[n],
                "place": canaries.PLACE,
                "street": STREETS[n],
                "since": "2026-01-01",
            }
            for n in range(3)
        ],
        "boards_20260901.jsonl": [
            {
                "id": "B1",
                "area": "A1",
                "chief": canaries.BOARD_NAME,
                "phone": canaries.BOARD_PHONE,
                "since": "2026-01-01",
            }
        ],
        "patrols_1.jsonl": [
            {
                "id": f"R{n}",
                "by": f"P{n + 1}",
                "area": areas[n],
                "at": "2026-09-20 09:00:00",
                "length": "1200.5",
                "track": canaries.TRACK,
            }
            for n in range(3)
        ],
    }


@dataclass(frozen=True)
class ServedCity:
    """The city's folder, its home, and the keys of its consumers by name."""

    folder: Path

    @property
    def home(self) -> Path:
        """The hub's home."""
        return self.folder / "home"

    @property
    def surroundings(self) -> dict[str, str]:
        """Environment of a process of this hub."""
        return {
            "HUB_HOME": str(self.home),
            "HUB_CITY": str(self.folder / "city"),
            "HUB_NOW": NOW.isoformat(),
            "DROP": str(self.folder / "drop"),
            "DARK_URL": canaries.URL,
            "DARK_TOKEN": canaries.TOKEN,
            "POLARS_MAX_THREADS": "1",
        }

    def hub(self, *args: str) -> Done:
        """Run one command as a process of its own."""
        return run_hub(*args, cwd=self.folder, **self.surroundings)

    def house(self, now: datetime = NOW) -> House:
        """The hub, opened here."""
        environment = self.surroundings
        return open_house(
            Settings(
                home=self.home,
                city=environment["HUB_CITY"],
                now=now,
                environment=environment,
            )
        )


def made_in(folder: Path) -> ServedCity:
    """The city with what was dropped; nothing was taken in yet."""
    city = write_city(folder / "city", platform=PLATFORM, roster=ROSTER, dark=DARK)
    lead = 'org = "roster"\nservice_object = "roster"\nsign_board = "roster"\n'
    calendar = '\n[calendar]\nholidays = "CN"\nshifts = ["08:00-12:00"]\n'
    (city / "city.toml").write_text(CITY + lead + 'patrol = "roster"\n' + calendar)
    (folder / "drop").mkdir()
    for name, rows in first_day().items():
        lines = [json.dumps(one, ensure_ascii=False) for one in rows]
        (folder / "drop" / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return ServedCity(folder)


def taken_in(city: ServedCity) -> None:
    """Take in what was dropped, and release it, in this process."""
    house = city.house()
    for partner in ("roster", "platform"):
        run_partner(house, house.city.partners[partner], Window())
    finish_run(house)
    house.control.close()


def add_consumer(
    house: House,
    name: str,
    grants: Sequence[dict[str, Any]] = (),
    *,
    purposes: Sequence[str] = ("考核",),
    units: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> str:
    """Add a consumer with its grants as the command line would; its key."""
    engine, at = house.control.engine, house.now() - timedelta(days=9)
    made = Consumer(
        id=name,
        org="某局",
        contact_role="数据专员",
        purposes=tuple(purposes),
        units=tuple(units),
        valid_from=since or at,
        valid_until=until,
        made_at=at,
        made_by="甲",
    )
    territory = Territory.of(house.city)
    check_consumer(made, territory)
    Consumers(engine).add(made)
    key, _ = ConsumerKeys(engine).make(name, by="甲", at=at)
    for told in grants:
        wanted = granted(name, at, **told)
        check_grant(wanted, made, subjects(), territory)
        Grants(engine).add(wanted)
    return key


def granted(name: str, at: datetime, **told: Any) -> Grant:
    """A grant to a consumer; what is not told is as narrow as it can be."""
    plain: dict[str, Any] = {
        "consumer": name,
        "columns": (),
        "column_class": None,
        "row_rule": RowRule("all"),
        "purpose": "考核",
        "basis": "",
        "clear": (),
        "masks": {},
        "forms": (),
        "valid_from": at,
        "valid_until": None,
        "made_at": at,
        "made_by": "甲",
    }
    return Grant(**plain | told)
