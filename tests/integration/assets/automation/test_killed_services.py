"""Daemon, code server and runs are killed at work; everything goes on afterwards.

With real processes, as production has them. The interface of one district is held up,
so that a kill meets a run in its middle: it has its pool's only place and its
partner's lease, and has asked.
"""

from __future__ import annotations

import os
import shutil
import signal
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import httpx
import pytest
from support.dagster_services import (
    BUSY,
    Services,
    impatient_instance,
    pid_of,
    services,
    until,
)
from support.drop_city import drop_day
from support.held_city import Gate, gate, held_city

from hub.assets.running import run_city
from hub.flow.house import House, open_house
from hub.flow.release import find_release
from hub.settings import Settings, lent
from hub.storage.holders import is_gone
from hub.storage.releases import Releases

NOW = datetime(2026, 10, 2, tzinfo=UTC)
POOL = "partner_east"


def contents(house: House) -> dict[str, str] | None:
    """Name → digest of what is published; None where nothing is."""
    newest = Releases(house.control.engine).newest()
    return {one.dataset: one.digest for one in newest.datasets} if newest else None


def run_in_the_middle(instance: dg.DagsterInstance) -> dg.DagsterRun | None:
    """A run that has said which process it is and reads the held district."""
    found = instance.get_runs(
        dg.RunsFilter(
            tags={"hub/partner": "east"}, statuses=[dg.DagsterRunStatus.STARTED]
        )
    )
    return next((run for run in found if pid_of(run)), None)


def caught(instance: dg.DagsterInstance, held: Gate) -> dg.DagsterRun:
    """The run that waits at the gate."""
    assert held.asked.wait(240), "nobody came to the gate"
    return until(lambda: run_in_the_middle(instance), "a run at the gate")


def ended(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    told = instance.get_run_by_id(run.run_id)
    return told is not None and told.status == dg.DagsterRunStatus.FAILURE


def undisturbed(folder: Path, city: Path, env: dict[str, str]) -> dict[str, str]:
    """What a hub publishes that nobody disturbs."""
    settings = Settings(home=folder / "clean", city=str(city), now=NOW)
    with lent(env):
        run_city(settings, record="nothing")
    found = contents(open_house(settings))
    assert found
    return found


@pytest.mark.slow
def test_what_is_killed_at_work_goes_on_and_nothing_is_lost_or_doubled(
    tmp_path: Path,
) -> None:
    city, drop = held_city(tmp_path / "city"), tmp_path / "drop"
    drop_day(drop, 20)
    settings = Settings(home=tmp_path / "home", city=str(city), now=NOW)
    home = impatient_instance(settings)
    with gate() as (held, address):
        env = {"SMALL_DROP": str(drop), "SMALL_REST": address}
        with (
            services(settings, tmp_path, env) as running,
            dg.DagsterInstance.from_config(str(home)) as instance,
        ):
            for name in ("code", "daemon", "web"):
                running.start(name)
            first = caught(instance, held)

            kill_the_run(instance, first, held)
            second = caught(instance, held)
            kill_everything(instance, second, held, running)
            drop_day(drop, 21)  # comes while nobody looks
            held.open.set()
            for name in ("code", "daemon"):
                running.start(name)

            until(lambda: ended(instance, second), "the killed run ends")
            expected = undisturbed(tmp_path, city, env)
            house = open_house(settings)
            until(lambda: contents(house) == expected, "the same is published")
            assert_all_is_settled(instance, running)

    states = {batch.state for batch in house.ledger.batches()}
    assert states <= {"merged", "failed"}, states
    rows = {one.dataset: one.rows for one in find_release(house, None).datasets}
    assert rows["issue"] == 40 + 15
    shutil.rmtree(tmp_path / "clean")


def kill_the_run(instance: dg.DagsterInstance, run: dg.DagsterRun, held: Gate) -> None:
    """The process of a run alone dies."""
    held.asked.clear()
    os.kill(pid_of(run) or 0, signal.SIGKILL)
    until(lambda: ended(instance, run), "the code server sees that its run died")


def kill_everything(
    instance: dg.DagsterInstance,
    run: dg.DagsterRun,
    held: Gate,
    running: Services,
) -> None:
    """Daemon, code server and run die together; nobody is left who could tell."""
    held.asked.clear()
    running.kill("daemon")
    running.kill("code")
    holder = run.tags["hub/process"].partition(" ")[2]
    until(lambda: is_gone(holder), "the run died with its code server")
    told = instance.get_run_by_id(run.run_id)
    assert told is not None
    assert told.status == dg.DagsterRunStatus.STARTED


def assert_all_is_settled(instance: dg.DagsterInstance, running: Services) -> None:
    """No run stays under way, no place stays taken, the pages say the same."""
    storage = instance.event_log_storage
    running.kill("daemon")  # nothing new begins
    until(lambda: not instance.get_runs(dg.RunsFilter(statuses=BUSY)), "every run ends")
    running.start("daemon")
    until(
        lambda: (
            not (
                set(storage.get_concurrency_info(POOL).active_run_ids)
                & {run.run_id for run in instance.get_runs() if run.is_finished}
            )
        ),
        "places of ended runs come free",
    )
    answer = httpx.post(
        f"http://127.0.0.1:{running.web_port}/graphql",
        json={"query": "{ version }"},
        trust_env=False,
    )
    assert answer.json()["data"]["version"]
