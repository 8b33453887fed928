"""`hub run` and the UI run the same assets and end in the same content."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import dagster as dg
import pytest
from support.drop_city import drop_day, file_city

from hub.assets.recording import dagster_home, init_instance
from hub.assets.running import RunResult, run_city
from hub.definitions import build_defs
from hub.errors import MisuseError
from hub.flow.house import open_house
from hub.flow.release import find_release
from hub.settings import Settings, lent
from hub.storage.releases import Release

NOW = datetime(2026, 10, 2, tzinfo=UTC)


class Ran(NamedTuple):
    """A folder with a city, its files and its home, and what the run came to."""

    folder: Path
    result: RunResult


def settings_in(folder: Path) -> Settings:
    return Settings(home=folder / "home", city=str(folder / "city"), now=NOW)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """One run over one day's files. For reading only."""
    folder = tmp_path_factory.mktemp("ran")
    file_city(folder / "city")
    drop_day(folder / "drop", 20)
    with lent({"SMALL_DROP": str(folder / "drop")}):
        return Ran(folder, run_city(settings_in(folder)))


def digests(release: Release) -> dict[str, str]:
    return {one.dataset: one.digest for one in release.datasets}


def test_a_run_reaches_a_release_and_says_what_came(ran: Ran) -> None:
    result = ran.result

    states = {(b.partner, b.feed): b.state for b in result.batches}
    assert states == {
        ("platform", "cases"): "merged",
        ("roster", "areas"): "merged",
        ("roster", "people"): "merged",
    }
    rows = {one.dataset: one.rows for one in result.release.datasets}
    assert (rows["issue"], rows["area"], rows["person"]) == (9, 1, 2)
    assert rows["figure"] > 0


def test_materialising_in_dagster_gives_the_digests_of_hub_run(
    ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMALL_DROP", str(ran.folder / "drop"))
    city = settings_in(ran.folder).city
    other = Settings(home=tmp_path / "other", city=city, now=NOW)
    house = open_house(other)
    defs = build_defs(house.city)
    init_instance(other)

    from hub.assets.house_resource import HouseResource

    with dg.DagsterInstance.from_config(str(dagster_home(other))) as instance:
        outcome = dg.materialize(
            list(defs.assets or ()),  # type: ignore[arg-type]
            instance=instance,
            resources={"house": HouseResource.of(other)},
            partition_key="2026-10-02",
        )

    assert outcome.success
    assert digests(find_release(house, None)) == digests(ran.result.release)


def test_nothing_new_makes_no_new_release(
    ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ran.folder, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("SMALL_DROP", str(tmp_path / "drop"))

    again = run_city(settings_in(tmp_path))

    assert again.release == ran.result.release
    assert again.batches == ()


def test_an_unknown_target_is_misuse(tmp_path: Path) -> None:
    file_city(tmp_path / "city")

    with pytest.raises(MisuseError, match="platform/cases"):
        run_city(settings_in(tmp_path), ["platfrom"])


def test_why_a_check_fails_stands_in_its_event(ran: Ran) -> None:
    """One line of the day's file has a state that nobody knows."""
    settings = settings_in(ran.folder)

    with dg.DagsterInstance.from_config(str(dagster_home(settings))) as instance:
        found = instance.event_log_storage.get_latest_asset_check_execution_by_key(
            [
                dg.AssetCheckKey(dg.AssetKey(["raw", "platform", "cases"]), check)
                for check in ("valid", "balanced")
            ]
        )
    told = {}
    for key, record in found.items():
        event = record.event.get_dagster_event() if record.event else None
        assert event is not None, key
        told[key.name] = event.asset_check_evaluation_data
    assert not told["valid"].passed
    assert told["valid"].description == "隔离 1 行 rows in quarantine"
    assert told["balanced"].passed
    assert told["balanced"].description is None


def test_what_others_bring_meanwhile_is_not_this_run_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_city(tmp_path / "city")
    drop_day(tmp_path / "drop", 20)
    monkeypatch.setenv("SMALL_DROP", str(tmp_path / "drop"))
    settings = settings_in(tmp_path)
    other = open_house(settings)
    made = []

    def meanwhile(_event: str, _facts: object) -> None:
        if not made:
            made.append(
                other.ledger.open_batch(partner="roster", feed="areas", name="x")
            )
            other.ledger.set_state(made[0].number, "failed")

    result = run_city(settings, ["platform"], note=meanwhile)

    assert made
    assert {(one.partner, one.feed) for one in result.batches} == {
        ("platform", "cases")
    }
