"""Datasette over a SQLite file, a system that we did not write."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from support.foreign_cases import assert_everything_arrived, cases, city, run
from support.foreign_server import free_port, running

NEXT_URL = """
[feed.read]
path = "/cases/cases.json?_shape=objects&_size=60"
records = "rows"
page = { kind = "next_link", link = "next_url", total = "filtered_table_rows_count" }
"""
CURSOR = """
[feed.read]
path = "/cases/cases.json"
params = { _shape = "objects", _sort = "changed" }
records = "rows"
[feed.read.page]
kind = "cursor"
param = "_next"
cursor = "next"
size_param = "_size"
size = 70
"""
LINK = """
[feed.read]
path = "/cases/cases.json?_shape=array&_size=100"
page = { kind = "link_header" }
"""
KEYSET = """
[feed.read]
path = "/cases/cases.json?_shape=array&_sort=id"
[feed.read.page]
kind = "keyset"
param = "id__gt"
field = "id"
size_param = "_size"
size = 100
"""
FORMS = {"next_url": NEXT_URL, "cursor": CURSOR, "link": LINK, "keyset": KEYSET}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running Datasette with the cases; a skip where it is not installed."""
    pytest.importorskip("datasette", reason="no Datasette here: make blackbox")
    path = tmp_path_factory.mktemp("datasette") / "cases.db"
    rows = cases()
    with closing(sqlite3.connect(path)) as database, database:
        names = ", ".join(name for name in rows[0] if name != "id")
        database.execute(f"CREATE TABLE cases (id INTEGER PRIMARY KEY, {names})")
        marks = ", ".join("?" * len(rows[0]))
        values = [tuple(row.values()) for row in rows]
        database.executemany(f"INSERT INTO cases VALUES ({marks})", values)
    port = free_port()
    command = [sys.executable, "-m", "datasette", "serve", path, "--port", str(port)]
    with running(command, says="Uvicorn running"):
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("read", FORMS.values(), ids=FORMS)
def test_every_case_arrives_once(url: str, tmp_path: Path, read: str) -> None:
    with city(tmp_path, read, url) as house:
        batch = run(house)

        assert_everything_arrived(house, batch)
