"""The small city with partners that drop files: what processes can be run over."""

from __future__ import annotations

from pathlib import Path

from support.small_city import write_city

CASES = """
[partner]
id = "platform"
title = "平台"
timezone = "Asia/Shanghai"
coordinates = "wgs84"

[source]
connector = "files"
folder = "env:SMALL_DROP"

[[feed]]
name = "cases"
dataset = "issue"
key = ["id"]
changed = "changed"
category_system = "GBT30428.2-2013"
as_of = { file = '(\\d{8})', format = "%Y%m%d" }

[feed.read]
files = "cases_*.csv"
format = "csv"

[feed.columns]
source_channel_code = { value = "LZZ" }
category_kind_code = { value = "MATTER" }
category_code = "category"
street_code = "street"
lon = "lon"
lat = "lat"
source_stage_id = { field = "state", codes = "stage" }
reported_at = "reported"
dispatched_at = "dispatched"
received_at = "received"
handled_at = "handled"
closed_at = "closed"
source_deadline_at = "deadline"
media_count = { value = 0 }

[feed.codes.stage]
1 = "DISCOVERED"
4 = "HANDLING"
5 = "HANDLED"
6 = "CLOSED"
"""

ROSTER = """
[partner]
id = "roster"
title = "路长名册"
timezone = "Asia/Shanghai"

[source]
connector = "files"
folder = "env:SMALL_DROP"

[[feed]]
name = "areas"
dataset = "area"
mode = "snapshot"
key = ["id"]
deletes = { kind = "snapshot" }
encoding = "gb18030"
as_of = { file = '(\\d{8})', format = "%Y%m%d" }

[feed.read]
files = "areas_*.csv"
format = "csv"

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
as_of = { file = '(\\d{8})', format = "%Y%m%d" }

[feed.read]
files = "people_*.jsonl"
format = "jsonl"

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

HEAD = (
    "id,changed,category,street,lon,lat,state,reported,dispatched,received,handled,"
    "closed,deadline\n"
)
POLYGON = '"POLYGON((114 30, 115 30, 115 31, 114 31, 114 30))"'


def case_line(number: int, day: int, *, state: str = "6") -> str:
    """One case of a September day: reported at 8, closed at 11, due at 10 or 12."""
    on = f"2026-09-{day:02}"
    due = 12 if number % 2 else 10
    times = [f"{on} {hour:02}:00:00" for hour in (8, 9, 9, 10, 11, due)]
    reported, dispatched, received, handled, closed, deadline = times
    return ",".join(
        [
            str(number),
            f"{on} 23:00:00",
            "0110",
            "420102001" if number % 3 else "420103001",
            "114.3051",
            "30.5931",
            state,
            reported,
            dispatched,
            received,
            f"{on} 10:30:00" if handled else "",
            closed,
            deadline,
        ]
    )


def drop_day(folder: Path, day: int, cases: int = 6) -> None:
    """The files of one September day; every second case of the day before again."""
    folder.mkdir(exist_ok=True)
    stamp = f"202609{day:02}"
    first = day * 100
    lines = [case_line(first + n, day) for n in range(cases)]
    lines += [case_line(first - 100 + n, day - 1) for n in range(0, cases, 2)]
    lines.append(case_line(first + 99, day, state="2"))
    (folder / f"cases_{stamp}.csv").write_text(HEAD + "\n".join(lines) + "\n")
    areas = f"id,name,street,boundary\na1,一片区,420102001,{POLYGON}\n"
    (folder / f"areas_{stamp}.csv").write_bytes(areas.encode("gb18030"))
    people = [
        f'{{"id":"p{n}","name":"张{n}","area":"a1","since":"2026-09-01"}}'
        for n in range(1, 3 if day < 25 else 2)
    ]
    (folder / f"people_{stamp}.jsonl").write_text("\n".join(people) + "\n")


def file_city(folder: Path) -> Path:
    """A city folder whose partners read the folder named by SMALL_DROP."""
    return write_city(folder, platform=CASES, roster=ROSTER)
