"""What PostgreSQL does in its own way, read in both ways."""

from __future__ import annotations

import secrets
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy.engine import make_url
from support.declared import feed
from support.sql_source import Source, assert_quiet, on_postgres, read, rows, table

from hub.errors import SourceRejected

pytestmark = on_postgres


def test_bytes_that_are_no_text_are_rejected_and_a_query_mends_it(
    source: Source,
) -> None:
    """A database that declares no encoding holds whatever was written."""
    name = f"hub_ascii_{secrets.token_hex(4)}"
    source.run(
        f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII'"
        " LC_COLLATE 'C' LC_CTYPE 'C'"
    )
    url = make_url(source.url).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as theirs:
        theirs.execute("CREATE TABLE cases (id INTEGER, no TEXT)")
        theirs.execute(
            b"INSERT INTO cases VALUES (1, E'"
            + b"".join(b"\\x%02x" % one for one in "硚口区".encode("gbk"))
            + b"')"
        )
    odd = replace(source, url=url, schema="public")
    utf8 = "convert(no::bytea, 'GBK', 'UTF8')"
    query = f"SELECT id, convert_from({utf8}, 'SQL_ASCII') AS no FROM cases"
    try:
        with pytest.raises(
            SourceRejected, match=r"not in its own .* in a query"
        ) as failed:
            read(odd, table(odd, "cases"))
        mended = rows(read(odd, feed(read={"query": query})), "no")
    finally:
        source.run(f"DROP DATABASE {name} WITH (FORCE)")

    assert_quiet(failed.value)
    assert mended == [("硚口区",)]


def test_numbers_bytes_and_truth_come_exactly(source: Source) -> None:
    source.run(
        "CREATE TABLE cases (id NUMERIC(20), d NUMERIC(38,10), ok BOOLEAN, raw BYTEA,"
        " f REAL, b BIT(3), j JSONB, u UUID, many TEXT[])"
    )
    source.run(
        "INSERT INTO cases VALUES (18446744073709551615,"
        " 1234567890123456789012345678.0123456789, true, '\\x00ff', 0.1, B'101',"
        " '{\"a\": 1}', '0b3f1c7e-0000-4000-8000-000000000000', '{甲,乙}'),"
        " (1, NULL, false, '', 'NaN', NULL, NULL, NULL, NULL)"
    )
    names = ("id", "d", "ok", "raw", "f", "b", "j", "u", "many")

    found = rows(read(source, table(source, "cases", read={"keyset": ["id"]})), *names)

    assert found == [
        ("1", None, "false", "", "NaN", None, None, None, None),
        (
            "18446744073709551615",
            "1234567890123456789012345678.0123456789",
            "true",
            "00ff",
            "0.1",
            "101",
            '{"a": 1}',
            "0b3f1c7e-0000-4000-8000-000000000000",
            "{甲,乙}",
        ),
    ]


def test_binary_keys_page_too(source: Source) -> None:
    source.run("CREATE TABLE cases (id BYTEA PRIMARY KEY)")
    source.run("INSERT INTO cases VALUES (%s)", [(bytes([n, 0]),) for n in range(7)])
    one = table(source, "cases", read={"chunk_rows": 2, "keyset": ["id"]})

    assert rows(read(source, one), "id") == [(f"0{n}00",) for n in range(7)]


@pytest.mark.parametrize("backend", ["kingbase", "opengauss"])
def test_a_relative_is_read_without_its_catalogues(
    source: Source, backend: str
) -> None:
    """PostgreSQL stands in: only our half of a relative can be tested here."""
    source.run("CREATE TABLE cases (id INTEGER PRIMARY KEY, at TIMESTAMP, no TEXT)")
    source.run(
        "INSERT INTO cases VALUES (%s, %s, %s)",
        [(n, "2026-09-01 08:00:00", f"硚口 {n}") for n in range(5)],
    )
    drivername = f"{backend}+psycopg"
    url = make_url(source.url).set(drivername=drivername)
    kin = replace(source, url=url.render_as_string(hide_password=False))
    one = table(kin, "cases", changed="at", read={"chunk_rows": 2, "keyset": ["id"]})

    assert rows(read(kin, one), "id", "at", "no") == [
        (str(n), "2026-09-01 08:00:00", f"硚口 {n}") for n in range(5)
    ]
    with pytest.raises(SourceRejected, match="no such table"):
        read(kin, table(kin, "absent"))
    with pytest.raises(SourceRejected):
        read(kin, one, session=[f"DELETE FROM {kin.table('cases')}"])
