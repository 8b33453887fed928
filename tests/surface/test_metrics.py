"""`hub metrics` and `HUB_LOG`: what other machines read of a hub."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from support.file_city import NAME, FileCity


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> FileCity:
    """A hub that has run once. For reading only."""
    made = FileCity.made_in(tmp_path_factory.mktemp("watched"))
    made.drop_first_day()
    assert made.hub("run").code == 0
    return made


def test_the_text_is_what_prometheus_reads(city: FileCity) -> None:
    done = city.hub("metrics")

    rows = {
        sample.labels["feed"]: sample.value
        for family in text_string_to_metric_families(done.out)
        for sample in family.samples
        if sample.name == "hub_rows_received_total"
        and sample.labels["kind"] == "delivery"
    }
    assert done.code == 0
    assert rows == {"cases": 5, "notes": 2}
    assert NAME not in done.out


def test_the_file_is_whole_and_others_may_read_it(
    city: FileCity, tmp_path: Path
) -> None:
    path = tmp_path / "hub.prom"

    first = city.hub("metrics", "--out", str(path), "--json")

    assert path.stat().st_mode & 0o777 == 0o644
    assert path.read_text().endswith("\n")
    assert [one.name for one in tmp_path.iterdir()] == ["hub.prom"]
    told = {one["name"] for one in first.json}
    assert {"hub_ledger_up", "hub_stage_duration_seconds_sum"} <= told


def test_a_folder_that_is_not_there_is_told(city: FileCity) -> None:
    done = city.hub("metrics", "--out", "nowhere/hub.prom", "--json")

    assert done.code == 1
    assert done.error["code"] == "system"
    assert "nowhere/" in str(done.error["message"])


def test_a_name_that_nobody_reads_is_told(city: FileCity, tmp_path: Path) -> None:
    done = city.hub("metrics", "--out", str(tmp_path / "hub.txt"), "--json")

    assert done.code == 2
    assert "hub.prom" in str(done.error["next"])
    assert list(tmp_path.iterdir()) == []


def test_another_process_tells_the_same(city: FileCity) -> None:
    here, there = city.hub("metrics"), city.program("metrics")

    assert here.out == there.out


def test_lines_come_from_every_process_of_a_run(tmp_path: Path) -> None:
    city = FileCity.made_in(tmp_path)
    city.drop_first_day()

    done = city.program("run", HUB_LOG="json")

    told = [json.loads(line) for line in done.err.splitlines()]
    assert done.code == 0
    events = {one["event"] for one in told}
    assert {"batch fetched", "batch merged", "release published"} <= events
    assert len({one["run"] for one in told}) == 1
    assert NAME not in done.err
    assert str(tmp_path / "drop") not in done.err


def test_a_form_of_lines_that_there_is_not_is_told(tmp_path: Path) -> None:
    done = FileCity.made_in(tmp_path).hub("batch", "list", HUB_LOG="xml")

    assert done.code == 2
    assert "HUB_LOG cannot be understood" in done.err
