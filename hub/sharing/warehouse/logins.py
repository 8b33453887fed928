"""Logins with which a consumer's BI tool comes into the warehouse.

What lives here: making one, or giving it a new password, and taking it back. What does
not: the role itself (`hub.storage.warehouse_logins`), what it sees (`loading`).
"""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from hub.errors import MisuseError
from hub.flow.house import House
from hub.flow.warehouse import open_warehouse
from hub.sharing.warehouse.answers import schemas_of
from hub.sharing.warehouse.loading import refuse_file
from hub.storage.consumers import Consumers
from hub.storage.warehouse_logins import Login, drop_login, make_login, role_name
from hub.storage.warehouse_tables import held_views


class Given(NamedTuple):
    """A login, its schemas in the order they are searched, and the views in them."""

    login: Login
    schemas: list[str]
    views: list[str]


def give_login(house: House, name: str) -> Given:
    """A role with a new password for a consumer, and what it may read now.

    Raises:
        MisuseError: there is no such consumer, it is not valid now, or the database
            does not tell readers apart.
        WarehouseRefused: the hub may not make roles there.
    """
    consumer = Consumers(house.control.engine).find(name)
    if (state := consumer.state(house.now())) != "active":
        raise MisuseError(
            f"make a login for {name}",
            seen=f"the consumer is {state}",
            next_step=f"`hub consumer show {name}` tells more.",
        )
    warehouse = open_warehouse(house)
    try:
        refuse_file(warehouse)
        schemas = schemas_of(consumer)
        with warehouse.writing() as connection:
            made = make_login(
                connection,
                role_name(_database(connection), name),
                name,
                schemas=schemas,
                until=consumer.valid_until,
            )
            views = [
                f"{one.schema}.{one.view}"
                for one in held_views(connection)
                if one.consumer == name
            ]
        return Given(made, schemas, views)
    finally:
        warehouse.close()


def take_login(house: House, name: str) -> bool:
    """Drop the role of a consumer; whether there was one.

    Raises:
        MisuseError: there is no such consumer, or the database does not tell readers
            apart.
    """
    Consumers(house.control.engine).find(name)
    warehouse = open_warehouse(house)
    try:
        refuse_file(warehouse)
        with warehouse.writing() as connection:
            return drop_login(connection, role_name(_database(connection), name))
    finally:
        warehouse.close()


def _database(connection: sa.Connection) -> str:
    return str(connection.execute(sa.select(sa.func.current_database())).scalar())
