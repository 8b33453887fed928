"""Taking turns among the processes of one machine.

What lives here: waiting for a file's lock, and being woken as soon as it is free. What
does not: leases, which outlive a process (`leases`).

SQLite's own wait looks again after ever longer rests: of two processes that write all
the time one may wait for seconds.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def in_turn(path: Path) -> Iterator[None]:
    """Hold a file's lock for the length of a block; it ends with the process too.

    Raises:
        OSError: the file cannot be made.
    """
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
