"""The databases that SQL tests read."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from support.sql_source import ENGINES, Source


@pytest.fixture(params=ENGINES)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Source]:
    if request.param == "sqlite":
        path = tmp_path / "partner 库.db"

        def run(statement: str, rows: list[tuple[Any, ...]] | None = None) -> None:
            with closing(sqlite3.connect(path)) as database, database:
                if rows is None:
                    database.execute(statement)
                else:
                    database.executemany(statement.replace("%s", "?"), rows)

        run("CREATE TABLE empty_one (id INTEGER)")
        yield Source(f"sqlite:///{path}", run, fast=False)
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
        run(f"SET search_path = {schema}")
        yield Source(url, run, fast=request.param == "adbc", schema=schema)
        run(f"DROP SCHEMA {schema} CASCADE")
