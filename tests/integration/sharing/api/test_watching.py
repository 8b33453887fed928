"""What a server tells a monitor, and what it writes about the requests it answered."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families
from support.log_lines import logging_to
from support.served import Served


def names(text: str) -> set[str]:
    return {family.name for family in text_string_to_metric_families(text)}


def test_a_monitor_near_by_is_told_of_feeds_and_requests(served: Served) -> None:
    served.get("//healthz")

    told = names(served.get("//metrics").text)

    assert {"hub_http_requests", "hub_http_seconds"} <= told
    assert {"hub_rows_received", "hub_ledger_up", "hub_releases"} <= told


def test_whoever_comes_through_a_proxy_is_told_of_the_server_only(
    served: Served,
) -> None:
    headers = {"X-Forwarded-For": "203.0.113.9"}

    told = names(served.get("//metrics", headers=headers).text)

    assert "hub_http_requests" in told
    assert not {name for name in told if not name.startswith("hub_http_")}


def test_each_request_is_a_line_without_what_was_asked_for(served: Served) -> None:
    with logging_to() as told:
        served.get("/datasets/nothing-hush?purpose=Pw-hushhush")

    (line,) = [one for one in told.lines if one["event"] == "request served"]
    assert line["status"] == 400  # the parameter is not one of this route
    assert line["route"] == "/api/v1/datasets/{name}"
    assert line["seconds"] >= 0
    assert "hush" not in told.text
