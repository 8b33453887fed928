"""Several processes write to one audit log: one chain, no gap, nothing lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import databases
from support.audit_logs import kept
from support.databases import postgres_database, sqlite_url

from hub.storage.control import ControlDatabase

TESTS = Path(databases.__file__).parents[1]
WRITE = """
import sys
from pathlib import Path
from support.audit_logs import ASKED, DELIVERED, NOON, draft
from hub.storage.audit import Audit
from hub.storage.control import ControlDatabase
from hub.storage.signing import signer
url, home, who = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
control = ControlDatabase(url)
audit = Audit(control.engine, home=home, signer=signer(home), every=10)
print("ready", flush=True)
sys.stdin.readline()
for number in range(8):
    begun = audit.begin(ASKED, at=NOON)
    audit.append([draft(f"{who}-{number}-{step}") for step in range(3)])
    audit.end(begun, DELIVERED, at=NOON)
control.close()
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield sqlite_url(tmp_path)
        return
    with postgres_database(request.getfixturevalue("postgres_url")) as url:
        yield url


def start(url: str, home: Path, who: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", WRITE, url, str(home), who],
        env={**os.environ, "PYTHONPATH": f"{TESTS}:{TESTS.parent}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_writers_at_one_time_make_one_chain(database_url: str, tmp_path: Path) -> None:
    control = ControlDatabase(database_url)
    control.migrate()

    processes = [start(database_url, tmp_path, who) for who in ("a", "b")]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors

    log = kept(tmp_path, control)
    control.close()
    assert log.verdict().ok
    assert [row["number"] for row in log.entries] == list(range(1, 81))
    assert [root.entry for root in log.filed] == [root.entry for root in log.roots]
    # A group lies together, in its order, whoever wrote beside it.
    systems = [row["system"] for row in log.entries]
    for who in ("a", "b"):
        for number in range(8):
            first = systems.index(f"{who}-{number}-0")
            group = [f"{who}-{number}-{step}" for step in range(3)]
            assert systems[first : first + 3] == group
    ends = Counter(row["refers_to"] for row in log.entries if row["refers_to"])
    begun = [row["number"] for row in log.entries if row["result"] == "begun"]
    assert ends == Counter(begun)
