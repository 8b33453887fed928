"""Handing over into tables: exchange rows, one transaction, once after a crash."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from support.databases import postgres_database
from support.outward_world import COLUMNS, World, east, issue
from support.receivers import Killed

from hub.partners.spec import Partner

NAMES = count()
TABLE = """
    CREATE TABLE ex_case (
        log_id INTEGER, msg_id VARCHAR(32), case_id VARCHAR(32),
        state VARCHAR(8) CHECK (state <> '6'), opened {time}, op_type CHAR(1),
        op_time {time}, flag CHAR(1), UNIQUE (msg_id)
    )"""
MARKS = "CREATE TABLE hub_marks (idempotency_key VARCHAR(32) PRIMARY KEY)"
WRITE = {"table": "ex_case", "op": "op_type", "at": "op_time", "number": "log_id"}
BY_KEY = WRITE | {"key": "msg_id"}
BY_MARK = WRITE | {"marker": "hub_marks"}


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An exchange database of the east, empty."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'front.db'}"
        yield from _made(url)
        return
    if request.param == "mariadb":
        server = sa.create_engine(request.getfixturevalue("mariadb_url"))
        name = f"hub_outward_{secrets.token_hex(6)}"
        with server.begin() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        yield from _made(
            server.url.set(database=name).render_as_string(hide_password=False)
        )
        with server.begin() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name}")
        server.dispose()
        return
    with postgres_database(request.getfixturevalue("postgres_url")) as url:
        yield from _made(url)


def _made(url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        time = "DATETIME" if engine.dialect.name == "mysql" else "TIMESTAMP"
        connection.exec_driver_sql(TABLE.format(time=time))
        connection.exec_driver_sql(MARKS)
    yield engine
    engine.dispose()


def receiver(database: sa.Engine, write: dict[str, Any]) -> Partner:
    """The east behind that database."""
    url = database.url.render_as_string(hide_password=False)
    return east(
        {"connector": "sql", "url": url},
        write,
        name=f"sql{next(NAMES)}",
        columns={
            "issue_id": {"name": "case_id"},
            "stage_code": COLUMNS["stage_code"],
            "reported_at": {"name": "opened"},
        },
        fixed={"flag": "0"},
        attempts=1,
    )


def rows(database: sa.Engine) -> list[tuple[Any, ...]]:
    """What the consumer reads: case, state, operation, flag, in order."""
    query = "SELECT case_id, state, op_type, flag FROM ex_case ORDER BY log_id, case_id"
    with database.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def test_changes_become_rows_of_an_exchange_table(
    world: World, database: sa.Engine
) -> None:
    partner = receiver(database, BY_KEY)

    world.publish(issue=[issue("a", reported_at=world.house.now()), issue("b")])
    first = world.run(partner)
    world.publish(issue=[issue("a", "HANDLED", reported_at=world.house.now())])
    second = world.run(partner)

    assert (first.state, second.state) == ("done", "done"), (first.error, second.error)
    assert rows(database) == [
        ("a", "1", "I", "0"),
        ("b", "1", "I", "0"),
        ("a", "5", "U", "0"),
        ("b", None, "D", "0"),
    ]
    with database.connect() as connection:
        opened = connection.exec_driver_sql(
            "SELECT CAST(opened AS CHAR(19)) FROM ex_case WHERE case_id = 'a'"
        ).scalars()
        assert set(opened) == {"2026-10-09 08:00:00"}


@pytest.mark.parametrize("write", [BY_KEY, BY_MARK], ids=["key", "marker"])
def test_a_kill_after_the_commit_inserts_nothing_twice(
    world: World,
    database: sa.Engine,
    killed: Callable[[], None],
    write: dict[str, Any],
) -> None:
    partner = receiver(database, write)
    world.publish(issue=[issue("a"), issue("b")])

    killed()
    with pytest.raises(Killed):
        world.run(partner)
    assert len(rows(database)) == 2
    if write is BY_MARK:
        with database.begin() as connection:  # its reader empties the table
            connection.exec_driver_sql("DELETE FROM ex_case")
    before = len(rows(database))
    ran = world.run(partner)

    assert (ran.state, ran.ended.inserted) == ("done", 2)
    assert len(rows(database)) == before


def test_rows_that_the_table_refuses_are_found_one_by_one(
    world: World, database: sa.Engine
) -> None:
    partner = receiver(database, BY_KEY)

    world.publish(issue=[issue("a"), issue("b", "CLOSED"), issue("c")])
    ran = world.run(partner)

    assert (ran.state, ran.ended.dead) == ("partly", 1)
    assert [row[0] for row in rows(database)] == ["a", "c"]


def test_a_database_that_is_away_stops_the_run_and_says_no_password(
    world: World,
) -> None:
    url = "postgresql+psycopg://hub:s3cret@127.0.0.1:9/none"
    partner = east(
        {"connector": "sql", "url": url}, BY_KEY, name="away", columns=COLUMNS
    )

    world.publish(issue=[issue("a")])
    ran = world.run(partner)

    assert (ran.state, ran.error and ran.error.code) == (
        "stopped",
        "source_unavailable",
    )
    assert "s3cret" not in str(ran.error)
