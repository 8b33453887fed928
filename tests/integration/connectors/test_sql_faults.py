"""What real servers do to a reader, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

import psycopg
import pymysql
import pytest
from sqlalchemy.engine import make_url
from support.declared import feed, partner
from support.sql_logins import login
from support.sql_source import (
    ALL,
    NOW,
    Source,
    assert_quiet,
    fill,
    on_servers,
    read,
    rows,
    table,
)

from hub.connectors import sql
from hub.connectors.base import Part
from hub.connectors.sql import SqlConnector
from hub.errors import SourceRejected, SourceUnavailable
from hub.partners.spec import Feed
from hub.settings import Settings

pytestmark = on_servers
WIDE = "x" * 2000


@contextmanager
def reading(source: Source, one: Feed, **given: Any) -> Iterator[Iterator[Part]]:
    declared = partner({"connector": "sql", "url": source.url} | given, one)
    with SqlConnector(declared, Settings(now=NOW), fast=source.fast) as connector:
        yield connector.read(one, ALL, sweep_keys=None)


def end_readers(source: Source) -> None:
    """End every session that reads this database, but not the one that writes."""
    if not source.mariadb:
        source.run(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation ="
            f" '{source.schema}.cases'::regclass AND pid <> pg_backend_pid()"
        )
        return
    where = make_url(source.url)
    with (
        closing(pymysql.connect(host=where.host, user=where.username)) as admin,
        admin.cursor() as cursor,
    ):
        asked = "SELECT id FROM information_schema.PROCESSLIST WHERE db = %s ORDER BY 1"
        cursor.execute(asked, (source.schema,))
        writer, *readers = cursor.fetchall()
        assert readers, writer
        for (number,) in readers:
            cursor.execute(f"KILL {number}")


@pytest.mark.parametrize("keyset", [[], ["id"]], ids=["stream", "pages"])
def test_a_session_ended_by_the_server_is_unavailable(
    source: Source, keyset: list[str]
) -> None:
    source.run("CREATE TABLE cases (id INTEGER PRIMARY KEY, words TEXT)")
    source.run("INSERT INTO cases VALUES (%s, %s)", [(n, WIDE) for n in range(20_000)])
    one = table(source, "cases", read={"chunk_rows": 100, "keyset": keyset})

    with reading(source, one) as parts:
        next(parts)
        end_readers(source)
        with pytest.raises(SourceUnavailable, match=r"broke off|was ended") as failed:
            list(parts)

    assert_quiet(failed.value)


def lock(source: Source) -> Callable[[], None]:
    """The partner holds the whole table."""
    if source.mariadb:
        where = make_url(source.url)
        mine = pymysql.connect(
            host=where.host, user=where.username, database=source.schema
        )
        mine.query("LOCK TABLES cases WRITE")
        return mine.close
    theirs = psycopg.connect(source.url.replace("+psycopg", ""))
    theirs.execute(f"LOCK TABLE {source.schema}.cases IN ACCESS EXCLUSIVE MODE")
    return theirs.close


def test_a_locked_table_is_waited_for_briefly(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.connectors.sql_dialects.LOCK_SECONDS", 1)
    fill(source, 3)
    one = table(source, "cases")
    release = lock(source)

    with pytest.raises(SourceUnavailable, match="lock was not released") as failed:
        read(source, one)

    release()
    assert_quiet(failed.value)
    assert len(rows(read(source, one), "id")) == 3


def test_a_statement_that_takes_too_long_is_unavailable(source: Source) -> None:
    fill(source, 3)
    wait, limit = (
        ("SLEEP(2)", "SET SESSION max_statement_time = 0.2")
        if source.mariadb
        else ("pg_sleep(2)::text", "SET statement_timeout = '200ms'")
    )
    query = f"SELECT id, {wait} AS waited FROM {source.table('cases')}"

    with pytest.raises(SourceUnavailable, match="took longer") as failed:
        read(source, feed(read={"query": query}), session=[limit])

    assert_quiet(failed.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("ALTER TABLE cases DROP COLUMN grp", "no such column"),
        ("ALTER TABLE cases RENAME TO elsewhere", "no such table"),
        ("DROP TABLE cases", "no such table"),
    ],
)
def test_a_table_changed_after_it_was_looked_at_is_rejected(
    source: Source, monkeypatch: pytest.MonkeyPatch, change: str, said: str
) -> None:
    fill(source, 3)
    look, done = sql.describe, []

    def changed(connection: Any, *given: Any) -> Any:
        found = look(connection, *given)
        connection.rollback()  # a lock of ours would hold the change up
        if not done:
            done.append(source.run(change))
        return found

    monkeypatch.setattr(sql, "describe", changed)

    with pytest.raises(SourceRejected, match=said) as failed:
        read(source, table(source, "cases"))

    assert_quiet(failed.value)


def test_a_view_that_is_broken_is_rejected(source: Source) -> None:
    fill(source, 1)
    source.run("CREATE VIEW shown AS SELECT id, grp FROM cases")
    if source.mariadb:
        source.run("ALTER TABLE cases DROP COLUMN grp")
    else:
        source.run("DROP TABLE cases CASCADE")

    with pytest.raises(SourceRejected, match=r"no such table|no longer fits") as failed:
        read(source, table(source, "shown"))

    assert_quiet(failed.value)


def test_a_right_that_was_taken_away_is_rejected(source: Source) -> None:
    fill(source, 1)

    with login(source) as reader:
        assert len(rows(read(reader, table(source, "cases")), "id")) == 1
        name = f"r_{source.schema}"
        if source.mariadb:
            source.run(f"REVOKE SELECT ON {source.schema}.* FROM {name}")
            source.run("CREATE TABLE open_one (id INT)")
            source.run(f"GRANT SELECT ON {source.schema}.open_one TO {name}")
        else:
            source.run(f"REVOKE SELECT ON cases FROM {name}")
        with pytest.raises(SourceRejected, match="may not") as failed:
            read(reader, table(source, "cases"))

    assert_quiet(failed.value)


def test_a_server_without_a_free_connection_is_unavailable(source: Source) -> None:
    fill(source, 30)
    one = table(source, "cases", read={"chunk_rows": 10, "keyset": ["id"]})
    most = 2 if source.fast else 1

    with login(source, limit=most) as limited, reading(limited, one) as parts:
        next(parts)
        with pytest.raises(SourceUnavailable) as failed:
            read(limited, one)
        assert len(list(parts)) == 2

    assert_quiet(failed.value)


def test_a_wrong_password_and_a_missing_database_are_rejected(source: Source) -> None:
    fill(source, 1)
    one = table(source, "cases")

    with login(source) as reader:
        url = make_url(reader.url)
        wrong = url.set(password="c4nary-wrong").render_as_string(hide_password=False)
        absent = url.set(database="c4nary_db").render_as_string(hide_password=False)
        refused = [(absent, "database")]
        # A PostgreSQL lent to tests trusts everybody; `test_sql_passwords` asks ours.
        refused += [(wrong, "refused our login")] if source.mariadb else []
        for address, said in refused:
            with pytest.raises(SourceRejected, match=said) as failed:
                read(replace(reader, url=address), one)
            assert_quiet(failed.value)
