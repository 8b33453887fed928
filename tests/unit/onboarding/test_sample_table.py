"""The first rows of a table, and its primary key."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from hub.errors import MisuseError
from hub.onboarding.sample_table import read_table, split_table
from hub.settings import Settings

SETTINGS = Settings(home=Path("unused"), environment={})
CREATE = "CREATE TABLE ex_result (result_id TEXT PRIMARY KEY, fine NUMERIC)"
INSERT = "INSERT INTO ex_result VALUES ('R1', 200.00), ('R2', NULL)"


def test_a_table_of_a_sqlite_file(tmp_path: Path) -> None:
    path = tmp_path / "exchange.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(CREATE)
        connection.execute(INSERT)

    sample = read_table(f"sqlite:///{path}/ex_result", SETTINGS)

    assert sample.rows["result_id"].to_list() == ["R1", "R2"]
    assert (sample.name, sample.keyset) == ("ex_result", ("result_id",))
    assert sample.complete


def test_a_table_of_postgresql(postgres_url: str) -> None:
    schema = f"onboarding_{secrets.token_hex(4)}"
    table = f"{schema}.ex_result"
    plain = postgres_url.replace("+psycopg", "")
    address, mark, query = plain.partition("?")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(CREATE.replace("ex_result", table))
        connection.execute(INSERT.replace("ex_result", table))
        try:
            sample = read_table(f"{address}/{table}{mark}{query}", SETTINGS)
        finally:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")

    assert sample.rows["result_id"].to_list() == ["R1", "R2"]
    assert sample.rows["fine"].null_count() == 1
    assert sample.keyset == ("result_id",)


@pytest.mark.parametrize(
    "dsn", ["postgresql://host", "sqlite://", "postgresql://host/", "sqlite:///"]
)
def test_an_address_without_a_table_is_a_wrong_call(dsn: str) -> None:
    with pytest.raises(MisuseError, match="without a table"):
        split_table(dsn)


def test_the_table_is_the_last_part_of_the_address() -> None:
    url, table = split_table("postgresql://reader@host:5432/exchange/dbo.results")

    assert url == "postgresql+psycopg://reader@host:5432/exchange"
    assert table == "dbo.results"
