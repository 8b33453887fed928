"""Declarations and logins that a database refuses, and what is said of them."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from support.declared import feed, partner
from support.refusing_database import refusing
from support.sql_source import (
    ALL,
    NOW,
    Source,
    assert_quiet,
    fill,
    on_postgres,
    read,
    rows,
    table,
)

from hub.connectors.sql import SqlConnector
from hub.errors import HubError, SourceRejected, SourceUnavailable
from hub.settings import Settings


@pytest.mark.parametrize(
    "declared",
    [
        {"changed": "at; DROP TABLE cases"},
        {"changed": "AT_TIME"},
        {"read": {"keyset": ['id" DESC --']}},
    ],
)
def test_a_column_that_is_not_there_is_rejected_before_any_statement(
    source: Source, declared: dict[str, Any]
) -> None:
    fill(source, 1)

    with pytest.raises(SourceRejected, match="not among its columns id, grp"):
        read(source, table(source, "cases", **declared))


@pytest.mark.parametrize("name", ["absent", 'cases"; DROP TABLE cases; --', ""])
def test_a_table_that_is_not_there_is_rejected(source: Source, name: str) -> None:
    fill(source, 1)

    with pytest.raises(SourceRejected, match="no such table"):
        read(source, table(source, name))

    assert len(rows(read(source, table(source, "cases")), "id")) == 1


def test_names_are_quoted_as_they_are(source: Source) -> None:
    source.run('CREATE TABLE "Order" ("select" INTEGER, "名 称" TEXT, "a:b%s" TEXT)')
    source.run("INSERT INTO \"Order\" VALUES (1, 'x', 'y')")
    one = table(source, "Order", read={"keyset": ["select"]})

    assert rows(read(source, one), "select", "名 称", "a:b%s") == [("1", "x", "y")]


def test_the_session_cannot_write(source: Source) -> None:
    fill(source, 1)
    one = table(source, "cases")

    with pytest.raises(HubError):
        read(
            source,
            one,
            session=[f"INSERT INTO {source.table('cases')} VALUES (9, 'g')"],
        )

    assert len(rows(read(source, one), "id")) == 1


@on_postgres
def test_a_query_that_names_a_column_twice_is_rejected(source: Source) -> None:
    """PostgreSQL only: SQLite renames the second one by itself."""
    fill(source, 1)
    query = f"SELECT a.*, a.id FROM {source.table('cases')} a"

    with pytest.raises(SourceRejected, match="gives id more than once"):
        read(source, feed(read={"query": query}))


POSTGRES = "postgresql+psycopg://{user}:c4nary@127.0.0.1:{port}/test"


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////nowhere/at/all/c4nary.db",
        POSTGRES.format(user="hub", port=closed_port()),
    ],
    ids=["sqlite", "postgresql"],
)
def test_a_database_out_of_reach_is_unavailable(url: str) -> None:
    one = feed(read={"table": "cases"})

    with pytest.raises(SourceUnavailable, match="could not be reached") as failed:
        read(Source(url, lambda: None, fast=True), one)

    assert_quiet(failed.value)


@pytest.mark.parametrize(
    ("state", "words", "kind"),
    [
        ("28P01", 'password authentication failed for user "c4nary"', SourceRejected),
        ("28000", 'no pg_hba.conf entry for host "c4nary"', SourceRejected),
        ("3D000", 'database "c4nary" does not exist', SourceRejected),
        ("53300", "sorry, too many clients already c4nary", SourceUnavailable),
        ("57P03", "the database system is starting up c4nary", SourceUnavailable),
    ],
)
def test_a_refused_login_is_final_and_a_full_server_is_not(
    state: str, words: str, kind: type[HubError]
) -> None:
    one = feed(read={"table": "cases"})

    with refusing(state, words) as port, pytest.raises(kind) as failed:
        read(
            Source(POSTGRES.format(user="hub", port=port), lambda: None, fast=True), one
        )

    assert_quiet(failed.value)


@on_postgres
def test_a_value_in_an_error_of_the_database_stays_there(source: Source) -> None:
    """PostgreSQL only: SQLite casts everything without an error."""
    source.run("CREATE TABLE cases (id INTEGER, no TEXT)")
    source.run("INSERT INTO cases VALUES (1, 'c4nary')")
    one = feed(
        read={"query": f"SELECT CAST(no AS INTEGER) AS n FROM {source.table('cases')}"}
    )

    with pytest.raises(SourceRejected, match="SQLSTATE 22P02") as failed:
        read(source, one)

    assert_quiet(failed.value)


@on_postgres
def test_a_connection_cut_in_the_middle_is_unavailable(source: Source) -> None:
    """PostgreSQL only: SQLite has no server to cut us off."""
    fill(source, 25)
    one = table(source, "cases", read={"chunk_rows": 10, "keyset": ["id"]})
    declared = partner({"connector": "sql", "url": source.url}, one)

    with SqlConnector(declared, Settings(now=NOW), fast=source.fast) as connector:
        parts = connector.read(one, ALL, sweep_keys=None)
        next(parts)
        source.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE query LIKE '%{source.schema}%' AND pid <> pg_backend_pid()"
        )
        with pytest.raises(SourceUnavailable) as failed:
            list(parts)

    assert_quiet(failed.value)
