"""Killed at any moment, then run again: the same content and a balanced ledger."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from support import storage_run
from support.lake_tables import COLUMNS, issues
from support.storage_run import DAYS, ROWS, Run, expected

TESTS = Path(storage_run.__file__).parents[1]
ALL = 10**9


def run_killed(
    home: Path, *, hour: int, moment: int
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, storage_run.__file__, str(home), str(hour), str(moment)],
        env={**os.environ, "PYTHONPATH": f"{TESTS}:{TESTS.parent}"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def moments(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many moments a run without a kill has."""
    done = run_killed(tmp_path_factory.mktemp("whole"), hour=0, moment=ALL)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def assert_taken_in_once(home: Path) -> None:
    run = Run(home)
    table = issues(home / "lake", at_least=0)
    assert_frame_equal(table.read().select(list(COLUMNS)), expected())
    totals = run.ledger.totals()
    assert (totals.received, totals.accepted) == (DAYS * ROWS, DAYS * ROWS)
    assert (totals.emitted, totals.inserted) == (DAYS * ROWS, DAYS * ROWS)
    assert run.ledger.unfinished("qiaokou") == []
    assert run.plans.batches() == []
    known = run.ledger.lake_version("core/issue")
    assert known is not None
    assert known.version == table.version()
    ids = expected()["issue_id"]
    assert run.keys.lookup("issue", ids).height == ids.len()
    for batch in run.ledger.batches(state="merged"):
        for part in run.ledger.parts(batch.number):
            run.raw.verify(part.sha256)
    run.control.close()


@pytest.mark.slow
@pytest.mark.parametrize("share", [n / 12 for n in range(12)])
def test_a_run_after_a_kill_completes_it(
    tmp_path: Path, moments: int, share: float
) -> None:
    width = moments // 12
    moment = int(share * moments) + random.Random(share).randint(1, width)

    killed = run_killed(tmp_path, hour=0, moment=moment)
    Run(tmp_path, hour=1).finish()

    assert killed.returncode == -signal.SIGKILL, (moment, killed.stderr)
    assert_taken_in_once(tmp_path)


@pytest.mark.slow
def test_many_kills_in_a_row_change_nothing(tmp_path: Path, moments: int) -> None:
    pick = random.Random(6)
    for hour in range(6):
        killed = run_killed(tmp_path, hour=hour, moment=pick.randint(1, moments // 4))
        assert killed.returncode in (-signal.SIGKILL, 0), killed.stderr

    Run(tmp_path, hour=9).finish()

    assert_taken_in_once(tmp_path)


def test_a_run_again_changes_nothing(tmp_path: Path) -> None:
    Run(tmp_path, hour=0).finish()
    before = issues(tmp_path / "lake").version()

    Run(tmp_path, hour=1).finish()

    assert issues(tmp_path / "lake").version() == before
    assert_taken_in_once(tmp_path)


def test_the_expected_content_is_what_it_says() -> None:
    frame = expected()

    assert frame.height == DAYS * ROWS
    assert frame["issue_id"].is_unique().all()
    assert frame.filter(pl.col("title") == "day-2").height == 1
