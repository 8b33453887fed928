"""A partner on loopback whose first page has one of every oddity.

What lives here: its declaration, its rows and its answers. What does not: a sound
partner (`file_city`). Whatever no output may show holds CANARY, or is a number of a
person that a test names.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from support.file_city import FileCity
from support.partner_server import PartnerServer, Reply, Request, serve

CANARY = "c4nary"
MOBILE = "13912345678"
HOSTILE = "<img src=x onerror=alert(1)>"
NOW = datetime(2026, 10, 3, 0, 0, tzinfo=UTC)
DECLARED = f"""
[partner]
id = "odd"
title = "西区 {HOSTILE}"
steward = "=cmd|' /C calc'!A0"
timezone = "Asia/Shanghai"
coordinates = "gcj02"

[source]
connector = "rest"
base_url = "env:ODD_URL"
limits = {{ attempts = 1 }}

[[feed]]
name = "cases"
dataset = "issue"
key = ["id"]
changed = "changed"
category_system = "GBT30428.2-2013"
expect = {{ max_quarantined_share = 0.9 }}

[feed.read]
path = "/cases"
records = "data.rows"
page = {{ kind = "number", param = "page", size = 20, total = "data.total" }}

[feed.columns]
case_no = "no"
reported_at = "reported"
closed_at = "closed"
source_stage_id = {{ field = "state", codes = "stage" }}
district_code = "district"
reporter_name = "reporter"
description = "about"
lon = "lng"
lat = "lat"
source_channel_code = {{ field = "channel", codes = "channel" }}
category_kind_code = {{ value = "MATTER" }}
category_code = {{ value = "0110" }}
media_count = {{ value = 0 }}

[feed.codes.stage]
1 = "REGISTERED"

[feed.codes.channel]
"app" = "XC"

[[feed]]
name = "gone"
dataset = "review"
key = ["id"]
read = {{ path = "/gone" }}

[feed.columns]
issue_id = {{ field = "case", ref = "issue" }}
attempt_seq = {{ value = 1 }}
review_kind_code = {{ value = "CHECK" }}
result_code = {{ value = "PASS" }}
media_count = {{ value = 0 }}
"""


def row(number: int, **other: object) -> dict[str, Any]:
    """One case; three hours before NOW, in local time."""
    return {
        "id": f"K{number}",
        "no": f"W{number:04}",
        "reported": "2026-10-03 05:00:00",
        "changed": "2026-10-03 05:00:00",
        "state": "1",
        "district": "420102",
        "reporter": f"{CANARY} 王小二",
        "about": f"{CANARY} 井盖丢失",
        "lng": f"114.30{51 + number}",
        "lat": 30.5931,
        "channel": "app",
    } | other


def rows() -> list[dict[str, Any]]:
    """Twelve rows and their oddities."""
    return [
        row(1),
        row(1),
        row(2, state="9"),
        row(3, state="9"),
        row(4, state=HOSTILE),
        row(5, channel=MOBILE),
        row(6, reported="03/10/2026 05:00"),
        row(7, reported=None),
        row(8, lng=30.5931, lat=114.3051),
        row(9, extra=None, phone=MOBILE),
        row(9, about="anders", extra="x"),
        row(10, district="429999", remark=HOSTILE),
    ]


@contextmanager
def odd_city(
    folder: Path, *, sent: list[dict[str, Any]] | None = None, total: int = 57
) -> Iterator[tuple[FileCity, PartnerServer, dict[str, str]]]:
    """A city with this partner, its running server, and the surroundings to use."""

    def answer(request: Request) -> Reply:
        if request.path == "/gone":
            return Reply({"error": CANARY}, status=500)
        date = format_datetime(NOW - timedelta(minutes=1), usegmt=True)
        body = {"data": {"total": total, "rows": rows() if sent is None else sent}}
        return Reply(body, headers={"Date": date})

    made = FileCity.made_in(folder)
    made.partner_file.with_name("odd.toml").write_text(DECLARED, encoding="utf-8")
    with serve(answer) as server:
        yield made, server, {"ODD_URL": server.url, "HUB_NOW": NOW.isoformat()}
