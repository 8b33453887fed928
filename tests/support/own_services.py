"""Processes of the hub as services are: started, asked until they answer, ended.

What lives here: one process in a session of its own, its whole tree, its memory, and
an end by SIGINT that must be tidy. What does not: which commands there are (`deploy/`).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

PATIENCE = 300.0  # of a machine that does other things too
BIN = Path(sys.executable).parent
ENDED = ("SUCCESS", "FAILURE", "CANCELED")
STEPS = "{ assetNodes { assetKey { path } opNames } }"
LAUNCH = """mutation($job: JobOrPipelineSelector!) {
  launchPipelineExecution(executionParams: {selector: $job, mode: "default"}) {
    __typename ... on LaunchRunSuccess { run { id } } } }"""
RUN = """query($run: ID!) { runOrError(runId: $run) { ... on Run {
  status assetMaterializations { assetKey { path } } } } }"""


@dataclass(frozen=True)
class Service:
    """A running service."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def said(self) -> str:
        """Everything that it wrote so far."""
        return self.log.read_text("utf-8", errors="replace")

    def tree(self) -> list[psutil.Process]:
        """The process and everything below it."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def memory(self) -> int:
        """Bytes that only these processes hold (USS)."""
        return sum(one.memory_full_info().uss for one in self.tree())

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds, for as long as the process lives."""
        beat = threading.Event()
        for _ in range(int(PATIENCE / 0.2)):
            if holds():
                return
            assert self.process.poll() is None, self.said
            beat.wait(0.2)
        raise AssertionError(f"waited in vain:\n{self.said}")

    def end(self, number: int = signal.SIGINT) -> int:
        """Ask for the end; its status. Nothing that it started is left."""
        below = self.tree()
        self.process.send_signal(number)
        status = self.process.wait(PATIENCE)
        _, left = psutil.wait_procs(below, timeout=PATIENCE)
        assert not left, [one.cmdline()[:6] for one in left]
        return status


@contextmanager
def service(
    command: Sequence[str], *, log: Path, environment: Mapping[str, str], cwd: Path
) -> Iterator[Service]:
    """Start a command of this Python's environment; kill what is left at the end."""
    program, *words = command
    own = BIN / program
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(own) if own.exists() else program, *words],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": _absolute_path(), **environment},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Service(process, log)
    finally:
        with suppress(psutil.NoSuchProcess):
            for one in psutil.Process(process.pid).children(recursive=True):
                one.kill()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _absolute_path() -> str:
    """The way of this process to the hub, from whatever folder a service runs in."""
    told = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return os.pathsep.join(str(Path(one).resolve()) for one in told if one)


def answers(url: str) -> bool:
    """Whether a page is there."""
    with suppress(httpx.HTTPError):
        return httpx.get(url, timeout=10, trust_env=False).status_code == 200
    return False


def ask_graphql(url: str, query: str, **variables: Any) -> dict[str, Any]:
    """What Dagster's pages are told when they ask."""
    asked = {"query": query, "variables": variables}
    told = httpx.post(f"{url}/graphql", json=asked, timeout=60, trust_env=False)
    answer = told.json()
    assert "errors" not in answer, answer
    return dict(answer["data"])


def materialise(url: str, step: str) -> str:
    """Start a run of one feed's step as its button in the pages does; its id."""
    nodes = ask_graphql(url, STEPS)["assetNodes"]
    job = {
        "pipelineName": "__ASSET_JOB",
        "repositoryName": "__repository__",
        "repositoryLocationName": "hub",
        # The step brings all of them or none; the pages choose them together too.
        "assetSelection": [
            {"path": one["assetKey"]["path"]} for one in nodes if step in one["opNames"]
        ],
    }
    told = ask_graphql(url, LAUNCH, job=job)["launchPipelineExecution"]
    assert told["__typename"] == "LaunchRunSuccess", told
    return str(told["run"]["id"])


def run_of(url: str, run: str) -> dict[str, Any]:
    """How a run stands, and what it has materialised."""
    return dict(ask_graphql(url, RUN, run=run)["runOrError"])
