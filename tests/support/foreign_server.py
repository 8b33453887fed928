"""A server that somebody else wrote, as a process of its own on loopback.

What lives here: starting it, waiting until it says that it listens, ending it, and
where a program of npm is found. What does not: what it serves.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

PATIENCE = 60.0


def free_port() -> int:
    """A port of loopback that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def npm_program(name: str, *, version: str, variable: str) -> Path:
    """An installed program of npm in exactly this version, or a skip that says why.

    Args:
        name: package and program, found on PATH unless the variable names its file.
        version: what it must answer to `--version`.
        variable: environment variable with the path of the program.
    """
    found = os.environ.get(variable) or shutil.which(name)
    wanted = f"npm install --prefix <folder> {name}@{version}"
    if found is None:
        pytest.skip(f"{name} is not installed: {wanted}; {variable} names its file")
    if shutil.which("node") is None:
        pytest.skip(f"{name} needs node, which is not installed")
    told = subprocess.run(
        [found, "--version"], capture_output=True, text=True, check=True, timeout=60
    )
    if told.stdout.strip() != version:
        pytest.skip(f"{name} is {told.stdout.strip()}, the test is for {version}")
    return Path(found)


@contextmanager
def running(command: Sequence[str | Path], *, says: str) -> Iterator[None]:
    """The process, from when it listens until the block ends.

    Args:
        command: program and arguments.
        says: what its output holds once it listens.
    """
    process = subprocess.Popen(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    told: list[str] = []
    is_ready, listens = threading.Event(), False

    def listen() -> None:
        nonlocal listens
        assert process.stdout is not None
        for line in process.stdout:
            told.append(line)
            if says in line:
                listens = True
                is_ready.set()
        is_ready.set()  # it has ended

    reader = threading.Thread(target=listen)
    reader.start()
    try:
        is_ready.wait(PATIENCE)
        assert listens, f"{command[0]} does not listen:\n{''.join(told)}"
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)
        reader.join()
        assert process.stdout is not None
        process.stdout.close()
