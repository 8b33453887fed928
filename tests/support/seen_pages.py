"""Pages in a real browser: what they asked for, what failed, what a reader saw.

What lives here: one Chromium driven through some addresses. What does not: servers.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

PATIENCE = 120_000  # milliseconds
# What the browser itself would ask of its maker's servers.
QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
)
SCHEMES = ("http", "https", "ws", "wss")


@dataclass
class Seen:
    """What a browser saw.

    Attributes:
        asked: address of every request and every web socket.
        failed: requests that were not answered well, and errors of scripts.
        texts: page → the text that a reader has before him.
        telemetry: what each page is told about telemetry.
    """

    asked: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    telemetry: list[bool] = field(default_factory=list)


def browser_path() -> str:
    """A Chromium of this machine; a skip with the reason if there is none."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium is installed")
    return found


def visit(addresses: Sequence[str], profile: Path) -> Seen:
    """Open pages one after the other and wait until each has come to rest."""
    from playwright.sync_api import sync_playwright

    seen = Seen()
    with sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            profile, executable_path=browser_path(), args=list(QUIET), headless=True
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()

        def ask(url: str) -> None:
            if urlsplit(url).scheme in SCHEMES:
                seen.asked.append(url)

        context.on("request", lambda request: ask(request.url))
        page.on("websocket", lambda socket: ask(socket.url))
        page.on("pageerror", lambda error: seen.failed.append(str(error)[:300]))
        page.on(
            "response",
            lambda got: (
                seen.failed.append(f"{got.status} {got.url}")
                if got.status >= 400
                else None
            ),
        )
        for address in addresses:
            page.goto(address, wait_until="load")
            # The pages' own policy forbids to run text as code: nothing is polled so.
            page.locator("#root a[href]").first.wait_for()
            page.wait_for_load_state("networkidle")
            seen.texts[urlsplit(address).path] = page.inner_text("body")
            told = page.evaluate(
                "JSON.parse(document.getElementById('initialization-data').textContent)"
            )
            seen.telemetry.append(bool(told["telemetryEnabled"]))
        context.close()
    return seen
