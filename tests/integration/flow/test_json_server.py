"""json-server, a system that we did not write, known by its partner file only.

Needs the npm package in the version below, and node; see `npm_program`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.foreign_cases import assert_everything_arrived, cases, city, run
from support.foreign_server import free_port, npm_program, running

VERSION = "0.17.4"
NUMBER = """
[feed.read]
path = "/cases"
[feed.read.page]
kind = "number"
param = "_page"
size_param = "_limit"
size = 100
total_header = "X-Total-Count"
"""
LINK = """
[feed.read]
path = "/cases?_page=1&_limit=60"
page = { kind = "link_header", total_header = "X-Total-Count" }
"""
OFFSET = """
[feed.read]
path = "/cases"
page = { kind = "offset", param = "_start", size_param = "_limit", size = 100 }
"""
KEYSET = """
[feed.read]
path = "/cases"
params = { _sort = "id", _order = "asc" }
[feed.read.page]
kind = "keyset"
param = "id_gte"
field = "id"
inclusive = true
size_param = "_limit"
size = 90
"""
BY_TIME = """
[feed.read]
path = "/cases"
params = { _sort = "changed,id", _order = "asc,asc" }
[feed.read.page]
kind = "keyset"
param = "changed_gte"
field = "changed"
inclusive = true
size_param = "_limit"
size = 50
"""
FORMS = {
    "number": NUMBER,
    "link": LINK,
    "offset": OFFSET,
    "keyset": KEYSET,
    "by time": BY_TIME,
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running json-server with the cases."""
    program = npm_program("json-server", version=VERSION, variable="HUB_JSON_SERVER")
    folder = tmp_path_factory.mktemp("json-server")
    (folder / "db.json").write_text(json.dumps({"cases": cases()}), encoding="utf-8")
    port = free_port()
    where = ["--host", "127.0.0.1", "--port", str(port)]
    with running([program, *where, folder / "db.json"], says="Home"):
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("read", FORMS.values(), ids=FORMS)
def test_every_case_arrives_once(url: str, tmp_path: Path, read: str) -> None:
    with city(tmp_path, read, url) as house:
        batch = run(house)

        assert_everything_arrived(house, batch)
