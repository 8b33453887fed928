"""The files that Dagster reads: they load, agree with each other, and stay silent."""

from __future__ import annotations

import re
import shutil
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
from dagster import DagsterInstance
from support.source_tree import ROOT


@pytest.fixture
def instance(tmp_path: Path) -> DagsterInstance:
    """An instance as `hub init` makes it: the shipped file in a home of its own."""
    shutil.copyfile(ROOT / "dagster.yaml", tmp_path / "dagster.yaml")
    return DagsterInstance.from_config(str(tmp_path))


def test_telemetry_is_off_for_everybody(instance: DagsterInstance) -> None:
    assert instance.telemetry_enabled is False


def test_the_limits_that_the_file_states_are_in_force(
    instance: DagsterInstance,
) -> None:
    limits = instance.get_settings("concurrency")

    assert limits["runs"] == {
        "max_concurrent_runs": 2,
        "tag_concurrency_limits": [{"key": "hub/city", "limit": 1}],
    }
    assert limits["pools"] == {"granularity": "op", "default_limit": 1}
    assert instance.run_monitoring_enabled


def test_dead_runs_give_their_slots_back(instance: DagsterInstance) -> None:
    monitoring = instance.get_settings("run_monitoring")

    assert monitoring["free_slots_after_run_end_seconds"] == 60


def test_workspace_and_pyproject_name_the_same_place() -> None:
    told = dict(
        re.findall(r"(\w+): *([\w.]+)$", (ROOT / "workspace.yaml").read_text(), re.M)
    )
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = tables["tool"]["dg"]["project"]

    assert told["location_name"] == project["code_location_name"]
    assert told["module_name"] == project["code_location_target_module"]
    assert find_spec(project["root_module"])
    assert find_spec(project["defs_module"])


@pytest.mark.parametrize(
    ("own", "root"),
    [("instance.yaml", "dagster.yaml"), ("workspace.yaml", "workspace.yaml")],
)
def test_an_installed_hub_has_the_settings_of_the_roots_file(
    own: str, root: str
) -> None:
    installed = (ROOT / "hub" / "assets" / own).read_text(encoding="utf-8")

    assert installed == (ROOT / root).read_text(encoding="utf-8")
