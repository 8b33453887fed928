"""`hub dev`: one process from nothing to pages on a city whose partners answer."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from support.foreign_server import free_port
from support.own_services import (
    ENDED,
    STEPS,
    answers,
    ask_graphql,
    materialise,
    run_of,
    service,
)
from support.source_tree import ROOT


def test_dev_opens_pages_on_a_demo_city_and_ends_tidily(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    home = tmp_path / "home"
    command = ("hub", "--home", str(home), "dev", "--json", "--port", str(port))

    log = tmp_path / "said"
    with service(command, log=log, environment={}, cwd=tmp_path) as dev:
        dev.until(lambda: "Ctrl-C ends it." in dev.said)
        page = answers(url)
        told = json.loads(re.search(r"^\{$.*?^\}$", dev.said, re.M | re.S)[0])  # type: ignore[index]
        nodes = ask_graphql(url, STEPS)["assetNodes"]
        run = materialise(url, "qiaokou__handling")
        dev.until(lambda: run_of(url, run)["status"] in ENDED)
        ran = run_of(url, run)
        file = home / "demo" / "surroundings.sh"
        beside = beside_it(file, "hub alarm check --json")
        status = dev.end()

    assert page
    # The same clock and addresses: nothing is late, and the partners are known.
    assert json.loads(beside.stdout)["open"] == []
    assert "HUB_DEMO_QIAOKOU_URL" in beside.stderr
    assert not file.exists()
    assert told == {"url": url, "home": str(home)}
    names = {"/".join(one["assetKey"]["path"]) for one in nodes}
    assert {"core/issue", "raw/lzz/cases", "raw/qiaokou/handling"} <= names
    assert ran["status"] == "SUCCESS"
    assert ["raw", "qiaokou", "handling"] in [
        one["assetKey"]["path"] for one in ran["assetMaterializations"]
    ]
    assert status == 0
    assert "Ended." in dev.said
    assert "superseded" not in dev.said
    assert "\x1b" not in dev.said


def beside_it(file: Path, command: str) -> subprocess.CompletedProcess[str]:
    """A command in another terminal that took up the file first; names to stderr."""
    script = f". {file} && export -p | cut -d= -f1 >&2 && {command}"
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-c", script],
        env={"PATH": path},
        cwd=file.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_taken_port_is_said_before_a_city_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = ("hub", "--home", str(tmp_path / "home"), "dev", "--port", str(port))
        log = tmp_path / "said"
        with service(command, log=log, environment={}, cwd=tmp_path) as dev:
            status = dev.process.wait(60)

    assert status == 2
    assert "the port is taken" in dev.said
    assert not (tmp_path / "home").exists()


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_dev_is_that_command() -> None:
    done = subprocess.run(
        ["make", "--dry-run", "dev", "ARGS=--port 3100"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    # Within a `make test` it tells which folder it goes into and out of.
    own = [one for one in done.stdout.splitlines() if not one.startswith("make")]
    assert own[-1].endswith('bin/hub --home ".hub" dev --port 3100')
