"""Tables of real databases: SQLite always, PostgreSQL where there is one.

PostgreSQL is read in both ways, so whatever holds for one holds for the other.
"""

from __future__ import annotations

import io
import json

import polars as pl
import pytest
from support.declared import partner
from support.sql_source import ALL, NOW, Source, fill, on_postgres, read, rows, table

from hub.connectors.decode import Wanted, decode
from hub.connectors.sql import SqlConnector
from hub.errors import BatchRefused
from hub.settings import Settings


def test_every_column_comes_as_exact_text(source: Source) -> None:
    source.run(
        "CREATE TABLE cases (id BIGINT PRIMARY KEY, 名称 VARCHAR(40), n NUMERIC(20,3),"
        f" f DOUBLE PRECISION, at {source.instant}, day DATE, note TEXT)"
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


@on_postgres
def test_all_pages_are_of_one_snapshot(source: Source) -> None:
    """PostgreSQL only: a transaction over pages would lock a SQLite partner out."""
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
