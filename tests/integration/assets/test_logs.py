"""Lines of the hub's own in the log of a Dagster run, with the ids of the work."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
from support.drop_city import drop_day, file_city
from support.log_lines import logging_to

from hub.assets.crew import Crew
from hub.assets.recording import dagster_home
from hub.assets.running import run_city
from hub.settings import Settings, lent
from hub.telling import bound

NOW = datetime(2026, 10, 2, tzinfo=UTC)


def test_a_run_is_told_in_dagster_and_on_standard_error(tmp_path: Path) -> None:
    file_city(tmp_path / "city")
    drop_day(tmp_path / "drop", 5)
    settings = Settings(home=tmp_path / "home", city=str(tmp_path / "city"), now=NOW)
    with lent({"SMALL_DROP": str(tmp_path / "drop")}):
        with Crew(1) as crew, logging_to() as told:
            run_city(settings, crew=crew)
        with dg.DagsterInstance.from_config(str(dagster_home(settings))) as instance:
            runs = {
                record.dagster_run.run_id: [
                    entry.user_message
                    for entry in instance.all_logs(record.dagster_run.run_id)
                    if not entry.is_dagster_event
                ]
                for record in instance.get_run_records()
            }

    lines = [line for of_run in runs.values() for line in of_run]
    merged = [line for line in lines if line.startswith("batch merged")]
    assert len(merged) == 3
    assert all("partner=" in line and "batch=b0" in line for line in merged)
    released = [line for line in lines if line.startswith("release published")]
    assert len(released) == 1
    for run, of_run in runs.items():
        assert all(f"dagster_run={run}" in line for line in of_run)
    # This process ran core and release; its lines bear the id of the whole run too.
    (own,) = [one for one in told.lines if one["event"] == "release published"]
    assert own["dagster_run"] in runs
    assert f"run={own['run']} " in merged[0]
    assert not bound()  # what comes next in this process is none of that run's
