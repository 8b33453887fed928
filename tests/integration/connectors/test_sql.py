"""Tables of real databases: SQLite always, PostgreSQL where there is one.

PostgreSQL is read in both ways, so whatever holds for one holds for the other.
"""

from __future__ import annotations

import io
import json
import secrets
import socket
import sqlite3
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import psycopg
import pytest
from support.declared import feed, partner

from hub.connectors.base import Delivery, Part
from hub.connectors.decode import Wanted, decode
from hub.connectors.sql import SqlConnector
from hub.errors import BatchRefused, HubError, SourceRejected, SourceUnavailable
from hub.partners.spec import Feed
from hub.settings import Settings

NOW = datetime(2026, 9, 28, 12, tzinfo=UTC)
ALL = Delivery("all", until=NOW)


@dataclass(frozen=True)
class Source:
    """A database to read, and a way to write to it behind the hub's back."""

    url: str
    run: Callable[..., None]
    fast: bool
    schema: str = ""

    def table(self, name: str) -> str:
        """The table as a declaration names it."""
        return f"{self.schema}.{name}" if self.schema else name


@pytest.fixture(params=["sqlite", "adbc", "sqlalchemy"])
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


def read(
    source: Source, one: Feed, delivery: Delivery = ALL, **given: Any
) -> list[Part]:
    declared = partner({"connector": "sql", "url": source.url} | given, one)
    with SqlConnector(declared, Settings(now=NOW), fast=source.fast) as connector:
        return list(connector.read(one, delivery, sweep_keys=None))


def rows(parts: list[Part], *names: str) -> list[tuple[str | None, ...]]:
    found: list[tuple[str | None, ...]] = []
    for part in parts:
        assert isinstance(part.body, bytes)
        for some in decode(
            io.BytesIO(part.body), part.meta, Wanted(frozenset(names), {})
        ):
            found += some.frame.select(names).rows()
    return found


def table(source: Source, name: str, **given: Any) -> Feed:
    return feed(
        **{
            "read": {"table": source.table(name), **given.pop("read", {})},
            **given,
        }
    )


def test_every_column_comes_as_exact_text(source: Source) -> None:
    source.run(
        "CREATE TABLE cases (id BIGINT PRIMARY KEY, 名称 VARCHAR(40), n NUMERIC(20,3),"
        " f DOUBLE PRECISION, at TIMESTAMP, day DATE, note TEXT)"
    )
    text = "硚口区，\n民族街 𬭳 'x' \"y\""
    at = "2026-09-01 08:00:00.250000"
    exact = "12345678901234567.125" if source.schema else "0.125"
    source.run(
        "INSERT INTO cases VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [
            (9007199254740993, text, exact, 0.1 + 0.2, at, "2026-09-01", None),
            (
                2,
                "",
                "7.000" if source.schema else 7,
                1.5,
                "2026-09-01 00:00:00",
                None,
                "",
            ),
        ],
    )

    parts = read(source, table(source, "cases"))

    names = ("id", "名称", "n", "f", "at", "day", "note")
    n = "7.000" if source.schema else "7"
    assert sorted(rows(parts, *names), key=str) == sorted(
        [
            (
                "9007199254740993",
                text,
                exact,
                "0.30000000000000004",
                at,
                "2026-09-01",
                None,
            ),
            ("2", "", n, "1.5", "2026-09-01 00:00:00", None, ""),
        ],
        key=str,
    )


def test_types_of_the_source_are_kept_in_the_origin(source: Source) -> None:
    source.run("CREATE TABLE cases (id INTEGER PRIMARY KEY, at TIMESTAMP)")

    (part,) = read(source, table(source, "cases"))

    types = json.loads(part.meta.origin["types"])
    assert list(types) == ["id", "at"]
    assert "int" in types["id"].lower()
    assert "timestamp" in types["at"].lower()
    assert part.meta.origin["source"] == source.table("cases")


def test_an_empty_table_still_names_its_columns(source: Source) -> None:
    source.run("CREATE TABLE cases (id INTEGER, no TEXT)")

    (part,) = read(source, table(source, "cases"))

    assert isinstance(part.body, bytes)
    (found,) = decode(io.BytesIO(part.body), part.meta, Wanted(frozenset({"no"}), {}))
    assert found.frame.schema == {"__row": pl.Int64, "no": pl.String}
    assert found.fields == {"id", "no"}
    assert len(found.frame) == 0


def test_columns_that_must_never_land_are_not_selected(source: Source) -> None:
    source.run("CREATE TABLE staff (id INTEGER, password TEXT)")
    source.run("INSERT INTO staff VALUES (%s, %s)", [(1, "c4nary"), (2, "c4nary")])

    (part,) = read(source, table(source, "staff", never_land=["password", "pin"]))

    assert isinstance(part.body, bytes)
    assert b"c4nary" not in part.body
    assert b"password" not in part.body
    assert part.meta.cut == {"password": 2, "pin": 0}


def fill(source: Source, count: int) -> None:
    source.run("CREATE TABLE cases (id INTEGER PRIMARY KEY, grp TEXT)")
    source.run(
        "INSERT INTO cases VALUES (%s, %s)", [(n, f"g{n % 3}") for n in range(count)]
    )


def test_a_large_table_comes_in_chunks(source: Source) -> None:
    fill(source, 25)

    parts = read(source, table(source, "cases", read={"chunk_rows": 10}))

    assert [len(rows([part], "id")) for part in parts] == [10, 10, 5]
    assert [part.meta.sequence for part in parts] == [0, 1, 2]
    assert {row[0] for row in rows(parts, "id")} == {str(n) for n in range(25)}


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 20, 25])
def test_pages_by_keyset_take_every_row_once_and_in_order(
    source: Source, count: int
) -> None:
    fill(source, count)
    one = table(source, "cases", read={"chunk_rows": 10, "keyset": ["grp", "id"]})

    parts = read(source, one)

    found = rows(parts, "grp", "id")
    assert found == sorted(
        ((f"g{n % 3}", str(n)) for n in range(count)),
        key=lambda row: (row[0], int(row[1])),
    )


def test_rows_without_a_key_are_read_too(source: Source) -> None:
    source.run("CREATE TABLE cases (id INTEGER, no TEXT)")
    source.run(
        "INSERT INTO cases VALUES (%s, %s)",
        [(1, "a"), (None, "b"), (2, "c"), (None, "d")],
    )
    one = table(source, "cases", read={"chunk_rows": 2, "keyset": ["id"]})

    found = rows(read(source, one), "no")

    assert sorted(found) == [("a",), ("b",), ("c",), ("d",)]


def test_a_keyset_that_does_not_tell_rows_apart_is_refused(source: Source) -> None:
    fill(source, 25)
    one = table(source, "cases", read={"chunk_rows": 4, "keyset": ["grp"]})

    with pytest.raises(BatchRefused, match="several rows share it"):
        read(source, one)


TIMES = [
    ("before", "2026-09-27 23:59:59"),
    ("first", "2026-09-28 00:00:00"),
    ("last", "2026-09-28 11:59:59"),
    ("behind", "2026-09-28 12:00:00"),
    ("never", None),
]
WINDOW = Delivery(
    "w",
    since=datetime(2026, 9, 27, 16, tzinfo=UTC),
    until=datetime(2026, 9, 28, 4, tzinfo=UTC),
)


@pytest.mark.parametrize("kind", ["TIMESTAMP", "VARCHAR(30)"])
@pytest.mark.parametrize("keyset", [[], ["no"]])
def test_a_window_is_half_open_in_the_partners_zone_and_takes_undated_rows(
    source: Source, kind: str, keyset: list[str]
) -> None:
    source.run(f"CREATE TABLE cases (no VARCHAR(9) NOT NULL, at {kind})")
    source.run("INSERT INTO cases VALUES (%s, %s)", TIMES)
    one = table(source, "cases", changed="at", read={"keyset": keyset})

    found = rows(read(source, one, WINDOW), "no")

    assert sorted(found) == [("first",), ("last",), ("never",)]


def test_the_zone_of_the_session_does_not_move_a_window(source: Source) -> None:
    if not source.schema:
        pytest.skip("SQLite has no time with a zone")
    source.run("CREATE TABLE cases (no TEXT, at TIMESTAMPTZ)")
    aware = [(no, at and f"{at}+08") for no, at in TIMES]
    source.run("INSERT INTO cases VALUES (%s, %s)", aware)

    parts = read(
        source,
        table(source, "cases", changed="at"),
        WINDOW,
        session=["SET DateStyle = 'ISO, DMY'"],
    )

    assert sorted(rows(parts, "no", "at"), key=str) == [
        ("first", "2026-09-28 00:00:00+08:00"),
        ("last", "2026-09-28 11:59:59+08:00"),
        ("never", None),
    ]


@pytest.mark.parametrize(
    ("form", "scale"), [("epoch_s", 1), ("epoch_ms", 1000), ("%Y%m%d%H%M%S", None)]
)
def test_a_window_over_numbers_needs_their_format(
    source: Source, form: str, scale: int | None
) -> None:
    source.run("CREATE TABLE cases (no TEXT, at BIGINT)")

    def written(at: str | None) -> int | None:
        if at is None:
            return None
        local = datetime.fromisoformat(f"{at}+08:00")
        if scale is None:
            return int(local.strftime(form))
        return int(local.timestamp()) * scale

    source.run(
        "INSERT INTO cases VALUES (%s, %s)", [(no, written(at)) for no, at in TIMES]
    )
    formed = table(source, "cases", changed="at", changed_format=form)
    unformed = table(source, "cases", changed="at")

    found = rows(read(source, formed, WINDOW), "no")

    assert sorted(found) == [("first",), ("last",), ("never",)]
    with pytest.raises(SourceRejected, match="changed_format"):
        read(source, unformed, WINDOW)


def test_overlap_and_chunk_of_a_window_hold_for_tables_too(source: Source) -> None:
    source.run("CREATE TABLE cases (no TEXT NOT NULL, at TIMESTAMP NOT NULL)")
    source.run("INSERT INTO cases VALUES (%s, %s)", [t for t in TIMES if t[1]])
    window = {"from": "at", "to": "at", "overlap": "1h", "chunk": "6h"}
    one = table(source, "cases", changed="at", read={"window": window})

    parts = read(source, one, WINDOW)

    assert [rows([part], "no") for part in parts] == [
        [("before",), ("first",)],
        [("last",)],
    ]


def test_a_snapshot_is_read_whole(source: Source) -> None:
    source.run("CREATE TABLE cases (no TEXT, at TIMESTAMP)")
    source.run("INSERT INTO cases VALUES (%s, %s)", TIMES)
    one = table(source, "cases", changed="at", mode="snapshot")

    assert len(rows(read(source, one, WINDOW), "no")) == 5


def test_a_query_is_read_like_a_table(source: Source) -> None:
    source.run("CREATE TABLE cases (id INTEGER PRIMARY KEY, no TEXT, at TIMESTAMP)")
    source.run(
        "INSERT INTO cases VALUES (%s, %s, %s)",
        [(n, no, at) for n, (no, at) in enumerate(TIMES)],
    )
    query = (
        f"SELECT id, no, at, '12:30' AS t FROM {source.table('cases')} WHERE id <> 1;"
    )
    one = feed(read={"query": query, "keyset": ["id"], "chunk_rows": 1}, changed="at")

    found = rows(read(source, one, WINDOW), "no", "t")

    assert found == [("last", "12:30"), ("never", "12:30")]


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
        read(source, table(source, "cases", **declared), WINDOW)


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


def test_two_reads_give_the_same_parts(source: Source) -> None:
    fill(source, 25)
    one = table(source, "cases", read={"chunk_rows": 10, "keyset": ["id"]})

    assert read(source, one) == read(source, one)


def test_keys_of_fixed_width_are_compared_whole(source: Source) -> None:
    source.run("CREATE TABLE cases (no CHAR(4) PRIMARY KEY, d NUMERIC(6,2), t TEXT)")
    source.run(
        "INSERT INTO cases VALUES (%s, %s, %s)",
        [(f"A{n:02}", n / 4, "x") for n in range(9)],
    )
    one = table(source, "cases", read={"chunk_rows": 2, "keyset": ["no", "d"]})

    found = rows(read(source, one), "no")

    assert [str(no).strip() for (no,) in found] == [f"A{n:02}" for n in range(9)]


def test_a_query_that_names_a_column_twice_is_rejected(source: Source) -> None:
    if not source.schema:
        pytest.skip("SQLite renames the second one by itself")
    fill(source, 1)
    query = f"SELECT a.*, a.id FROM {source.table('cases')} a"

    with pytest.raises(SourceRejected, match="gives id more than once"):
        read(source, feed(read={"query": query}))


def assert_quiet(error: HubError, *words: str) -> None:
    told = str(error)
    assert error.__cause__ is None
    assert not any(word in told for word in ("c4nary", "SELECT", "://", *words))
    assert (error.partner, error.feed) == ("qiaokou", "cases")


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
)
def test_a_database_out_of_reach_is_unavailable(url: str) -> None:
    one = feed(read={"table": "cases"})

    with pytest.raises(SourceUnavailable, match="could not be reached") as failed:
        read(Source(url, lambda: None, fast=True), one)

    assert_quiet(failed.value)


@contextmanager
def refusing(state: str, words: str) -> Iterator[int]:
    """A PostgreSQL server that refuses every login."""

    def run(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            while True:
                size = struct.unpack("!i", connection.recv(4))[0]
                code = struct.unpack("!i", connection.recv(size - 4)[:4])[0]
                if code in {80877103, 80877104}:  # no TLS, no GSS here
                    connection.sendall(b"N")
                    continue
                break
            fields = f"SFATAL\0VFATAL\0C{state}\0M{words}\0\0".encode()
            size = struct.pack("!i", 4 + len(fields))
            connection.sendall(b"E" + size + fields)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=run, args=(listener,))
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join()


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


def test_a_value_in_an_error_of_the_database_stays_there(source: Source) -> None:
    if not source.schema:
        pytest.skip("SQLite casts everything without an error")
    source.run("CREATE TABLE cases (id INTEGER, no TEXT)")
    source.run("INSERT INTO cases VALUES (1, 'c4nary')")
    one = feed(
        read={"query": f"SELECT CAST(no AS INTEGER) AS n FROM {source.table('cases')}"}
    )

    with pytest.raises(SourceRejected, match="SQLSTATE 22P02") as failed:
        read(source, one)

    assert_quiet(failed.value)


def test_a_connection_cut_in_the_middle_is_unavailable(source: Source) -> None:
    if not source.schema:
        pytest.skip("SQLite has no server to cut us off")
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


def test_all_pages_are_of_one_snapshot(source: Source) -> None:
    if not source.schema:
        pytest.skip("a transaction over pages would lock a SQLite partner out")
    fill(source, 25)
    one = table(source, "cases", read={"chunk_rows": 10, "keyset": ["id"]})
    declared = partner({"connector": "sql", "url": source.url}, one)

    with SqlConnector(declared, Settings(now=NOW), fast=source.fast) as connector:
        parts = connector.read(one, ALL, sweep_keys=None)
        first = next(parts)
        source.run("DELETE FROM cases WHERE id > 5")
        source.run("INSERT INTO cases VALUES (99, 'late')")
        found = rows([first, *parts], "id")

    assert found == [(str(n),) for n in range(25)]
