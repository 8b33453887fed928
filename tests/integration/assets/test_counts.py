"""Sources are asked every night how much they have; one that is down fails nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from support.partner_server import PartnerServer, Reply, serve
from support.reconciled import NOW, REST, Office, case, office_house, pull

from hub.assets.house_resource import HouseResource
from hub.assets.nightly import COUNTS_KEY, counts_asset, counts_schedule
from hub.definitions import build_defs
from hub.flow.house import House
from hub.partners.loader import load_city
from hub.storage.day_counts import DayCounts


@pytest.fixture
def office() -> Office:
    return Office([case(number) for number in range(8)])


@pytest.fixture
def server(office: Office) -> Iterator[PartnerServer]:
    with serve(office.answer) as running:
        yield running


@pytest.fixture
def house(
    tmp_path: Path, server: PartnerServer, monkeypatch: pytest.MonkeyPatch
) -> House:
    monkeypatch.setenv("OFFICE", server.url)  # the step opens a house of its own
    made = office_house(tmp_path, REST % ', total = "total"', server.url, NOW)
    pull(made)
    return made


def night(house: House) -> dict[str, object]:
    defs = dg.Definitions(
        assets=[counts_asset()],
        schedules=[counts_schedule(house.city)],
        resources={"house": HouseResource.of(house.settings)},
    )
    done = defs.resolve_job_def("counts").execute_in_process()
    (made,) = done.get_asset_materialization_events()
    found = made.step_materialization_data.materialization.metadata
    return {key: value.value for key, value in found.items()}


def test_each_night_counts_are_compared_and_kept(house: House, office: Office) -> None:
    first = night(house)
    assert (first["days"], first["rows_missing"]) == (1, {})
    office.rows.append(case(99, hour=10))

    told = night(house)

    assert told == {
        "feeds": 1,
        "days": 1,
        "rows_missing": {"platform/cases 2026-10-01": 1},
        "not_asked": [],
    }
    assert [one.missing for one in DayCounts(house.control.engine).short()] == [1]


def test_a_source_that_is_down_is_told_and_the_step_is_no_failure(
    house: House, server: PartnerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "answer", lambda _request: Reply({}, status=503))

    told = night(house)

    assert (told["feeds"], told["days"]) == (1, 0)
    (problem,) = told["not_asked"] if isinstance(told["not_asked"], list) else ()
    assert "platform/cases" in problem
    assert "503" in problem


def test_the_schedule_is_nightly_on_the_citys_clock(house: House) -> None:
    city = load_city(house.settings.city)
    made = counts_schedule(city, dg.DefaultScheduleStatus.RUNNING)

    assert made.cron_schedule == "10 5 * * *"
    assert made.execution_timezone == city.timezone
    assert counts_schedule(city).default_status == dg.DefaultScheduleStatus.STOPPED
    defs = build_defs(city)
    assert "counts" in {one.name for one in defs.schedules or ()}
    assert defs.resolve_job_def("counts").asset_layer.selected_asset_keys == {
        COUNTS_KEY
    }
