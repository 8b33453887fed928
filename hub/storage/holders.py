"""Who holds a lease: a process, named so that its death can be seen.

What lives here: the name of this process and whether a named process is gone. A
killed run must not keep its partner waiting until its lease expires. Where the
holder ran on another machine nothing is known, and its lease runs out. What does
not: safety; that rests on the fencing token, never on this.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path


def this_process(role: str) -> str:
    """`<role>@<host>:<pid>:<start>`; the start tells a reused pid apart."""
    pid = os.getpid()
    return f"{role}@{socket.gethostname()}:{pid}:{_started(pid) or ''}"


def is_gone(holder: str) -> bool:
    """True where the holder certainly runs no more."""
    _, _, place = holder.rpartition("@")
    parts = place.split(":")
    if len(parts) != 3 or parts[0] != socket.gethostname() or not parts[1].isdigit():
        return False
    pid, started = int(parts[1]), parts[2]
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return bool(started) and (_started(pid) or started) != started


def _started(pid: int) -> str | None:
    """When a process began, in the kernel's ticks; None where nobody tells."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The name in the second field may hold blanks and brackets.
    fields = stat.rpartition(")")[2].split()
    # A zombie is as dead as one that was reaped.
    return "dead" if fields[0] == "Z" else fields[19]
