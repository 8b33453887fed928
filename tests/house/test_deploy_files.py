"""The files of production agree with each other, with the lock and with the hub."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
from dagster._core.workspace.load import load_yaml_from_path
from support.compose_file import DEPLOY, IN_IMAGE, OWN, command_of, services
from support.source_tree import ROOT

from hub.assets.instance import instance_text
from hub.settings import Settings

UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
EXAMPLE = (DEPLOY / ".env.example").read_text("utf-8")
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
WEEK = "7d"


def unit(name: str) -> dict[str, str]:
    """The [Service] of a unit; of keys that stand several times, the last."""
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DEPLOY / "systemd" / f"hub-{name}.service", "utf-8")
    return dict(parser["Service"])


def everywhere(words: list[str]) -> list[str]:
    """A command without what differs between a container and a machine."""
    bare = words[2:] if words[0] == "timeout" else words
    told = [word.replace(str(DEPLOY), IN_IMAGE) for word in bare]
    return ["HOST" if word in ("0.0.0.0", "127.0.0.1") else word for word in told]


def values() -> dict[str, Any]:
    told = load_yaml_from_path(str(DEPLOY / "values.yaml"))
    assert isinstance(told, dict)
    return told


def version() -> str:
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return str(tables["project"]["version"])


def locked(name: str) -> str:
    lock = (DEPLOY / "requirements.lock").read_text("utf-8")
    return re.findall(rf"^{name}==(\S+)", lock, re.M)[0]


@pytest.mark.parametrize("name", OWN)
def test_systemd_starts_what_compose_starts(name: str) -> None:
    program, *words = shlex.split(unit(name)["ExecStart"])

    assert program.startswith("/opt/hub/bin/")
    own = [program.removeprefix("/opt/hub/bin/"), *words]
    assert everywhere(own) == everywhere(command_of(name))


def test_both_start_the_daemon_anew_every_week() -> None:
    assert command_of("daemon")[:2] == ["timeout", WEEK]
    assert unit("daemon")["RuntimeMaxSec"] == WEEK
    assert unit("daemon")["Restart"] == "always"
    assert services()["daemon"]["restart"] == "unless-stopped"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for path in (DEPLOY / "systemd").iterdir():
        text = path.read_text("utf-8")
        here = text.replace("/opt/hub/bin", str(Path(sys.executable).parent))
        (tmp_path / path.name).write_text(here, "utf-8")

    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, tmp_path.iterdir())],
        capture_output=True,
        text=True,
    )

    told = [line for line in done.stderr.splitlines() if "hub" in line]
    assert (done.returncode, told) == (0, [])


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_every_unit_gives_up_what_it_does_not_need(path: Path) -> None:
    own = unit(path.stem.removeprefix("hub-"))

    assert own["User"] == "hub"
    assert own["NoNewPrivileges"] == "yes"
    assert own["ProtectSystem"] == "strict"
    assert own["CapabilityBoundingSet"] == ""


def test_no_container_runs_as_root_or_writes_outside_its_home() -> None:
    assert DOCKERFILE.count("\nFROM ") == 2
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.M) == ["hub"]
    for name in OWN:
        told = services()[name]
        assert told["read_only"] is True
        assert told["cap_drop"] == ["ALL"]
        assert told["volumes"] == ["home:/var/lib/hub"]


def test_what_the_image_copies_is_there_and_sent_to_its_builder() -> None:
    copied = [
        word
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.M)
        for word in line.split()[:-1]
    ]
    sent = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()

    assert "deploy/requirements.lock" in copied
    assert not [word for word in copied if not (ROOT / word).exists()]
    assert not [word for word in copied if f"!{word}" not in sent]


def test_only_this_machine_reaches_what_has_no_users() -> None:
    ports = [port for one in services().values() for port in one.get("ports", [])]

    assert ports
    assert all(port.startswith("${HUB_PUBLISH:-127.0.0.1}:") for port in ports)


def test_the_shown_instance_is_what_hub_init_writes() -> None:
    shown = (DEPLOY / "dagster.yaml").read_text("utf-8")

    assert shown.endswith(instance_text(None))


def test_the_chart_is_told_what_the_instance_says() -> None:
    told = values()
    own = load_yaml_from_path(str(DEPLOY / "dagster.yaml"))
    assert isinstance(own, dict)
    daemon = told["dagsterDaemon"]
    queue = daemon["runCoordinator"]["config"]["queuedRunCoordinator"]
    coordinator = own["run_coordinator"]["config"]
    monitoring = own["run_monitoring"]
    sensors = told["retention"]["sensor"]["purgeAfterDays"]

    assert told["telemetry"] == own["telemetry"] == {"enabled": False}
    assert told["additionalInstanceConfig"]["concurrency"] == own["concurrency"]
    assert queue["dequeueIntervalSeconds"] == coordinator["dequeue_interval_seconds"]
    assert (
        daemon["runMonitoring"]["freeSlotsAfterRunEndSeconds"]
        == monitoring["free_slots_after_run_end_seconds"]
    )
    assert sensors == own["retention"]["sensor"]["purge_after_days"]
    assert told["postgresql"]["postgresqlScheme"] == "postgresql+psycopg2"


def test_the_chart_starts_the_same_code_server() -> None:
    (deployment,) = values()["dagster-user-deployments"]["deployments"]
    command = command_of("code")

    assert command[-len(deployment["codeServerArgs"]) :] == deployment["codeServerArgs"]
    assert str(deployment["port"]) in command


def test_versions_agree_with_the_project_and_the_lock() -> None:
    told = values()
    images = [told[one]["image"] for one in ("dagsterWebserver", "dagsterDaemon")]
    images += [one["image"] for one in told["dagster-user-deployments"]["deployments"]]
    text = (DEPLOY / "values.yaml").read_text("utf-8")

    assert {image["tag"] for image in images} == {version()}
    assert f"HUB_VERSION={version()}\n" in EXAMPLE
    assert services()["code"]["image"] == f"hub:${{HUB_VERSION:-{version()}}}"
    assert f"--version {locked('dagster')} " in text
    assert locked("dagster") == locked("dagster-webserver")


def test_the_lock_of_production_is_current() -> None:
    done = subprocess.run(
        [sys.executable, DEPLOY / "production.py", "--check"],
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    lock = (DEPLOY / "requirements.lock").read_text("utf-8")
    assert not re.findall(r"^(?:pytest|mypy|ruff|playwright|duckdb)==", lock, re.M)
    assert "dagster-postgres==" in lock


def test_the_example_names_only_variables_that_somebody_reads() -> None:
    named = set(re.findall(r"^#?(\w+)=", EXAMPLE, re.M))
    compose = (DEPLOY / "compose.yaml").read_text("utf-8")
    settings = {f"HUB_{name.upper()}" for name in Settings.model_fields}
    others = {"DAGSTER_HOME", "HUB_CODE_SERVER", "PGTZ", "QIAOKOU_URL"}

    used = set(re.findall(r"\$\{(\w+)", compose))

    assert used <= named
    assert named <= used | settings | others
    assert not re.findall(r"^HUB_DB_PASSWORD=\S", EXAMPLE, re.M)
