"""A GeoReport endpoint on loopback, from its requests to cases (dialect 6)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from support.partner_server import PartnerServer, Reply, Request, serve
from support.small_city import write_city

from hub.flow import tables
from hub.flow.city_run import finish_run
from hub.flow.house import House, open_house
from hub.flow.run import Window, run_partner
from hub.schemas import dataset
from hub.settings import Settings

NOW = datetime(2026, 10, 3, tzinfo=UTC)
SITE = """
[partner]
id = "street"
title = "街道 Open311"
timezone = "Asia/Shanghai"
coordinates = "wgs84"

[source]
profile = "open311"
base_url = "env:STREET_URL"

[[feed]]
name = "requests"
category_system = "GBT30428.2-2013"
{read}

[feed.columns]
source_channel_code = {{ value = "SSP" }}

[feed.codes.category_kind]
"C-01001" = "MATTER"

[feed.codes.category]
"C-01001" = "0110"
"""
XML = (
    'read = { path = "/requests.xml", format = "xml", '
    'records = "service_requests.request" }'
)


UPDATES = (
    SITE.replace('"open311"', '"open311_updates"')
    + """
[[feed]]
name = "updates"

[feed.codes.action]
in_progress = "DISPATCH"
"""
)


def case(number: int, status: str = "open", **given: Any) -> dict[str, Any]:
    return {
        "service_request_id": str(number),
        "status": status,
        "service_name": "占道经营",
        "service_code": "C-01001",
        "requested_datetime": f"2026-09-{1 + number % 28:02}T12:00:00+08:00",
        "updated_datetime": "2026-10-01T01:00:00Z",
        "expected_datetime": None,
        "address": "民族街 1 号",
        "lat": 30.5931,
        "long": 114.3051,
        "media_url": "http://127.0.0.1/1.jpg" if number == 1 else None,
    } | given


def as_xml(rows: list[dict[str, Any]]) -> bytes:
    told = "".join(
        "<request>"
        + "".join(
            f"<{name}>{escape(str(value or ''))}</{name}>"
            for name, value in row.items()
        )
        + "</request>"
        for row in rows
    )
    head = '<?xml version="1.0" encoding="utf-8"?>'
    return f"{head}<service_requests>{told}</service_requests>".encode()


class Endpoint:
    """Requests by day or by key, and pages of them."""

    def __init__(self) -> None:
        self.rows = [case(number) for number in range(150)]
        self.updates: list[dict[str, Any]] = []

    def __call__(self, request: Request) -> Reply:
        asked = request.params
        if "servicerequestupdates" in request.path:
            return Reply(self.updates if asked["page"] == "1" else [])
        if "service_request_id" in asked:
            keys = asked["service_request_id"].split(",")
            assert "start_date" not in asked
            found = [row for row in self.rows if row["service_request_id"] in keys]
        else:
            since = datetime.fromisoformat(asked["start_date"])
            until = datetime.fromisoformat(asked["end_date"])
            assert (until - since).days <= 90
            found = [
                row
                for row in self.rows
                if since <= datetime.fromisoformat(row["requested_datetime"]) < until
            ]
        size, page = int(asked["page_size"]), int(asked["page"])
        shown = found[size * (page - 1) : size * page]
        return Reply(as_xml(shown) if request.path.endswith(".xml") else shown)


@contextmanager
def running(
    folder: Path, read: str, site: str = SITE
) -> Iterator[tuple[Endpoint, PartnerServer, House]]:
    endpoint = Endpoint()
    with serve(endpoint) as server:
        write_city(folder / "city", street=site.format(read=read))
        settings = Settings(
            home=folder / "home",
            city=str(folder / "city"),
            now=NOW,
            environment={"STREET_URL": server.url},
        )
        yield endpoint, server, open_house(settings)


def issues(house: House) -> pl.DataFrame:
    return tables.core_table(house.lake, dataset("issue")).read().sort("source_id")


@pytest.mark.parametrize("read", ["", XML])
def test_requests_become_cases(tmp_path: Path, read: str) -> None:
    with running(tmp_path, read) as (endpoint, server, house):
        endpoint.rows[2] = case(2, "closed")
        endpoint.rows[3] = case(3, "on hold")
        endpoint.rows[4] = case(4, service_code="C-99999")
        since = datetime(2026, 9, 1, tzinfo=UTC)

        (batch,) = run_partner(house, house.city.partners["street"], Window(since, NOW))
        finish_run(house)

    assert (batch.received, batch.accepted, batch.quarantined) == (150, 148, 2)
    asked = server.requests[0].params
    assert asked["start_date"].endswith("+08:00")
    found = issues(house)
    told = found.filter(pl.col("source_id").is_in(["1", "2"]))
    assert told.select("stage_code", "media_count", "category_code").rows() == [
        ("DISCOVERED", 1, "0110"),
        ("CLOSED", 0, "0110"),
    ]
    assert told["closed_at"].to_list() == [None, datetime(2026, 10, 1, 1, tzinfo=UTC)]
    assert told["reported_at"][0] == datetime(2026, 9, 2, 4, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai"])
def test_what_no_window_reaches_is_asked_for_by_key(tmp_path: Path, zone: str) -> None:
    with running(tmp_path, "") as (endpoint, server, house):
        endpoint.rows = [case(1, requested_datetime="2026-03-01T00:00:00+08:00")]
        old = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC))
        partner = house.city.partners["street"]
        run_partner(house, partner, old)
        finish_run(house)
        endpoint.rows = [
            case(1, "closed", requested_datetime="2026-03-01T00:00:00+08:00")
        ]

        (batch,) = run_partner(
            house, partner, Window(datetime(2026, 10, 1, tzinfo=ZoneInfo(zone)), NOW)
        )

    swept = [one for one in server.requests if "service_request_id" in one.params]
    assert swept[0].params["service_request_id"] == "1"
    assert batch.accepted == 1
    assert issues(house)["source_stage_id"].to_list() == ["closed"]


def update(number: int, case_no: int, status: str, at: str) -> dict[str, Any]:
    return {
        "update_id": str(number),
        "service_request_id": str(case_no),
        "status": status,
        "updated_datetime": f"2026-10-0{at}+08:00",
        "description": "已办",
        "media_url": None,
    }


def test_updates_become_the_trail(tmp_path: Path) -> None:
    with running(tmp_path, "", UPDATES) as (endpoint, _, house):
        endpoint.rows = [
            case(1, "closed", updated_datetime="2026-10-01T02:00:00Z"),
            case(2),
        ]
        endpoint.updates = [
            update(1, 1, "open", "1T08:00:00"),
            update(2, 1, "in_progress", "1T09:00:00"),
            update(3, 1, "fixed", "1T10:00:00"),
            update(4, 2, "investigating", "1T11:00:00"),
        ]
        batches = run_partner(
            house,
            house.city.partners["street"],
            Window(datetime(2026, 9, 1, tzinfo=UTC), NOW),
        )
        finish_run(house)

    by_feed = {one.feed: one for one in batches}
    # What investigating stands for, the site has not said.
    assert (by_feed["updates"].accepted, by_feed["updates"].quarantined) == (3, 1)
    found = tables.core_table(house.lake, dataset("issue_event")).read()
    trail = found.filter(~pl.col("is_inferred")).sort("source_id")
    assert trail["action_code"].to_list() == ["SUBMIT", "DISPATCH", "CLOSE"]
    first = issues(house).row(0, named=True)
    assert first["dispatched_at"] == datetime(2026, 10, 1, 1, tzinfo=UTC)
    assert first["closed_at"] == datetime(2026, 10, 1, 2, tzinfo=UTC)
