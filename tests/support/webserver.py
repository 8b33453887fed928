"""Dagster's pages over a home, and a browser that looks at them.

What lives here: the webserver as a process on loopback, stopped at the end of a block,
and a page of the system's Chromium that refuses every host but this one. What does
not: what is looked for on a page.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, Route, sync_playwright
from support.source_tree import ROOT

CHROMIUM = Path("/usr/bin/chromium")
SIZE = {"width": 1700, "height": 1000}
READY = "Serving dagster-webserver"


@contextmanager
def webserver(instance: Path, surroundings: Mapping[str, str]) -> Iterator[str]:
    """The address of Dagster's pages, once they answer.

    Args:
        instance: DAGSTER_HOME.
        surroundings: variables that say which hub it is.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "dagster_webserver", "--host", "127.0.0.1"),
            *("--port", str(port), "--workspace", str(ROOT / "workspace.yaml")),
        ],
        env={**os.environ, **surroundings, "DAGSTER_HOME": str(instance)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        try:
            said = []
            for line in process.stdout:
                said.append(line)
                if READY in line:
                    break
            else:
                raise AssertionError("".join(said))
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.stdout.read()


@contextmanager
def browser_page(asked: set[str]) -> Iterator[Page]:
    """A page of a browser; hosts that it wanted to reach are put into `asked`."""

    def only_here(route: Route) -> None:
        host = route.request.url.split("/")[2].split(":")[0]
        asked.add(host)
        if host == "127.0.0.1":
            route.continue_()
        else:
            route.abort()

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport=SIZE, locale="zh-CN")
        page.route("**/*", only_here)
        yield page
        browser.close()
