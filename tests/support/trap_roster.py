"""A street that sends its roster: areas, and a dated list of people with their posts.

What lives here: the partner file, its lists and what linking found odd about them.
What does not: any trap; those stand in `tests/traps/test_roster.py`.
"""

from __future__ import annotations

from pathlib import Path

import orjson
from support.trap_partner import Taken, opened, partner, taken

from hub.flow import tables
from hub.storage.batches import Batch

AREAS = """
[[feed]]
name = "areas"
dataset = "area"
mode = "snapshot"
key = ["id"]
read = { files = "areas_*.jsonl" }

[feed.columns]
area_name = "id"
area_kind_code = { value = "ZONE" }
status_code = { value = "ACTIVE" }
is_required = { value = true }
street_code = { value = "420102001" }
community_codes = { field = "communities", split = "," }
valid_from_on = { value = "2026-01-01" }
"""
PEOPLE = """
[[feed]]
name = "people"
mode = "snapshot"
key = ["id"]
as_of = { file = 'people_(\\d{8})', format = "%Y%m%d" }
deletes = { kind = "snapshot" }
read = { files = "people_*.jsonl" }
never_land = ["身份证号", "password"]

[[feed.emit]]
dataset = "person"

[feed.emit.columns]
person_name = "name"
mobile = "tel"
employment_code = { value = "ENFORCEMENT" }
is_active = { value = true }

[[feed.emit]]
dataset = "assignment"
part = { field = "area" }
when = "area <> ''"

[feed.emit.columns]
person_id = { field = "id", ref = "person" }
role_code = { field = "title", codes = "role" }
role_source_name = "title"
target_kind_code = { value = "AREA" }
target_id = { field = "area", ref = "area" }
is_primary = { value = true }
start_on = "since"
end_on = "until"

[feed.codes.role]
"路长" = "ROAD_CHIEF"
"街路长" = "ROAD_CHIEF"
"网格长" = "CO_GOVERN"
"""
FULL = partner(AREAS, PEOPLE)


def person(key: str, name: str = "张三", **more: str) -> dict[str, str]:
    plain = {"id": key, "name": name, "tel": "", "title": "路长", "area": ""}
    return plain | {"since": "2026-01-01", "until": ""} | more


def lines(rows: list[dict[str, str]]) -> bytes:
    return b"\n".join(orjson.dumps(row) for row in rows) + b"\n"


def listed(
    folder: Path,
    *days: list[dict[str, str]],
    areas: tuple[str, ...] = (),
    text: str = FULL,
) -> Taken:
    """One list of people per day from 20260901 on, over some areas."""
    house = opened(folder, text)
    named: list[dict[str, str]] = [{"id": key, "communities": ""} for key in areas]
    (folder / "drop" / "areas_1.jsonl").write_bytes(lines(named))
    done: list[Batch] = []
    for number, rows in enumerate(days, start=1):
        path = folder / "drop" / f"people_202609{number:02}.jsonl"
        path.write_bytes(lines(rows))
        done += taken(house).batches
    return Taken(house, done)


def odd(one: Taken) -> set[tuple[str, str]]:
    """(rule, source key of the row) of what is odd about the rosters."""
    found = tables.roster_finding_table(one.house.lake).read()
    ids: dict[str, str] = {}
    for name in ("area", "person", "assignment"):
        ids |= dict(one.rows(name).select(f"{name}_id", "source_id").rows())
    return {
        (row["rule"], ids[row["id"]]) for row in found.to_dicts() if row["id"] in ids
    }
