"""Windows over the change time of rows, whatever type it has."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from support.declared import feed
from support.sql_source import Source, on_postgres, read, rows, table

from hub.connectors.base import Delivery
from hub.errors import SourceRejected

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


@pytest.mark.parametrize("kind", ["TIMESTAMP NULL", "VARCHAR(30)", "naive"])
@pytest.mark.parametrize("keyset", [[], ["no"]])
def test_a_window_is_half_open_in_the_partners_zone_and_takes_undated_rows(
    source: Source, kind: str, keyset: list[str]
) -> None:
    kind = source.instant if kind == "naive" else kind
    source.run(f"CREATE TABLE cases (no VARCHAR(9) NOT NULL, at {kind})")
    source.run("INSERT INTO cases VALUES (%s, %s)", TIMES)
    one = table(source, "cases", changed="at", read={"keyset": keyset})

    found = rows(read(source, one, WINDOW), "no")

    assert sorted(found) == [("first",), ("last",), ("never",)]


@on_postgres
def test_the_zone_of_the_session_does_not_move_a_window(source: Source) -> None:
    """PostgreSQL only: SQLite has no time with a zone."""
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


@pytest.mark.parametrize("count", [9, 10, 11])
def test_ties_at_the_bound_of_a_page_lose_nothing(source: Source, count: int) -> None:
    source.run(
        f"CREATE TABLE cases (id INTEGER PRIMARY KEY, at {source.instant} NOT NULL)"
    )
    source.run(
        "INSERT INTO cases VALUES (%s, %s)",
        [(n, f"2026-09-28 08:00:00.{n // 7}") for n in range(count)],
    )
    one = table(
        source, "cases", changed="at", read={"chunk_rows": 5, "keyset": ["at", "id"]}
    )

    assert rows(read(source, one, WINDOW), "id") == [(str(n),) for n in range(count)]


@pytest.mark.parametrize("keyset", [[], ["id"]])
def test_live_and_history_are_read_one_after_the_other(
    source: Source, keyset: list[str]
) -> None:
    for name, first in (("info", 0), ("info_his", 3)):
        source.run(f"CREATE TABLE {name} (id INTEGER NOT NULL, at VARCHAR(30))")
        moved = TIMES[first : first + 3]
        source.run(
            f"INSERT INTO {name} VALUES (%s, %s)",
            [(first + n, at) for n, (_, at) in enumerate(moved)],
        )
    tables = [source.table(name) for name in ("info", "info_his")]
    one = feed(read={"tables": tables, "keyset": keyset}, changed="at")
    query = feed(
        read={
            "query": f"SELECT * FROM {tables[0]} UNION ALL SELECT * FROM {tables[1]}",
            "keyset": keyset,
        },
        changed="at",
    )

    parts = read(source, one, WINDOW)

    assert rows(parts, "id") == [("1",), ("2",), ("4",)]
    assert [part.meta.origin["source"] for part in parts] == [
        source.table("info"),
        source.table("info_his"),
    ]
    assert sorted(rows(read(source, query, WINDOW), "id")) == [("1",), ("2",), ("4",)]


def test_a_union_whose_second_table_is_not_there_is_rejected(source: Source) -> None:
    source.run("CREATE TABLE info (id INTEGER)")

    with pytest.raises(SourceRejected, match="no such table"):
        read(source, feed(read={"tables": [source.table("info"), "info_his"]}))
