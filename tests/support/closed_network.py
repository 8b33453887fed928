"""A network of its own for a program: a loopback, and no way to anywhere else.

What lives here: the command that enters one, why it cannot be entered here, and how
often something inside asked for the outside. What does not: what runs in it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

# Others than root need a user namespace for it; root would lose in one the right to
# enter other users' folders, the database server's among them.
HOW = "-n" if os.geteuid() == 0 else "-rn"
ENTER = ("unshare", HOW, "--", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")


@cache
def _refusal() -> str | None:
    for program in ("unshare", "ip"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    tried = subprocess.run([*ENTER, "true"], capture_output=True, text=True)
    return tried.stderr.strip() or "refused" if tried.returncode else None


def closed(command: Sequence[str | Path]) -> list[str]:
    """The command, to be run without a way out; a skip with the reason if none."""
    refusal = _refusal()
    if refusal:
        pytest.skip(f"no network namespace can be made here: {refusal}")
    return [*ENTER, *map(str, command)]


def tries() -> int:
    """How often something in this namespace sent for an address without a route."""
    names, values = (
        line.split()
        for line in Path("/proc/net/snmp").read_text("ascii").splitlines()
        if line.startswith("Ip:")
    )
    counted = dict(zip(names, values, strict=True))
    return int(counted["OutNoRoutes"])


def is_closed() -> bool:
    """Whether this process has the loopback and nothing else."""
    # /sys shows the namespace in which it was mounted; this file is our own.
    lines = Path("/proc/net/dev").read_text("ascii").splitlines()[2:]
    return {line.partition(":")[0].strip() for line in lines} == {"lo"}
