"""Several processes at once: first starts, appends, leases."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import databases
from support.databases import postgres_database, sqlite_url
from support.lake_tables import issues

from hub.storage.control import ControlDatabase
from hub.storage.ledger import Ledger

TESTS = Path(databases.__file__).parents[1]
START = """
import sys
from hub.storage.control import ControlDatabase
from hub.storage.ledger import Ledger
control = ControlDatabase(sys.argv[1])
sys.stdin.readline()
control.migrate()
for number in range(5):
    Ledger(control.engine).open_batch(partner="p", feed="f", name=str(number))
control.close()
"""
APPEND = """
import sys
from pathlib import Path
from support.lake_tables import issues, rows
table = issues(Path(sys.argv[1]))
who = sys.argv[2]
sys.stdin.readline()
for number in range(5):
    place = {"partner": who, "month": "2026-10"}
    old = table.files([place])
    new = table.write(rows(number + 1), place)
    table.commit(who, number, add=new, remove=old)
"""


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": f"{TESTS}:{TESTS.parent}"},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def let_go(processes: list[subprocess.Popen[str]]) -> None:
    """Release all at one time, and see each of them end well."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield sqlite_url(tmp_path)
        return
    with postgres_database(request.getfixturevalue("postgres_url")) as url:
        yield url


def test_first_starts_at_one_time_make_one_database(database_url: str) -> None:
    let_go([start(START, database_url) for _ in range(4)])

    control = ControlDatabase(database_url)
    control.migrate()
    assert len(Ledger(control.engine).batches()) == 20
    control.close()


def test_writers_in_their_own_partitions_lose_nothing(tmp_path: Path) -> None:
    partners = ["qiaokou", "jianghan", "platform"]

    let_go([start(APPEND, str(tmp_path), partner) for partner in partners])

    table = issues(tmp_path)
    assert table.version() == 14
    assert [table.number(partner) for partner in partners] == [4, 4, 4]
    assert table.read().height == 15
