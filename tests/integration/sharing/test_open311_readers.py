"""Readers that were written against other cities' servers read the view whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from support.open311_home import NOW, View
from support.small_city import write_city

from hub.demo.loopback import serve
from hub.flow import tables
from hub.flow.house import open_house
from hub.flow.run import Window, run_partner
from hub.schemas import dataset
from hub.settings import Settings

SITE = """
[partner]
id = "neighbour"
title = "邻市 Open311"
timezone = "Asia/Shanghai"
coordinates = "wgs84"

[source]
profile = "open311_updates"
base_url = "env:VIEW_URL"
{auth}
limits = {{ per_minute = 600000 }}

[[feed]]
name = "requests"
category_system = "GBT47678.5-2026"

[feed.read]
path = "/requests.{form}"
{xml}
page = {{ kind = "number", param = "page", size_param = "page_size", size = 3 }}

[feed.columns]
source_channel_code = {{ value = "XC" }}
category_kind_code = {{ sql = "left(service_code, 2)", codes = "category_kind" }}
category_code = {{ sql = "substr(service_code, 3)" }}

[feed.codes.category_kind]
"M-" = "MATTER"
"C-" = "COMPONENT"

[[feed]]
name = "updates"
ignore = ["media_url", "external_status_code", "status_notes"]

[feed.codes.action]
investigating = "REGISTER"
action_scheduled = "DISPATCH"
in_progress = "HANDLE"
planned = "SUSPEND"
unchanged = "RESUME"
duplicate = "SUBMIT"
internal_referral = "HANDLE"
no_further_action = "CANCEL"
"""
XML = 'format = "xml"\nrecords = "service_requests.request"'
SINCE = datetime(2026, 7, 10, tzinfo=UTC)


@pytest.mark.parametrize(("form", "with_key"), [("json", False), ("xml", True)])
def test_our_own_connector_reads_the_released_rows_back(
    tmp_path: Path, view: View, form: str, with_key: bool
) -> None:
    auth = 'auth = { kind = "bearer", token = "env:VIEW_KEY" }' if with_key else ""
    site = SITE.format(auth=auth, form=form, xml=XML if form == "xml" else "")
    write_city(tmp_path / "city", neighbour=site)
    with serve(view.app) as url:
        settings = Settings(
            home=tmp_path / "home",
            city=str(tmp_path / "city"),
            now=NOW,
            environment={"VIEW_URL": f"{url}/open311/v2", "VIEW_KEY": view.key},
        )
        house = open_house(settings)
        batches = run_partner(
            house, house.city.partners["neighbour"], Window(SINCE, NOW)
        )
    by_feed = {batch.feed: batch for batch in batches}
    found = tables.core_table(house.lake, dataset("issue")).read()
    steps = tables.core_table(house.lake, dataset("issue_event")).read()
    house.control.close()

    shelf = view.service.hand.shelf(view.service.hand.all()[0], "issue")
    released = shelf.take(range(shelf.rows), list(shelf.schema)).filter(
        pl.col("reported_at") >= SINCE
    )
    coded = released.filter(pl.col("std_category_code").is_not_null())
    # One case has no standard category, and such a row our own rules refuse.
    requests = by_feed["requests"]
    assert (requests.received, requests.accepted) == (len(released), len(coded))
    wanted = coded.select(
        key="issue_id",
        kind="std_category_kind_code",
        category="std_category_code",
        at="reported_at",
        due="deadline_at",
        lon="lon",
        lat="lat",
        is_over=pl.col("stage_code").is_in(["CLOSED", "NOT_REGISTERED"]),
    )
    read = found.select(
        key="source_id",
        kind="category_kind_code",
        category="category_code",
        at="reported_at",
        due="source_deadline_at",
        lon="lon",
        lat="lat",
        is_over=pl.col("source_stage_id") == "closed",
    )
    assert read.sort("key").equals(wanted.sort("key"))
    told = found.sort("source_id")["description"].is_not_null().sum()
    assert told == (len(coded) - 1 if with_key else 0)
    updates = by_feed["updates"]
    # Six belong to that case and to one from before the span.
    assert (updates.received, updates.quarantined) == (44, 6)
    assert steps["source_id"].n_unique() == 38


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_client_of_somebody_else_reads_it(view: View, form: str) -> None:
    """PyPI's georeport, where it is installed."""
    georeport = pytest.importorskip("georeport")
    with serve(view.app) as url:
        client = georeport.GeoReport(
            f"{url}/open311/v2", jurisdiction="small", output_format=form
        )
        services = client.get_service_list()
        definition = client.get_service_definition("M-06010")
        requests = client.get_service_requests(status="closed")
        (one,) = [client.get_service_request(f"{4:032x}")]

    assert len(services) == 403
    assert {"service_code", "service_name", "metadata", "type"} <= set(services[0])
    assert definition["service_code"] == "M-06010"
    assert [int(row["service_request_id"], 16) for row in requests] == [10, 8, 5, 4]
    assert (one["status"], one["service_name"]) == ("closed", "暴露垃圾")
