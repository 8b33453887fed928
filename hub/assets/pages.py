"""Dagster's pages on one machine, as one process that ends with its starter.

What lives here: `dagster dev` started over a home, waited for, and ended with
everything that it started. What does not: services of production, which are started
one by one (`deploy/`); the home (`instance`).

Dagster copies SIGINT's handler to SIGTERM. Started from a shell's background job it
inherits an ignored SIGINT and then hears neither; so both are set right before it
starts, and it gets a session of its own, where nothing of it can be missed at the end.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from hub.assets.recording import dagster_home
from hub.errors import HubError, MisuseError
from hub.settings import Settings

WORKSPACE = Path(__file__).parent / "workspace.yaml"
HOST = "127.0.0.1"  # the pages know no users: never another address
PATIENCE_SECONDS = 20  # for a tidy end; what is left then is killed
LOOK_SECONDS = 0.3
# The command that is to supersede it needs packages that are not ours (`dg`).
SUPERSEDED = "ignore:Function `dev_command` is superseded"
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# The machine's proxy has no business with an address of the loopback.
_ask = build_opener(ProxyHandler({})).open


class PagesEnded(HubError):
    """Dagster's process ended before it was told to."""

    code = "dagster_pages"


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal all raise KeyboardInterrupt here."""
    before = {one: signal.signal(one, _interrupt) for one in ENDS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    # A second Ctrl-C would break off the tidy end that the first one began.
    for one in ENDS:
        signal.signal(one, signal.SIG_IGN)
    raise KeyboardInterrupt


@contextmanager
def dagster_pages(
    settings: Settings, port: int, environment: Mapping[str, str]
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of the pages and their process, from when they answer.

    Args:
        settings: where the hub is; its instance is there (`init_instance`).
        port: of the loopback.
        environment: what its processes are told besides.

    Raises:
        MisuseError: the pages are not installed.
        PagesEnded: the process ended before it answered.
    """
    if find_spec("dagster_webserver") is None:
        raise MisuseError(
            "open Dagster's pages",
            seen="dagster-webserver is not installed",
            next_step="Install it: pip install dagster-webserver, or use `make dev`.",
        )
    folder = dagster_home(settings)
    process = subprocess.Popen(  # noqa: S603 (our own words only)
        [
            *(sys.executable, "-m", "dagster", "dev", "--log-level", "warning"),
            *("-w", str(WORKSPACE), "-h", HOST, "-p", str(port)),
            # Its other forms paint files as well.
            *(() if sys.stderr.isatty() else ("--log-format", "json")),
        ],
        # In the root of the repository it would warn of the `dagster.yaml` there.
        cwd=folder,
        env={**os.environ, **_told(settings, folder), **environment},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        url = f"http://{HOST}:{port}"
        _wait_for(process, url)
        yield url, process
    finally:
        _end(process)


def _told(settings: Settings, folder: Path) -> dict[str, str]:
    """What decides which hub is meant; paths hold in any working folder."""
    city = Path(settings.city)
    told = {
        "DAGSTER_HOME": str(folder),
        "PYTHONWARNINGS": SUPERSEDED,
        "HUB_HOME": str(settings.home.absolute()),
        "HUB_CITY": str(city.absolute()) if city.is_dir() else settings.city,
    }
    return told | ({"HUB_NOW": settings.now.isoformat()} if settings.now else {})


def _wait_for(process: subprocess.Popen[bytes], url: str) -> None:
    while True:
        with suppress(subprocess.TimeoutExpired):
            status = process.wait(LOOK_SECONDS)
            raise PagesEnded(
                "open Dagster's pages",
                seen=f"its process ended with status {status}",
                next_step="Its own words stand above.",
            )
        with suppress(URLError, OSError), _ask(f"{url}/server_info", timeout=5):
            return


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask for a tidy end; then nothing of the group is left."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
