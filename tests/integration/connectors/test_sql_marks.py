"""Exchange tables: unmarked rows are read, and marked only as they landed."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import polars as pl
import psycopg
import pymysql
import pytest
from sqlalchemy.engine import make_url
from support.declared import partner
from support.sql_logins import login
from support.sql_source import NOW, Source, on_servers, read, rows, table

from hub.connectors.base import Marked, Part
from hub.connectors.sql import SqlConnector
from hub.errors import SourceRejected, SourceUnavailable
from hub.partners.spec import Feed
from hub.settings import Settings

MARKS = {"field": "flag", "new": ["0"], "done": "1"}


def exchange(source: Source, **given: Any) -> Feed:
    return table(
        source,
        "ex_cases",
        changed="op_time",
        read={"keyset": ["log_id"], "acknowledge": MARKS, **given},
    )


def fill_log(source: Source, count: int, flag: str = "CHAR(2)") -> None:
    source.run(
        "CREATE TABLE ex_cases (log_id BIGINT PRIMARY KEY, op_type CHAR(1),"
        f" op_time {source.instant}, flag {flag}, words VARCHAR(40),"
        " amount NUMERIC(9,2), share DOUBLE PRECISION)"
    )
    source.run(
        "INSERT INTO ex_cases VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [
            (n, "U", "2026-09-01 08:00:00.5", 0, f"硚口 {n}", f"{n}.10", n / 7)
            for n in range(count)
        ],
    )


def frames(parts: list[Part]) -> list[pl.DataFrame]:
    bodies = [part.body for part in parts]
    return [
        pl.read_ipc_stream(io.BytesIO(body)) for body in bodies if type(body) is bytes
    ]


def tell(source: Source, one: Feed, parts: list[Part]) -> Marked:
    declared = partner({"connector": "sql", "url": source.url}, one)
    with SqlConnector(declared, Settings(now=NOW), fast=source.fast) as connector:
        return connector.acknowledge(one, frames(parts))


def flags(source: Source) -> dict[str | None, str | None]:
    found = rows(read(source, table(source, "ex_cases")), "log_id", "flag")
    return {number: flag and flag.strip() for number, flag in found}


@pytest.mark.parametrize("flag", ["CHAR(2)", "INTEGER"])
def test_what_landed_is_marked_once_and_read_no_more(source: Source, flag: str) -> None:
    fill_log(source, 1203, flag)
    one = exchange(source, chunk_rows=500)
    parts = read(source, one)

    assert tell(source, one, parts) == Marked(1203, 0)

    assert set(flags(source).values()) == {"1"}
    assert rows(read(source, one), "log_id") == []
    assert tell(source, one, parts) == Marked(0, 1203)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ex_cases SET words = '硚口 2 ' WHERE log_id = 2",
        "UPDATE ex_cases SET words = NULL WHERE log_id = 2",
        "UPDATE ex_cases SET op_time = '2026-09-01 08:00:00.6' WHERE log_id = 2",
        "UPDATE ex_cases SET share = share + 0.0000000001 WHERE log_id = 2",
        "UPDATE ex_cases SET flag = '2' WHERE log_id = 2",
        "DELETE FROM ex_cases WHERE log_id = 2",
    ],
)
def test_a_row_that_is_no_longer_as_it_landed_is_left(
    source: Source, change: str
) -> None:
    fill_log(source, 4)
    one = exchange(source)
    parts = read(source, one)
    source.run(change)
    late = "INSERT INTO ex_cases (log_id, flag) VALUES (%s, %s)"
    source.run(late, [(9, "0"), (10, None)])

    assert tell(source, one, parts) == Marked(3, 1)

    left = {number for number, flag in flags(source).items() if flag != "1"}
    assert left == ({"9", "10"} if "DELETE" in change else {"2", "9", "10"})
    unread = {number for (number,) in rows(read(source, one), "log_id")}
    assert unread == left - ({"2"} if "flag" in change else set())


def test_a_keyset_that_names_two_rows_marks_neither(source: Source) -> None:
    fill_log(source, 4)
    one = exchange(source, keyset=["op_type", "words"])
    parts = read(source, one)
    source.run(
        "INSERT INTO ex_cases (log_id, op_type, words, flag)"
        " VALUES (8, 'U', '硚口 1', '0')"
    )

    assert tell(source, one, parts) == Marked(3, 1)
    assert flags(source)["1"] == flags(source)["8"] == "0"


def test_a_table_that_changed_its_columns_is_not_marked(source: Source) -> None:
    fill_log(source, 3)
    one = exchange(source)
    parts = read(source, one)
    source.run("ALTER TABLE ex_cases ADD COLUMN more INTEGER")

    assert tell(source, one, parts) == Marked(0, 3)


@on_servers
def test_a_login_that_may_not_write_is_told_and_nothing_is_marked(
    source: Source,
) -> None:
    """SQLite knows no logins."""
    fill_log(source, 3)
    one = exchange(source)

    with login(source) as reader:
        parts = read(reader, one)
        with pytest.raises(SourceRejected, match=r"mark the rows .* may not"):
            tell(reader, one, parts)

    assert set(flags(source).values()) == {"0"}


def other(source: Source) -> Callable[[str], None]:
    """A second session of the partner, with a transaction that stays open."""
    where = make_url(source.url)
    if source.mariadb:
        mine = pymysql.connect(host=where.host, user=where.username, password="")
        mine.select_db(source.schema)
        mine.query("START TRANSACTION")
        return lambda text: mine.close() if text == "close" else mine.query(text)
    theirs = psycopg.connect(source.url.replace("+psycopg", ""))
    theirs.execute(f"SET search_path = {source.schema}")
    return lambda text: theirs.close() if text == "close" else theirs.execute(text)


@on_servers
def test_a_row_that_the_partner_is_changing_stops_the_whole_marking(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One transaction: after the wait for the lock nothing is half marked."""
    monkeypatch.setattr("hub.connectors.sql_dialects.LOCK_SECONDS", 1)
    fill_log(source, 1203)
    one = exchange(source, chunk_rows=500)
    parts = read(source, one)
    partner_session = other(source)
    partner_session("UPDATE ex_cases SET words = 'new' WHERE log_id = 1200")

    with pytest.raises(SourceUnavailable, match="lock was not released"):
        tell(source, one, parts)

    partner_session("close")
    assert set(flags(source).values()) == {"0"}
    assert tell(source, one, parts) == Marked(1203, 0)
