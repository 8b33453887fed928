"""Folders that are costly to make, made once for all workers of a run.

What lives here: the first worker that asks makes the folder, the others wait; each is
handed a copy of its own, so that no two of them have its databases open. What does
not: what stands in the folder.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]
) -> Path:
    """A copy of what `make` left in an empty folder, in this run of the tests.

    Args:
        factory: knows where this run keeps its folders.
        name: of the folder.
        make: fills it, and leaves nothing open; nothing in it may say where it lies.
    """
    own = factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "made_once"
    shared.mkdir(exist_ok=True)
    whole = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            begun = factory.mktemp(name)
            make(begun)
            begun.rename(whole)
    return Path(shutil.copytree(whole, factory.mktemp(name) / name))
