"""Fresh databases for tests of the control database: a file, or one on a server."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url


def sqlite_url(folder: Path) -> str:
    """The URL of a database that does not exist yet, nor does its folder."""
    return f"sqlite:///{folder / 'home' / 'control.db'}"


@contextmanager
def postgres_database(server_url: str) -> Iterator[str]:
    """A database of its own on a server, dropped at the end."""
    url = make_url(server_url).set(drivername="postgresql+psycopg")
    name = f"hub_test_{secrets.token_hex(6)}"
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        server.dispose()
