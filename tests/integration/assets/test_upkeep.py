"""Upkeep on an instance as `hub init` makes it: history bounded, the ledger whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from support.drop_city import drop_day, file_city

from hub.assets.house_resource import HouseResource
from hub.assets.recording import QUIET, init_instance
from hub.assets.upkeep import (
    forget_runs,
    history_bytes,
    upkeep_assets,
    upkeep_schedule,
)
from hub.flow.house import open_house
from hub.flow.tables import core_table
from hub.partners.loader import load_city
from hub.schemas import dataset
from hub.settings import Settings

NOW = datetime.now(UTC)
LATER = timedelta(days=200)


@dg.asset
def worker() -> int:
    """Something that runs often."""
    return 1


@dg.asset
def silent() -> int:
    """Something that ran once and never again."""
    return 1


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    drop_day(tmp_path / "drop", 5)
    return Settings(
        home=tmp_path / "home",
        city=str(file_city(tmp_path / "city")),
        now=NOW + LATER,
        environment={"SMALL_DROP": str(tmp_path / "drop")},
    )


@pytest.fixture
def instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(init_instance(settings))) as opened:
        yield opened


def runs_of(instance: dg.DagsterInstance) -> list[str]:
    return [one.dagster_run.run_id for one in instance.get_run_records()]


def work(instance: dg.DagsterInstance, times: int) -> None:
    for _ in range(times):
        dg.materialize([worker], instance=instance, run_config=QUIET)


def upkeep(
    instance: dg.DagsterInstance, settings: Settings, name: str
) -> dict[str, object]:
    """Run one of the assets; its metadata."""
    done = dg.materialize(
        upkeep_assets(),
        selection=[dg.AssetKey(["upkeep", name])],
        instance=instance,
        resources={"house": HouseResource.of(settings)},
        run_config=QUIET,
    )
    (made,) = done.get_asset_materialization_events()
    told = made.step_materialization_data.materialization.metadata
    return {key: value.value for key, value in told.items()}


def test_history_stays_bounded_after_many_runs(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    dg.materialize([silent], instance=instance, run_config=QUIET)
    sizes = []
    for _ in range(3):
        work(instance, 6)
        upkeep(instance, settings, "event_log")
        sizes.append(history_bytes(instance))

    # What stands: the silent asset, the last of the worker and of the upkeep itself.
    assert len(runs_of(instance)) <= 4
    # From the second week on nothing is added.
    assert sizes[2] <= sizes[1] * 1.1
    files = {path.stem for path in (_runs_folder(instance)).glob("*.db")}
    assert files - {"index"} <= set(runs_of(instance))
    for asset in ("worker", "silent"):
        assert instance.get_latest_materialization_event(dg.AssetKey(asset))


def test_young_and_unfinished_runs_stay(instance: dg.DagsterInstance) -> None:
    work(instance, 3)
    definitions = dg.Definitions(assets=[worker], jobs=[dg.define_asset_job("j")])
    started = instance.create_run_for_job(
        definitions.resolve_job_def("j"),
        status=dg.DagsterRunStatus.STARTED,
    )

    assert forget_runs(instance, NOW - timedelta(days=1)) == 0
    assert forget_runs(instance, NOW + LATER) == 2
    assert started.run_id in runs_of(instance)


def test_what_the_assets_tell_and_that_the_ledger_is_whole(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    house = open_house(settings)
    made = house.ledger.open_batch(partner="platform", feed="cases", name="x")
    house.ledger.set_state(made.number, "failed")
    work(instance, 2)

    told = upkeep(instance, settings, "event_log")

    assert told["runs_removed"] == 1
    assert told["days_kept"] == 90
    assert told["bytes"] == pytest.approx(history_bytes(instance), rel=0.5)
    assert [one.number for one in house.ledger.batches()] == [made.number]


def test_raw_says_what_was_erased(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    assert upkeep(instance, settings, "raw") == {"erasures": 0, "counts": {}}


def test_lake_loses_old_unread_files_and_no_other(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    house = open_house(settings)
    folder = house.settings.lake_root / core_table(house.lake, dataset("issue")).name
    folder.mkdir(parents=True)
    old, young = folder / "lost.parquet", folder / "now.parquet"
    for path, age in ((old, 8), (young, 1)):
        path.write_bytes(b"12345")
        stamp = (house.now() - timedelta(days=age)).timestamp()
        os.utime(path, (stamp, stamp))
    batch = house.ledger.open_batch(partner="platform", feed="cases", name="x")

    assert upkeep(instance, settings, "lake") == {"files": 0, "bytes": 0}
    house.ledger.set_state(batch.number, "failed")
    assert upkeep(instance, settings, "lake") == {"files": 1, "bytes": 5}

    assert not old.exists()
    assert young.exists()


def test_the_schedule_is_weekly_on_the_citys_clock(settings: Settings) -> None:
    city = load_city(settings.city)
    made = upkeep_schedule(city, dg.DefaultScheduleStatus.RUNNING)

    assert made.cron_schedule == "40 2 * * 0"
    assert made.execution_timezone == city.timezone
    assert made.default_status == dg.DefaultScheduleStatus.RUNNING
    assert upkeep_schedule(city).default_status == dg.DefaultScheduleStatus.STOPPED
    defs = dg.Definitions(
        assets=upkeep_assets(),
        schedules=[made],
        resources={"house": HouseResource.of(settings)},
    )
    job = defs.resolve_job_def("upkeep")
    assert len(job.asset_layer.selected_asset_keys) == 3


def _runs_folder(instance: dg.DagsterInstance) -> Path:
    return Path(instance.root_directory) / "history" / "runs"
