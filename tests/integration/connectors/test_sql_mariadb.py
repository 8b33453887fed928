"""What MySQL and MariaDB do in their own way, on a real MariaDB."""

from __future__ import annotations

import tracemalloc
from collections.abc import Generator

import pytest
from pymysql.connections import MySQLResult
from support.declared import feed, partner
from support.sql_source import ALL, NOW, Source, on_mariadb, read, rows, table

from hub.connectors.sql import SqlConnector
from hub.errors import BatchRefused
from hub.settings import Settings

pytestmark = on_mariadb


def test_zero_dates_and_times_without_a_zone_come_as_they_lie(source: Source) -> None:
    source.run("SET sql_mode = ''")
    source.run("CREATE TABLE cases (id INT, d DATE, at DATETIME, ms DATETIME(3))")
    source.run(
        "INSERT INTO cases VALUES (%s, %s, %s, %s)",
        [
            (1, "0000-00-00", "0000-00-00 00:00:00", "2026-09-01 08:00:00.25"),
            (2, "2026-02-00", "2026-09-01 08:00:00", "2026-09-01 08:00:00"),
        ],
    )

    found = rows(read(source, table(source, "cases")), "id", "d", "at", "ms")

    assert sorted(found) == [
        ("1", "0000-00-00", "0000-00-00 00:00:00", "2026-09-01 08:00:00.250000"),
        ("2", "2026-02-00", "2026-09-01 08:00:00", "2026-09-01 08:00:00"),
    ]


def test_numbers_are_exact_beyond_what_python_drivers_make_of_them(
    source: Source,
) -> None:
    source.run(
        "CREATE TABLE cases (id BIGINT UNSIGNED PRIMARY KEY, d DECIMAL(38,10),"
        " b BIT(1), w BIT(12), t TINYINT(1), f FLOAT, y YEAR)"
    )
    source.run(
        "INSERT INTO cases VALUES (18446744073709551615,"
        " 1234567890123456789012345678.0123456789, b'1', b'101000000001', 1, 0.1,"
        " 2026),"
        " (9223372036854775808, 0.1, b'0', NULL, 0, 1, NULL),"
        " (9223372036854775807, NULL, NULL, b'0', 7, NULL, NULL)"
    )
    one = table(source, "cases", read={"chunk_rows": 1, "keyset": ["id"]})

    found = rows(read(source, one), "id", "d", "b", "w", "t", "f", "y")

    assert found == [
        ("9223372036854775807", None, None, "0", "7", None, None),
        ("9223372036854775808", "0.1000000000", "0", None, "0", "1", None),
        (
            "18446744073709551615",
            "1234567890123456789012345678.0123456789",
            "1",
            "2561",
            "1",
            "0.1",
            "2026",
        ),
    ]


def test_text_of_any_column_encoding_comes_as_unicode(source: Source) -> None:
    source.run(
        "CREATE TABLE cases (g VARCHAR(20) CHARACTER SET gbk, u VARCHAR(20)"
        " CHARACTER SET utf8mb4, l VARCHAR(20) CHARACTER SET latin1,"
        " raw VARBINARY(20), body BLOB, note LONGTEXT)"
    )
    source.run(
        "INSERT INTO cases VALUES (%s, %s, %s, %s, %s, %s)",
        [("硚口区", "𬭳🚧", "café", "硚口".encode("gbk"), b"\x00\xff", "x")],
    )

    found = rows(
        read(source, table(source, "cases")), "g", "u", "l", "raw", "body", "note"
    )

    assert found == [
        ("硚口区", "𬭳🚧", "café", "硚口".encode("gbk").hex(), "00ff", "x")
    ]


def test_a_moment_with_a_zone_says_its_offset(source: Source) -> None:
    """TIMESTAMP is kept as UTC; the writer's session is at +08:00."""
    source.run("CREATE TABLE cases (id INT, at TIMESTAMP NULL, naive DATETIME)")
    source.run(
        "INSERT INTO cases VALUES (1, '2026-09-01 08:00:00', '2026-09-01 08:00:00')"
    )
    declared = partner(
        {"connector": "sql", "url": source.url},
        one := table(source, "cases"),
        timezone="America/New_York",
    )

    with SqlConnector(declared, Settings(now=NOW)) as connector:
        parts = list(connector.read(one, ALL, sweep_keys=None))
    queried = read(
        source,
        feed(read={"query": f"SELECT at, naive FROM {source.table('cases')}"}),
    )

    assert rows(parts, "at", "naive") == [
        ("2026-08-31 20:00:00-04:00", "2026-09-01 08:00:00")
    ]
    assert rows(queried, "at", "naive") == [
        ("2026-09-01 08:00:00+08:00", "2026-09-01 08:00:00")
    ]


def test_keys_that_the_database_takes_for_one_are_refused(source: Source) -> None:
    """Its collation folds case: the page after `a` would begin behind `A` too."""
    source.run("CREATE TABLE cases (no VARCHAR(9), n INT)")
    source.run("INSERT INTO cases VALUES (%s, %s)", [("a", 1), ("A", 2), ("b", 3)])
    one = table(source, "cases", read={"chunk_rows": 1, "keyset": ["no"]})

    with pytest.raises(BatchRefused, match="several rows share it"):
        read(source, one)


def test_binary_keys_page_too(source: Source) -> None:
    source.run("CREATE TABLE cases (id BINARY(2) PRIMARY KEY)")
    source.run("INSERT INTO cases VALUES (%s)", [(bytes([n, 0]),) for n in range(7)])
    one = table(source, "cases", read={"chunk_rows": 2, "keyset": ["id"]})

    assert rows(read(source, one), "id") == [(f"0{n}00",) for n in range(7)]


def test_all_pages_are_of_one_snapshot(source: Source) -> None:
    source.run("CREATE TABLE cases (id INT PRIMARY KEY) ENGINE=InnoDB")
    source.run("INSERT INTO cases VALUES (%s)", [(n,) for n in range(25)])
    one = table(source, "cases", read={"chunk_rows": 10, "keyset": ["id"]})
    declared = partner({"connector": "sql", "url": source.url}, one)

    with SqlConnector(declared, Settings(now=NOW)) as connector:
        parts = connector.read(one, ALL, sweep_keys=None)
        first = next(parts)
        source.run("DELETE FROM cases WHERE id > 5")
        source.run("INSERT INTO cases VALUES (99)")
        found = rows([first, *parts], "id")

    assert found == [(str(n),) for n in range(25)]


def test_a_large_table_streams_in_bounded_memory(source: Source) -> None:
    """60 MB in the server; what Python holds at once is a chunk of it."""
    source.run("CREATE TABLE cases (id INT PRIMARY KEY, words VARCHAR(600))")
    source.run("INSERT INTO cases SELECT seq, REPEAT('x', 600) FROM seq_1_to_100000")
    one = table(source, "cases", read={"chunk_rows": 2000})
    declared = partner({"connector": "sql", "url": source.url}, one)
    tracemalloc.start()
    try:
        with SqlConnector(declared, Settings(now=NOW)) as connector:
            parts = sum(1 for _ in connector.read(one, ALL, sweep_keys=None))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert parts == 50
    assert peak < 20_000_000


def test_a_reader_that_stops_does_not_fetch_the_rest(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.run("CREATE TABLE cases (id INT PRIMARY KEY, words VARCHAR(600))")
    source.run("INSERT INTO cases SELECT seq, REPEAT('x', 600) FROM seq_1_to_20000")
    one = table(source, "cases", read={"chunk_rows": 100})
    declared = partner({"connector": "sql", "url": source.url}, one)
    fetched: list[object] = []
    read_row = MySQLResult._read_rowdata_packet_unbuffered

    def counted(self: MySQLResult) -> object:
        fetched.append(1)
        return read_row(self)

    monkeypatch.setattr(MySQLResult, "_read_rowdata_packet_unbuffered", counted)
    monkeypatch.setattr(MySQLResult, "_finish_unbuffered_query", fetched.append)

    with SqlConnector(declared, Settings(now=NOW)) as connector:
        parts = connector.read(one, ALL, sweep_keys=None)
        assert isinstance(parts, Generator)
        next(parts)
        parts.close()

    assert 100 <= len(fetched) < 1000
