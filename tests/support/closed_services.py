"""A program for a closed network: production's services, looked at in a browser.

What lives here: the commands of `deploy/compose.yaml` one after the other, a run
started from the pages, every page visited, what was asked for and what memory the
services hold at rest. It ends with one JSON file. What does not: judging it; tests do.

    python -m support.closed_services FOLDER DATABASE RECORDS
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from support.closed_network import is_closed, tries
from support.compose_file import command_of, environment_here
from support.drop_city import drop_day, file_city
from support.own_services import (
    BIN,
    ENDED,
    Service,
    answers,
    ask_graphql,
    materialise,
    run_of,
    service,
)
from support.seen_pages import Seen, visit
from support.source_tree import ROOT

PAGES = "http://127.0.0.1:3000"
API = "http://127.0.0.1:8400"
NEWCOMER = "http://127.0.0.1:3001"
PATHS = (
    "/overview/activity/timeline",
    "/assets",
    "/asset-groups",
    "/assets/raw/roster/areas",
    "/assets/core/issue?view=lineage",
    "/runs",
    "/automation",
    "/deployment/locations",
    "/deployment/daemons",
    "/deployment/config",
)
WORKSPACE = """{ workspaceOrError { ... on Workspace { locationEntries {
  name loadStatus locationOrLoadError { __typename } } } } }"""
DAEMONS = """{ instance { daemonHealth { allDaemonStatuses {
  daemonType required healthy } } } }"""


def main() -> None:
    """Do all of it."""
    folder, database, records = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    assert is_closed(), "this is no closed network"
    drop_day(folder / "drop", 20)
    environment = environment_here(folder / "home", database, records) | {
        "HUB_CITY": str(file_city(folder / "city")),
        "SMALL_DROP": str(folder / "drop"),
        "HUB_NOW": "2026-10-02T00:00:00+00:00",
        "HUB_AUTOMATION": "0",  # what is measured at rest is at rest
        "PATH": f"{BIN}:/usr/bin:/bin",
    }
    told: dict[str, Any] = {}
    with ExitStack() as stack:

        def start(name: str) -> Service:
            log = folder / f"{name}.log"
            begun = service(
                command_of(name), log=log, environment=environment, cwd=folder
            )
            return stack.enter_context(begun)

        assert start("setup").process.wait(300) == 0, (folder / "setup.log").read_text()
        own = {name: start(name) for name in ("code", "webserver", "daemon", "api")}
        own["webserver"].until(lambda: answers(f"{PAGES}/server_info"))
        own["api"].until(lambda: answers(f"{API}/healthz"))
        # Compose waits with the pages for the code server; here both start at once.
        own["webserver"].until(lambda: _kind() == "RepositoryLocation")
        told["location"] = _location()
        told["validated"] = _validate(folder, environment)
        # The run's process goes; a small one of multiprocessing stays.
        at_rest = len(own["code"].tree()) + 1
        told["run"] = _run(own["daemon"])
        own["code"].until(lambda: len(own["code"].tree()) <= at_rest)
        own["daemon"].until(lambda: all(one["healthy"] for one in _daemons()))
        told["daemons"] = _daemons()
        told["memory"] = {name: one.memory() for name, one in own.items()}
        told["tries"] = tries()
        told["openapi"] = httpx.get(f"{API}/openapi.json", trust_env=False).json()
        seen = visit([f"{PAGES}{path}" for path in PATHS], folder / "browser")
        told["pages"] = _seen(seen)
        told["ended"] = {name: one.end() for name, one in own.items()}
    told["newcomer"] = _newcomer(folder)
    (folder / "told.json").write_text(json.dumps(told), "utf-8")


def _location() -> dict[str, Any]:
    entries = ask_graphql(PAGES, WORKSPACE)["workspaceOrError"]["locationEntries"]
    return dict(entries[0]) if entries else {"loadStatus": "absent"}


def _daemons() -> list[dict[str, Any]]:
    health = ask_graphql(PAGES, DAEMONS)["instance"]["daemonHealth"]
    return [one for one in health["allDaemonStatuses"] if one["required"]]


def _kind() -> str:
    told = _location().get("locationOrLoadError") or {}
    return str(told.get("__typename"))


def _validate(folder: Path, environment: dict[str, str]) -> int:
    """What `dagster definitions validate` says of the running code server."""
    command = ["dagster", "definitions", "validate"]
    workspace = ["-w", str(ROOT / "deploy" / "workspace.yaml")]
    log = folder / "validate.log"
    whole = [*command, *workspace]
    with service(whole, log=log, environment=environment, cwd=folder) as validated:
        return validated.process.wait(300)


def _run(daemon: Service) -> str:
    """A run started as the pages' button does: queue, code server, PostgreSQL."""
    run = materialise(PAGES, "roster__areas")
    daemon.until(lambda: run_of(PAGES, run)["status"] in ENDED)
    return str(run_of(PAGES, run)["status"])


def _newcomer(folder: Path) -> dict[str, Any]:
    """The pages as somebody meets them who has set no DAGSTER_HOME."""
    root = folder / "checkout"
    root.mkdir()
    for name in ("dagster.yaml", "workspace.yaml"):
        shutil.copy(ROOT / name, root)
    command = ("dagster-webserver", "-w", "workspace.yaml", "-p", "3001")
    unset = {"DAGSTER_HOME": "", "HUB_HOME": str(folder / "newcomer")}
    log = folder / "newcomer.log"
    with service(command, log=log, environment=unset, cwd=root) as pages:
        pages.until(lambda: answers(f"{NEWCOMER}/server_info"))
        before = tries()
        seen = visit([f"{NEWCOMER}/assets"], folder / "browser2")
        return _seen(seen) | {"tries": before, "said": pages.said}


def _seen(seen: Seen) -> dict[str, Any]:
    return {
        "hosts": sorted({urlsplit(url).hostname or url for url in seen.asked}),
        "asked": len(seen.asked),
        "failed": seen.failed,
        "texts": seen.texts,
        "telemetry": seen.telemetry,
    }


if __name__ == "__main__":
    try:
        main()
    except subprocess.SubprocessError as problem:
        sys.exit(str(problem))
