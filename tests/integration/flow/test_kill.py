"""kill -9 at random instants and a rerun end where an undisturbed run ends."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support import run_flow
from support.drop_city import drop_day, file_city
from support.thorough import of

from hub.flow.house import open_house
from hub.settings import Settings

KILLS = of(20, 3)


def start(city: Path, home: Path, drop: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, run_flow.__file__, str(city), str(home)],
        env={**os.environ, "SMALL_DROP": str(drop)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def complete(city: Path, home: Path, drop: Path) -> tuple[str, float]:
    """Digest of a run's release, and how long its work took."""
    with start(city, home, drop) as process:
        begun = time.monotonic()
        out, _ = process.communicate()
    assert process.returncode == 0
    return out.strip(), time.monotonic() - begun


@pytest.mark.slow
def test_kills_at_random_instants_leave_nothing_lost_or_doubled(
    tmp_path: Path,
) -> None:
    city, drop = file_city(tmp_path / "city"), tmp_path / "drop"
    for day in (20, 21, 25):
        drop_day(drop, day)
    clean, seconds = complete(city, tmp_path / "clean", drop)
    instants = random.Random(94)
    home = tmp_path / "home"

    for _ in range(KILLS):
        process = start(city, home, drop)
        with process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=instants.uniform(0, seconds))
            process.kill()

    digest, _ = complete(city, home, drop)
    assert digest == clean
    house = open_house(Settings(home=home, city=str(city)))
    left = {batch.state for batch in house.ledger.batches()}
    assert left <= {"merged", "failed"}, left
