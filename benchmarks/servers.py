"""Servers that are measured, each in processes of its own.

What lives here: starting `hub serve`, Datasette and a server of bytes, waiting until
they answer, and ending them. What does not: what they are asked (`sharing`).
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from benchmarks.history import CITY

PATIENCE = 3600.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(command: list[str], ready: str, **variables: str) -> Iterator[int]:
    """A server's process, once it answers; its number."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command,
            env={**os.environ, **variables},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            until = time.monotonic() + PATIENCE
            while not _answers(ready):
                if process.poll() is not None or time.monotonic() > until:
                    said.seek(0)
                    tail = said.read()[-2000:].decode(errors="replace")
                    raise RuntimeError(f"{command[0]} did not come up: {tail}")
                time.sleep(0.2)
            yield process.pid
        finally:
            process.terminate()
            process.wait()


def _answers(url: str) -> bool:
    try:
        with httpx.Client(trust_env=False, timeout=5) as client:
            return client.get(url).status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def hub(home: Path, workers: int) -> Iterator[tuple[str, int]]:
    """`hub serve` over a home: its address and its process."""
    port = free_port()
    command = [
        sys.executable, "-m", "hub.cli", "--home", str(home), "serve",
        "--port", str(port), "--workers", str(workers),
        "--per-minute", "100000000", "--at-once", "1000",
    ]  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    with running(command, f"{url}/readyz", HUB_CITY=str(CITY)) as pid:
        yield url, pid


@contextmanager
def datasette(program: list[str], database: Path) -> Iterator[str]:
    """Datasette over a file of SQLite."""
    port = free_port()
    command = [
        *program, str(database), "--port", str(port), "--nolock",
        "--setting", "sql_time_limit_ms", "60000",
    ]  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    with running(command, f"{url}/-/versions.json"):
        yield url


@contextmanager
def plain(size: int) -> Iterator[str]:
    """A server that answers so many bytes, whatever is asked."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.load", "answer", str(size)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.terminate()
        process.wait()
