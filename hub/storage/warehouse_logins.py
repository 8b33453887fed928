"""Logins of consumers to the warehouse: one role each, that reads its own views.

What lives here: making a role with a new password, giving it the right to views, and
dropping it (PostgreSQL). A role belongs to the whole server, so its name tells the
database apart. What does not: who may have one (`hub.sharing.warehouse`).

The password never leaves this process but by its verifier (SCRAM-SHA-256), so no log
of the server can hold it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

import sqlalchemy as sa

from hub.storage.warehouse_tables import VIEWS
from hub.storage.warehouse_views import Place, literal, quoted, run

PASSWORD_BYTES = 24


class Login(NamedTuple):
    """A role, its new password, and whether the role was there before."""

    role: str
    password: str
    was_there: bool


def role_name(database: str, consumer: str) -> str:
    """The role of a consumer in one database; at most 63 bytes."""
    return f"bi_{consumer}_{sha256(database.encode()).hexdigest()[:8]}"


def has_role(connection: sa.Connection, role: str) -> bool:
    """Whether the server has the role."""
    found = sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role")
    return connection.execute(found, {"role": role}).first() is not None


def make_login(
    connection: sa.Connection,
    role: str,
    consumer: str,
    *,
    schemas: Sequence[str],
    until: datetime | None,
) -> Login:
    """Make a role, or give the one that is there a new password.

    Args:
        connection: inside a transaction.
        role: of `role_name`.
        consumer: whose views it may read.
        schemas: where an unqualified name is looked for, in this order.
        until: when its password ends; None for no end.
    """
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    name = quoted(connection, role)
    was_there = has_role(connection, role)
    verifier = literal(_verifier(connection, password, role))
    ends = "infinity" if until is None else until.astimezone(UTC).isoformat()
    text = f"LOGIN PASSWORD {verifier} VALID UNTIL {literal(ends)}"
    verb = "ALTER" if was_there else "CREATE"
    run(connection, f"{verb} ROLE {name} {text}")
    run(connection, f"ALTER ROLE {name} SET default_transaction_read_only = on")
    paths = ", ".join(quoted(connection, one) for one in schemas)
    run(connection, f"ALTER ROLE {name} SET search_path = {paths}")
    rows = connection.execute(sa.select(VIEWS).where(VIEWS.c.consumer == consumer))
    grant_views(connection, role, [(row.schema_name, row.view_name) for row in rows])
    return Login(role, password, was_there)


def grant_views(connection: sa.Connection, role: str, places: Iterable[Place]) -> None:
    """Give a role the right to read these views."""
    found = list(places)
    to = quoted(connection, role)
    for schema in sorted({schema for schema, _ in found}):
        run(connection, f"GRANT USAGE ON SCHEMA {quoted(connection, schema)} TO {to}")
    for place in found:
        run(connection, f"GRANT SELECT ON {quoted(connection, *place)} TO {to}")


def drop_login(connection: sa.Connection, role: str) -> bool:
    """Drop a role whose views are gone or are still there; whether it was there.

    Its right to the views goes first: a role that has any right cannot be dropped.
    """
    if not has_role(connection, role):
        return False
    to = quoted(connection, role)
    rows = connection.execute(sa.select(VIEWS)).all()
    held = [(row.schema_name, row.view_name) for row in rows]
    for place in held:
        run(connection, f"REVOKE ALL ON {quoted(connection, *place)} FROM {to}")
    for schema in sorted({schema for schema, _ in held}):
        text = f"REVOKE ALL ON SCHEMA {quoted(connection, schema)} FROM {to}"
        run(connection, text)
    run(connection, f"DROP ROLE {to}")
    return True


def _verifier(connection: sa.Connection, password: str, role: str) -> str:
    driver = connection.connection.driver_connection
    assert driver is not None
    made: bytes = driver.pgconn.encrypt_password(
        password.encode(), role.encode(), b"scram-sha-256"
    )
    return made.decode()
