"""Production's services as `deploy/compose.yaml` starts them, without a way out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from support.source_tree import ROOT

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
MEGABYTE = 1024 * 1024
GUIDE = ROOT / "docs" / "deployment.md"

Told = dict[str, Any]


def test_the_pages_find_the_code_server_through_the_shipped_workspace(
    closed_services: Told,
) -> None:
    location = closed_services["location"]

    assert location["name"] == "hub"
    assert location["locationOrLoadError"]["__typename"] == "RepositoryLocation"
    assert closed_services["validated"] == 0


def test_a_run_goes_through_queue_code_server_and_postgresql(
    closed_services: Told,
) -> None:
    assert closed_services["run"] == "SUCCESS"
    assert all(one["healthy"] for one in closed_services["daemons"])
    assert len(closed_services["daemons"]) >= 4


def test_the_interface_answers(closed_services: Told) -> None:
    assert "/api/v1/datasets" in closed_services["openapi"]["paths"]


def test_every_service_ends_tidily(closed_services: Told) -> None:
    ended = closed_services["ended"]

    # `timeout` hands the signal on and tells of it by its own status.
    assert set(ended.values()) <= {0, 130, -2, 124}, ended


@pytest.mark.parametrize("who", ["pages", "newcomer"])
def test_the_pages_load_fully_and_ask_nobody_else(
    closed_services: Told, who: str
) -> None:
    seen = closed_services[who]

    assert set(seen["hosts"]) <= LOOPBACK
    assert seen["asked"] > 20  # one page has some forty files
    assert seen["failed"] == []
    assert not any(seen["telemetry"])


def test_a_reader_sees_the_hub(closed_services: Told) -> None:
    texts = closed_services["pages"]["texts"]

    assert "原样到达" in texts["/assets/raw/roster/areas"]
    assert "roster" in texts["/asset-groups"]
    assert "Success" in texts["/runs"]
    assert "hub" in texts["/deployment/locations"]
    assert "Join the Dagster community" not in "".join(texts.values())


def test_no_service_tries_to_leave(closed_services: Told) -> None:
    """Counted by the kernel: connections, datagrams and questions for names."""
    assert closed_services["tries"] == 0


def test_the_guide_states_the_memory_of_the_services_at_rest(
    closed_services: Told,
) -> None:
    stated = {
        name: int(size)
        for name, size in re.findall(
            r"^\| `(\w+)` \|.*\| (\d+) MB \|", GUIDE.read_text("utf-8"), re.M
        )
    }
    measured = {
        name: size / MEGABYTE for name, size in closed_services["memory"].items()
    }

    assert stated.keys() == measured.keys()
    # Machines differ, but not by half.
    assert all(
        0.5 * stated[name] < size < 1.5 * stated[name]
        for name, size in measured.items()
    ), measured
