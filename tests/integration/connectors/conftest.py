"""The databases that SQL tests read."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest
from sqlalchemy.engine import make_url
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
    if request.param == "mariadb":
        yield from mariadb(request.getfixturevalue("mariadb_url"))
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


def mariadb(url: str) -> Iterator[Source]:
    schema = f"t_{secrets.token_hex(6)}"
    where = make_url(url)
    database = pymysql.connect(
        host=where.host,
        port=where.port or 3306,
        user=where.username,
        password=where.password or "",
        charset="utf8mb4",
        autocommit=True,
        # Standard quotes, and the partner's clock.
        init_command="SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES'),"
        " time_zone = '+08:00'",
    )
    with closing(database):

        def run(statement: str, rows: list[tuple[Any, ...]] | None = None) -> None:
            with database.cursor() as cursor:
                if rows is None:
                    cursor.execute(statement)
                else:
                    cursor.executemany(statement, rows)

        run(f"CREATE DATABASE {schema} CHARACTER SET utf8mb4")
        run(f"USE {schema}")
        url = where.set(database=schema).render_as_string(hide_password=False)
        yield Source(url, run, fast=False, schema=schema, instant="DATETIME(6)")
        run(f"DROP DATABASE {schema}")
