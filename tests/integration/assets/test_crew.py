"""Workers stay for many partners; one that dies costs its own job and no other."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.drop_city import drop_day, file_city

from hub.assets.crew import Crew, Job, PartnerFailed
from hub.assets.running import run_city
from hub.flow.house import open_house, silent
from hub.settings import Settings

NOW = datetime(2026, 10, 2, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    drop_day(tmp_path / "drop", 20)
    return Settings(
        home=tmp_path / "home",
        city=str(file_city(tmp_path / "city")),
        now=NOW,
        environment={"SMALL_DROP": str(tmp_path / "drop")},
    )


def job(partner: str) -> Job:
    return Job(partner, (), None, None, recorded=False)


def states(settings: Settings) -> dict[str, str]:
    batches = open_house(settings).ledger.batches()
    return {f"{one.partner}/{one.feed}": one.state for one in batches}


def test_one_worker_takes_several_partners(settings: Settings) -> None:
    with Crew(1) as crew:
        (worker,) = crew.workers
        for name in ("roster", "platform"):
            assert crew.run(settings, job(name), silent) is None

        assert crew.workers == {worker}
        assert worker.is_alive
    assert worker.process.returncode == 0
    assert set(states(settings).values()) == {"merged"}


def test_a_worker_killed_at_work_fails_its_job_and_is_replaced(
    settings: Settings,
) -> None:
    with Crew(1) as crew:
        (worker,) = crew.workers

        def kill(event: str, _facts: dict[str, Any]) -> None:
            worker.process.kill()

        failure = crew.run(settings, job("roster"), kill)
        after = crew.run(settings, job("platform"), silent)

    assert isinstance(failure, PartnerFailed)
    assert "status -9" in failure.sentence
    assert after is None
    assert states(settings)["platform/cases"] == "merged"


def test_a_worker_that_died_idle_costs_nothing(settings: Settings) -> None:
    with Crew(1) as crew:
        (worker,) = crew.workers
        worker.process.kill()
        worker.process.wait()

        assert crew.run(settings, job("roster"), silent) is None


def test_a_job_s_environment_is_gone_with_the_next(settings: Settings) -> None:
    bare = settings.model_copy(update={"environment": {}})
    with Crew(1) as crew:
        assert crew.run(settings, job("roster"), silent) is None
        crew.run(bare, job("platform"), silent)

    batches = open_house(settings).ledger.batches("platform")
    assert [one.state for one in batches] == ["failed"]


def test_a_failure_is_told_in_its_own_words(settings: Settings) -> None:
    house = open_house(settings)
    lost = settings.model_copy(update={"city": str(house.city.folder / "nowhere")})
    with Crew(1) as crew:
        failure = crew.run(lost, job("roster"), silent)

    assert failure is not None
    assert (failure.code, failure.partner) == ("declaration", "roster")


def test_a_run_that_dagster_does_not_record_ends_in_the_same_release(
    settings: Settings, tmp_path: Path
) -> None:
    other = settings.model_copy(update={"home": tmp_path / "other"})
    with Crew() as crew:
        plain = run_city(settings, crew=crew, record="nothing")
        told = run_city(other, crew=crew)

    assert plain.release.digest == told.release.digest
    assert not (settings.home / "dagster").exists()
