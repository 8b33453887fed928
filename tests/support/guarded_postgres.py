"""A PostgreSQL server that asks for a password (SCRAM), unlike those lent to tests.

What lives here: one of our own, started for a test, with a role that has a password.
What does not: a server that tests may simply fill; `postgres_url` is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from support.own_postgres import own_postgres

ROLE, PASSWORD = "district", "c4nary-right"
TRUSTED = "local all postgres trust\nlocal all all scram-sha-256\n"


@dataclass(frozen=True)
class Guarded:
    """The server's socket folder; whoever comes in as ROLE has to know PASSWORD."""

    socket: str

    def url(self, password: str) -> str:
        """The server as a partner file names it."""
        return f"postgresql+psycopg://{ROLE}:{password}@/postgres?host={self.socket}"


@contextmanager
def guarded_postgres(folder: Path) -> Iterator[Guarded]:
    """Start it with the table `cases` (id, grp), which ROLE may read."""
    with own_postgres(folder) as server:
        with psycopg.connect(server.get_uri(), autocommit=True) as own:
            own.execute("SET password_encryption = 'scram-sha-256'")
            own.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'")
            own.execute("CREATE TABLE cases (id INTEGER PRIMARY KEY, grp TEXT)")
            own.execute("INSERT INTO cases VALUES (1, 'g1')")
            own.execute(f"GRANT SELECT ON cases TO {ROLE}")
            (folder / "pg_hba.conf").write_text(TRUSTED)
            _reload(own)
            socket = own.execute("SHOW unix_socket_directories").fetchone()
        assert socket is not None
        yield Guarded(str(socket[0]))


def _reload(own: psycopg.Connection) -> None:
    """Make the server read its settings again; its own children hear of it last."""
    asked = "SELECT pg_conf_load_time()"
    before = own.execute(asked).fetchone()
    own.execute("SELECT pg_reload_conf()")
    for _ in range(100_000):
        if own.execute(asked).fetchone() != before:
            return
    raise TimeoutError("PostgreSQL did not reload its settings")
