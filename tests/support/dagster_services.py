"""Dagster's services as production runs them: processes that can be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TypeVar

import dagster as dg

from hub.assets.house_resource import PROCESS
from hub.assets.instance import MARK
from hub.assets.recording import dagster_home, init_instance
from hub.settings import Settings

T = TypeVar("T")
PATIENCE_SECONDS = 240
BUSY = [
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
# The shipped settings with shorter waits: what they wait for is the same.
SHORTER = {
    "poll_interval_seconds: 30": "poll_interval_seconds: 2",
    "free_slots_after_run_end_seconds: 60": "free_slots_after_run_end_seconds: 1",
}


def impatient_instance(settings: Settings) -> Path:
    """The Dagster home of a hub, as `hub init` makes it, with shorter waits."""
    home = init_instance(settings)
    file = home / "dagster.yaml"
    text = file.read_text(encoding="utf-8").removeprefix(f"{MARK}\n")
    for long, short in SHORTER.items():
        assert long in text
        text = text.replace(long, short)
    file.write_text(text, encoding="utf-8")
    return home


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def until(what: Callable[[], T | None], why: str) -> T:
    """What a look finds, once it finds something."""
    deadline, pause = monotonic() + PATIENCE_SECONDS, Event()
    while monotonic() < deadline:
        if found := what():
            return found
        pause.wait(0.3)
    raise AssertionError(f"waited {PATIENCE_SECONDS} s in vain: {why}")


class Services:
    """Code server, daemon and webserver over one home."""

    def __init__(self, settings: Settings, folder: Path, env: Mapping[str, str]):
        self.home = dagster_home(settings)
        self._log = (folder / "services.log").open("ab")
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._env = {
            **os.environ,
            **env,
            "DAGSTER_HOME": str(self.home),
            "HUB_HOME": str(settings.home),
            "HUB_CITY": settings.city,
            "HUB_NOW": settings.clock().isoformat(),
        }
        self._port, self.web_port = free_port(), free_port()
        self._folder = folder
        (folder / "workspace.yaml").write_text(
            "load_from:\n  - grpc_server:\n      host: 127.0.0.1\n"
            f"      port: {self._port}\n      location_name: hub\n"
        )

    def start(self, name: str) -> None:
        """Start one of `code`, `daemon` and `web`."""
        here = ("-w", str(self._folder / "workspace.yaml"))
        place = ("-h", "127.0.0.1", "-p")
        code = ("code-server", "start", "-m", "hub.definitions", *place)
        program = {
            "code": ("dagster", *code, str(self._port)),
            "daemon": ("dagster-daemon", "run", *here),
            "web": ("dagster-webserver", *here, *place, str(self.web_port)),
        }[name]
        self._running[name] = subprocess.Popen(
            [Path(sys.executable).with_name(program[0]), *program[1:]],
            env=self._env,
            cwd=self._folder,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def kill(self, name: str) -> None:
        """Kill a service with everything that it started, at once."""
        process = self._running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        """Kill what runs."""
        for name in list(self._running):
            self.kill(name)
        self._log.close()


@contextmanager
def services(
    settings: Settings, folder: Path, env: Mapping[str, str]
) -> Iterator[Services]:
    """Services that end with the block; none is started yet."""
    found = Services(settings, folder, env)
    try:
        yield found
    finally:
        found.close()


def pid_of(run: dg.DagsterRun) -> int | None:
    """The process that a run says it is."""
    holder = run.tags.get(PROCESS, "").partition(" ")[2]
    return int(holder.split(":")[1]) if holder else None
