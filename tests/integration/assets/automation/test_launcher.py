"""Whether the process of a run still lives, told by what the run said of itself."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.launcher import WorkerStatus
from dagster._core.test_utils import freeze_time
from support.source_tree import ROOT

from hub.assets.automation.launcher import WatchfulLauncher
from hub.assets.house_resource import PROCESS, HouseResource, process_of
from hub.settings import Settings
from hub.storage.holders import this_process


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """An instance with the shipped settings."""
    shutil.copyfile(ROOT / "dagster.yaml", tmp_path / "dagster.yaml")
    with dg.DagsterInstance.from_config(str(tmp_path)) as found:
        yield found


def health(
    instance: dg.DagsterInstance, tag: str | None, run_id: str = "r1"
) -> WorkerStatus:
    """What the launcher says of a run that says this of itself."""
    run = dg.DagsterRun(
        job_name="pull",
        run_id=run_id,
        status=dg.DagsterRunStatus.STARTED,
        tags={PROCESS: tag} if tag else {},
    )
    instance.add_run(run)
    launcher = instance.run_launcher
    assert isinstance(launcher, WatchfulLauncher)
    assert launcher.supports_check_run_worker_health
    return launcher.check_run_worker_health(run).status


def of_the_dead() -> str:
    """The name of a process that has ended."""
    code = "from hub.storage.holders import this_process; print(this_process('run'))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_a_run_whose_process_lives_goes_on(instance: dg.DagsterInstance) -> None:
    assert health(instance, f"r1 {this_process('run')}") == WorkerStatus.RUNNING


def test_a_run_whose_process_is_gone_has_failed(instance: dg.DagsterInstance) -> None:
    assert health(instance, f"r1 {of_the_dead()}") == WorkerStatus.FAILED


def test_a_run_on_another_machine_counts_as_alive(
    instance: dg.DagsterInstance,
) -> None:
    assert health(instance, "r1 run@elsewhere:1:1") == WorkerStatus.RUNNING


def test_what_a_retry_inherits_from_the_dead_says_nothing_of_it(
    instance: dg.DagsterInstance,
) -> None:
    assert health(instance, f"r0 {of_the_dead()}") == WorkerStatus.RUNNING


def test_a_run_that_never_says_who_it_is_fails_after_a_while(
    instance: dg.DagsterInstance,
) -> None:
    run = dg.DagsterRun(job_name="pull", run_id="r1")
    instance.add_run(run)
    instance.report_engine_event("begins", run)
    instance.handle_new_event(_started(run))
    launcher = instance.run_launcher
    soon = launcher.check_run_worker_health(run).status
    with freeze_time(datetime.now(UTC) + timedelta(minutes=4)):
        late = launcher.check_run_worker_health(run).status

    assert (soon, late) == (WorkerStatus.RUNNING, WorkerStatus.FAILED)


def _started(run: dg.DagsterRun) -> dg.EventLogEntry:
    from dagster._core.events import DagsterEvent, DagsterEventType

    event = DagsterEvent(DagsterEventType.RUN_START.value, run.job_name)
    now = datetime.now(UTC).timestamp()
    return dg.EventLogEntry(
        error_info=None, level=20, user_message="", run_id=run.run_id,
        timestamp=now, job_name=run.job_name, dagster_event=event,
    )  # fmt: skip


def test_every_run_says_which_process_it_is(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    @dg.asset
    def anything(house: HouseResource) -> None:
        assert house.home

    settings = Settings(home=tmp_path / "home", city="wuhan")
    done = dg.materialize(
        [anything],
        instance=instance,
        resources={"house": HouseResource.of(settings)},
    )

    run = instance.get_run_by_id(done.run_id)
    assert run is not None
    assert run.tags[PROCESS] == process_of(done.run_id)
