"""Logins of a partner's server that may do little, and how they reach it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy.engine import make_url
from support.sql_source import Source

PASSWORD = "c4nary"


@contextmanager
def login(source: Source, *, limit: int | None = None) -> Iterator[Source]:
    """The same database through a login of its own that may read it.

    Args:
        source: the database as its owner sees it.
        limit: connections that it may have at once.
    """
    name = f"r_{source.schema}"
    if source.mariadb:
        most = "" if limit is None else f" WITH MAX_USER_CONNECTIONS {limit}"
        source.run(f"CREATE USER {name} IDENTIFIED BY '{PASSWORD}'{most}")
        source.run(f"GRANT SELECT ON {source.schema}.* TO {name}")
    else:
        most = "" if limit is None else f" CONNECTION LIMIT {limit}"
        source.run(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'{most}")
        source.run(f"GRANT USAGE ON SCHEMA {source.schema} TO {name}")
        source.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA {source.schema} TO {name}")
    url = make_url(source.url).set(username=name, password=PASSWORD)
    try:
        yield replace(source, url=url.render_as_string(hide_password=False))
    finally:
        if not source.mariadb:
            source.run(f"DROP OWNED BY {name}")
        source.run(f"DROP USER {name}")
