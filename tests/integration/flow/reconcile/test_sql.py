"""A partner's table held against the hub, on SQLite and PostgreSQL."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from support.reconciled import (
    FIELDS,
    SQL,
    case,
    office_house,
    pull,
    reasons,
    reconciled,
    row_of,
)

from hub.flow.house import House


@dataclass(frozen=True)
class Table:
    """A table of cases, and a way to write to it behind the hub's back."""

    url: str
    name: str
    run: Callable[..., None]


def _made(url: str, name: str, run: Callable[..., None]) -> Table:
    kinds = ", ".join(f"{one} TEXT" for one in FIELDS)
    run(f"CREATE TABLE {name} ({kinds})")
    marks = ", ".join(["%s"] * len(FIELDS))
    rows = [tuple(case(n).get(one) for one in FIELDS) for n in range(8)]
    run(f"INSERT INTO {name} VALUES ({marks})", rows)
    return Table(url, name, run)


@pytest.fixture(params=["sqlite", "postgresql"])
def table(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Table]:
    if request.param == "sqlite":
        path = tmp_path / "office.db"

        def write(statement: str, rows: list[tuple[Any, ...]] | None = None) -> None:
            with closing(sqlite3.connect(path)) as database, database:
                if rows is None:
                    database.execute(statement)
                else:
                    database.executemany(statement.replace("%s", "?"), rows)

        yield _made(f"sqlite:///{path}", "cases", write)
        return
    url = request.getfixturevalue("postgres_url")
    schema = f"t_{secrets.token_hex(6)}"
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as database:

        def run(statement: str, rows: list[tuple[Any, ...]] | None = None) -> None:
            with database.cursor() as cursor:
                if rows is None:
                    cursor.execute(statement)
                else:
                    cursor.executemany(statement, rows)

        run(f"CREATE SCHEMA {schema}")
        yield _made(url, f"{schema}.cases", run)
        run(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def house(tmp_path: Path, table: Table) -> House:
    opened = office_house(tmp_path, SQL % table.name, table.url)
    pull(opened)
    return opened


def test_what_was_just_pulled_reconciles(house: House) -> None:
    found = reconciled(house)

    assert found.ok, found
    assert (found.listed, found.counted) == (8, 8)
    assert (found.datasets["issue"].equal, found.reasons) == (8, {})


def test_what_was_bent_at_the_source_is_named(house: House, table: Table) -> None:
    table.run(f"DELETE FROM {table.name} WHERE id = 'c003'")
    table.run(f"UPDATE {table.name} SET street = '420102002' WHERE id = 'c004'")
    late = tuple(case(20, hour=7).get(one) for one in FIELDS)
    table.run(
        f"INSERT INTO {table.name} VALUES ({', '.join(['%s'] * len(late))})", [late]
    )

    found = reconciled(house)

    assert (found.listed, found.counted) == (8, 8)
    assert reasons(found) == {"extra": 1, "changed_silently": 1, "missing": 1}
    assert row_of(found, "changed_silently")["columns"] == ["street_code"]


def test_only_the_first_rows_are_named_and_all_are_counted(
    house: House, table: Table
) -> None:
    table.run(f"DELETE FROM {table.name}")

    found = reconciled(house, limit=3)

    assert reasons(found) == {"extra": 8}
    assert len(found.rows) == 3
