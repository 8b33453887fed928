"""Logins of consumers on a server that asks for passwords, as one in a city does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
import sqlalchemy as sa
from support.guarded_postgres import PASSWORD, Guarded, guarded_postgres

from hub.storage.faults import WarehouseRefused
from hub.storage.warehouse import Warehouse
from hub.storage.warehouse_logins import drop_login, has_role, make_login, role_name
from hub.storage.warehouse_tables import HeldRelease
from hub.storage.warehouse_views import View, settle_views

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
HELD = HeldRelease("r000001", NOON)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded_postgres(tmp_path_factory.mktemp("guarded")) as started:
        yield started


def view(name: str = "cases") -> View:
    source = sa.table("cases", sa.column("grp"))
    return View(
        schema="for_east",
        name=name,
        consumer="east",
        reader="",
        query=sa.select(source.c.grp).where(source.c.grp.in_(["g1", "100%"])),
        comment="案件 100%",
        columns={"grp": "组 'a'"},
        tables=("cases",),
    )


def test_a_new_password_voids_the_old_one_and_a_dropped_login_is_gone(
    server: Guarded,
) -> None:
    url = f"postgresql+psycopg://postgres@/postgres?host={server.socket}"
    warehouse = Warehouse(url)
    role = role_name("postgres", "east")

    def enter(password: str) -> list[tuple[object, ...]]:
        with psycopg.connect(
            host=server.socket, dbname="postgres", user=role, password=password
        ) as tool:
            return tool.execute("SELECT grp FROM cases").fetchall()

    with warehouse.writing() as connection:
        made, gone = settle_views(connection, [view()], [])
        first = make_login(connection, role, "east", schemas=["for_east"], until=None)
    assert (made, gone) == ([("for_east", "cases")], [])
    assert enter(first.password) == [("g1",)]
    with warehouse.writing() as connection:
        again, _ = settle_views(connection, [view()], [])
        second = make_login(connection, role, "east", schemas=["for_east"], until=None)
        kept = connection.exec_driver_sql(
            "SELECT rolpassword FROM pg_authid WHERE rolname = %s", (role,)
        ).scalar_one()
        said = connection.exec_driver_sql(
            "SELECT obj_description('for_east.cases'::regclass), "
            "col_description('for_east.cases'::regclass, 1)"
        ).one()
    assert tuple(said) == ("案件 100%", "组 'a'")
    assert again == []
    assert (first.was_there, second.was_there) == (False, True)
    assert enter(second.password) == [("g1",)]
    with pytest.raises(psycopg.OperationalError, match="password"):
        enter(first.password)
    assert kept.startswith("SCRAM-SHA-256$")
    with warehouse.writing() as connection:
        assert drop_login(connection, role)
        assert not has_role(connection, role)
        assert not drop_login(connection, role)
    with pytest.raises(psycopg.OperationalError):
        enter(second.password)
    warehouse.close()


def test_what_the_hub_may_not_do_there_is_told_with_the_right_that_it_lacks(
    server: Guarded,
) -> None:
    warehouse = Warehouse(server.url(PASSWORD))

    with pytest.raises(WarehouseRefused, match="CREATE on the database") as told:
        warehouse.load([], source="r000001", at=NOON, held=HELD)

    assert PASSWORD not in str(told.value)
    warehouse.close()
