"""Consumers with grants for the warehouse, and their BI tools as the database has them.

What lives here: entering consumers and grants, a hub with a warehouse on PostgreSQL,
and reading it by a consumer's own login. What does not: assertions.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from hub.flow.house import House
from hub.sharing.warehouse.logins import give_login
from hub.storage.consumers import Consumer, Consumers
from hub.storage.grants import Grant, Grants, RowRule
from hub.storage.warehouse_logins import role_name

PURPOSE = "考核"
ALL = RowRule("all")
EAST = RowRule("districts", ("420102",))
WEST = RowRule("districts", ("420103",))


def on(house: House, url: str | None) -> House:
    """The same hub with its warehouse there."""
    told = house.settings.model_copy(update={"warehouse_url": url})
    return replace(house, settings=told)


def at(house: House, instant: datetime) -> House:
    """The same hub at another time."""
    told = house.settings.model_copy(update={"now": instant})
    return replace(house, settings=told)


def enter(house: House, name: str = "east", **other: Any) -> None:
    """A consumer that was valid before the hub's day."""
    day = house.now() - timedelta(days=400)
    told: dict[str, Any] = {
        "id": name,
        "org": "东区城管局",
        "contact_role": "数据专员",
        "purposes": (PURPOSE,),
        "units": ("AU-E",),
        "valid_from": day,
        "made_at": day,
        "made_by": "甲",
    }
    Consumers(house.control.engine).add(Consumer(**told | other))


def give(house: House, dataset: str, name: str = "east", **other: Any) -> int:
    """A grant of everything conditional; its number."""
    day = house.now() - timedelta(days=400)
    told: dict[str, Any] = {
        "consumer": name,
        "dataset": dataset,
        "column_class": "CONDITIONAL",
        "row_rule": ALL,
        "purpose": PURPOSE,
        "valid_from": day,
        "made_at": day,
        "made_by": "甲",
    }
    return Grants(house.control.engine).add(Grant(**told | other)).number


def take(house: House, number: int, name: str = "east") -> None:
    """Take a grant back."""
    why = {"by": "甲", "reason": "到期", "at": house.now()}
    Grants(house.control.engine).revoke(name, number, **why)


@contextmanager
def warehouse_copy(server_url: str, original: str) -> Iterator[str]:
    """A copy of a database on its server; it and the logins of it go at the end."""
    name = f"hub_test_{secrets.token_hex(6)}"
    url = make_url(original)
    server = server_url.replace("+psycopg", "")
    with psycopg.connect(server, autocommit=True) as own:
        own.execute(f"CREATE DATABASE {name} TEMPLATE {url.database}")
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server, autocommit=True) as own:
            own.execute(f"DROP DATABASE {name} WITH (FORCE)")
            # Roles belong to the whole server.
            end = role_name(name, "")[-8:]
            found = own.execute(
                "SELECT rolname FROM pg_roles WHERE rolname LIKE 'bi\\_%%' || %s", [end]
            ).fetchall()
            for (role,) in found:
                own.execute(f'DROP ROLE "{role}"')


def told(found: Iterable[tuple[Any, ...]]) -> list[str]:
    """Rows in an order of their own; instants in UTC, whoever read them."""
    return sorted(
        repr([v.astimezone(UTC) if isinstance(v, datetime) else v for v in row])
        for row in found
    )


@contextmanager
def bi_tool(house: House, name: str = "east") -> Iterator[psycopg.Connection]:
    """A connection by the consumer's login, which may try to write."""
    login = give_login(house, name).login
    url = make_url(house.settings.warehouse)
    with psycopg.connect(
        host=url.host, port=url.port, dbname=url.database, user=login.role,
        password=login.password, autocommit=True,
    ) as connection:  # fmt: skip
        connection.execute("SET default_transaction_read_only = off")
        yield connection


def rows(house: House, text: str, name: str = "east") -> list[tuple[Any, ...]]:
    """What a query answers to the consumer's login."""
    with bi_tool(house, name) as connection:
        return connection.execute(text).fetchall()
