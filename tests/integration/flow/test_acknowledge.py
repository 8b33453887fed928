"""Exchange tables of real servers: landed, marked, and neither lost when killed."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa
from support import run_exchange
from support.small_city import write_city

from hub.flow import tables
from hub.flow.house import House
from hub.flow.run import Window, run_partner
from hub.schemas import dataset
from hub.storage.batches import Batch

PARTNER = """
[partner]
id = "front"
title = "西区 前置库"
timezone = "Asia/Shanghai"

[source]
connector = "sql"
url = "env:FRONT_URL"

[[feed]]
name = "cases"
dataset = "issue"
key = ["case_id"]
changed = "op_time"
deletes = { kind = "marker", field = "op_type", values = ["D"] }
category_system = "GBT30428.2-2013"
ignore = ["log_id", "flag"]

[feed.read]
table = "ex_cases"
keyset = ["log_id"]
acknowledge = { field = "flag", new = ["0"], done = "1" }

[feed.columns]
source_channel_code = { value = "XC" }
category_kind_code = { value = "MATTER" }
category_code = { value = "0110" }
reported_at = { value = "2026-10-01 08:00:00" }
description = "words"
media_count = { value = 0 }
"""


@dataclass
class Exchange:
    """An exchange table on a server, and the hub that reads it."""

    engine: sa.Engine
    city: str
    home: str

    def write(self, statement: str, rows: list[dict[str, Any]] | None = None) -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.text(statement), rows)

    def add(self, *numbers: int) -> None:
        self.write(
            "INSERT INTO ex_cases"
            " VALUES (:n, 'I', '2026-10-01 09:00:00', '0', :c, 'a')",
            [{"n": n, "c": f"C{n}"} for n in numbers],
        )

    def unread(self) -> list[int]:
        asked = "SELECT log_id FROM ex_cases WHERE flag = '0' ORDER BY log_id"
        with self.engine.connect() as connection:
            return list(connection.execute(sa.text(asked)).scalars())

    def house(self) -> House:
        return run_exchange.open_city(self.city, self.home)

    def run(self) -> list[Batch]:
        house = self.house()
        return run_partner(house, house.city.partners["front"], Window())

    def run_and_die(self, when: str) -> None:
        done = subprocess.run(
            [sys.executable, run_exchange.__file__, self.city, self.home, when],
            check=False,
            capture_output=True,
        )
        assert done.returncode == -9, done.stderr.decode()

    def core(self) -> dict[str, str]:
        table = tables.core_table(self.house().lake, dataset("issue")).read()
        living = table.filter(pl.col("deleted_at").is_null())
        return dict(living.select("source_id", "description").rows())


@pytest.fixture(params=["mariadb", "postgresql"])
def exchange(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Exchange]:
    mysql = request.param == "mariadb"
    server = request.getfixturevalue("mariadb_url" if mysql else "postgres_url")
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"hub_x_{secrets.token_hex(6)}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    url = admin.url.set(database=name).render_as_string(hide_password=False)
    monkeypatch.setenv("FRONT_URL", url)
    city = str(write_city(tmp_path / "city", front=PARTNER))
    made = Exchange(sa.create_engine(url), city, str(tmp_path / "home"))
    made.write(
        "CREATE TABLE ex_cases (log_id BIGINT PRIMARY KEY, op_type CHAR(1), op_time "
        f"{'DATETIME' if mysql else 'TIMESTAMP'}, flag CHAR(1), case_id VARCHAR(20), "
        "words VARCHAR(90))"
    )
    assert os.environ["FRONT_URL"] == url
    yield made
    made.engine.dispose()
    with admin.connect() as connection:
        force = "" if mysql else " WITH (FORCE)"
        connection.exec_driver_sql(f"DROP DATABASE {name}{force}")
    admin.dispose()


def test_rows_are_marked_once_they_have_landed_and_not_read_again(
    exchange: Exchange,
) -> None:
    exchange.add(1, 2, 3)

    (first,) = exchange.run()
    (again,) = exchange.run()
    exchange.add(4)
    (last,) = exchange.run()

    assert [b.received for b in (first, again, last)] == [3, 0, 1]
    assert exchange.unread() == []
    assert set(exchange.core()) == {"C1", "C2", "C3", "C4"}


def test_killed_between_landing_and_marking_rows_are_read_again_and_none_doubles(
    exchange: Exchange,
) -> None:
    exchange.add(1, 2, 3)
    exchange.run_and_die("before")
    assert exchange.unread() == [1, 2, 3]
    exchange.write("UPDATE ex_cases SET words = 'b', op_type = 'U' WHERE log_id = 2")

    left, again = exchange.run()

    assert (left.state, left.received) == ("merged", 3)
    assert (again.state, again.received, again.accepted) == ("merged", 3, 3)
    assert exchange.unread() == []
    assert set(exchange.core()) == {"C1", "C2", "C3"}
    assert {b.state for b in exchange.house().ledger.batches()} == {"merged"}


def test_killed_after_marking_the_landed_rows_still_enter(exchange: Exchange) -> None:
    exchange.add(1, 2, 3)
    exchange.run_and_die("after")
    assert exchange.unread() == []

    left, again = exchange.run()

    assert (left.state, left.received) == ("merged", 3)
    assert again.received == 0
    assert set(exchange.core()) == {"C1", "C2", "C3"}


def test_a_row_changed_between_reading_and_marking_is_read_again(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange.add(1, 2)
    tell = run_exchange.land.acknowledge

    def changed_meanwhile(*given: Any) -> None:
        monkeypatch.setattr(run_exchange.land, "acknowledge", tell)
        exchange.write(
            "UPDATE ex_cases SET words = 'newer', op_time = '2026-10-01 10:00:00'"
            " WHERE log_id = 2"
        )
        tell(*given)

    monkeypatch.setattr(run_exchange.land, "acknowledge", changed_meanwhile)

    exchange.run()
    assert exchange.unread() == [2]
    exchange.run()

    assert exchange.unread() == []
    assert exchange.core() == {"C1": "a", "C2": "newer"}


def test_a_server_that_lets_nothing_be_marked_costs_no_row(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange.add(1, 2)
    told: list[tuple[str, Any]] = []
    house = exchange.house().watched(lambda event, facts: told.append((event, facts)))
    tell = run_exchange.land.acknowledge

    def renamed_meanwhile(*given: Any) -> None:
        exchange.write("ALTER TABLE ex_cases RENAME TO ex_other")
        tell(*given)

    monkeypatch.setattr(run_exchange.land, "acknowledge", renamed_meanwhile)

    (batch,) = run_partner(house, house.city.partners["front"], Window())

    assert (batch.state, batch.accepted) == ("merged", 2)
    (facts,) = [facts for event, facts in told if event == "acknowledge"]
    assert facts["error"].startswith("front/cases: could not read the table ex_cases")
