"""A partner database that tests fill and read."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from support.declared import feed, partner

from hub.connectors.base import Delivery, Part
from hub.connectors.decode import Wanted, decode
from hub.connectors.sql import SqlConnector
from hub.errors import HubError
from hub.partners.spec import Feed
from hub.settings import Settings

NOW = datetime(2026, 9, 28, 12, tzinfo=UTC)
ALL = Delivery("all", until=NOW)
# The two ways in which PostgreSQL is read, and the others: what `source` takes.
POSTGRES = ("adbc", "sqlalchemy")
ENGINES = ("sqlite", "mariadb", *POSTGRES)
on_postgres = pytest.mark.parametrize("source", POSTGRES, indirect=True)
on_mariadb = pytest.mark.parametrize("source", ["mariadb"], indirect=True)
on_servers = pytest.mark.parametrize("source", ["mariadb", *POSTGRES], indirect=True)


@dataclass(frozen=True)
class Source:
    """A database to read, and a way to write to it behind the hub's back."""

    url: str
    run: Callable[..., None]
    fast: bool
    schema: str = ""
    instant: str = "TIMESTAMP"
    """Its type of a time without a zone."""

    @property
    def mariadb(self) -> bool:
        """Whether it is MariaDB."""
        return self.url.startswith("mysql")

    def table(self, name: str) -> str:
        """The table as a declaration names it."""
        return f"{self.schema}.{name}" if self.schema else name


def read(
    source: Source, one: Feed, delivery: Delivery = ALL, **given: Any
) -> list[Part]:
    declared = partner({"connector": "sql", "url": source.url} | given, one)
    with SqlConnector(declared, Settings(now=NOW), fast=source.fast) as connector:
        return list(connector.read(one, delivery, sweep_keys=None))


def rows(parts: list[Part], *names: str) -> list[tuple[str | None, ...]]:
    found: list[tuple[str | None, ...]] = []
    for part in parts:
        assert isinstance(part.body, bytes)
        for some in decode(
            io.BytesIO(part.body), part.meta, Wanted(frozenset(names), {})
        ):
            found += some.frame.select(names).rows()
    return found


def table(source: Source, name: str, **given: Any) -> Feed:
    return feed(
        **{
            "read": {"table": source.table(name), **given.pop("read", {})},
            **given,
        }
    )


def fill(source: Source, count: int) -> None:
    source.run("CREATE TABLE cases (id INTEGER PRIMARY KEY, grp TEXT)")
    source.run(
        "INSERT INTO cases VALUES (%s, %s)", [(n, f"g{n % 3}") for n in range(count)]
    )


def assert_quiet(error: HubError, *words: str) -> None:
    told = str(error)
    assert error.__cause__ is None
    assert not any(word in told for word in ("c4nary", "SELECT", "://", *words))
    assert (error.partner, error.feed) == ("qiaokou", "cases")
