"""Backup and restore as `docs/deployment.md` has them, word for word."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.drop_city import drop_day, file_city
from support.source_tree import ROOT

from hub.assets.crew import Crew
from hub.assets.running import RunResult, run_city
from hub.cli.checks import examine
from hub.flow.house import open_house
from hub.flow.release import find_release
from hub.settings import Settings
from hub.sharing.release_check import check_release
from hub.storage.releases import Release

GUIDE = (ROOT / "docs" / "deployment.md").read_text("utf-8")
LIVES = "/var/lib/hub"


def steps(word: str, home: Path) -> list[str]:
    """The guide's own lines that save or bring back, for another home."""
    found = re.findall(rf"^tar --{word} .*$", GUIDE, re.M)
    assert len(found) == 2
    return [line.replace(LIVES, str(home)) for line in found]


def do(lines: list[str], folder: Path) -> None:
    for line in lines:
        subprocess.run(["sh", "-ec", line], cwd=folder, check=True)


def run(settings: Settings) -> RunResult:
    with Crew(1) as crew:
        return run_city(settings, crew=crew, record="nothing")


def digests(release: Release) -> dict[str, str]:
    return {one.dataset: one.digest for one in release.datasets}


def test_a_restored_home_is_well_and_goes_on_to_the_same_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop = tmp_path / "drop"
    monkeypatch.setenv("SMALL_DROP", str(drop))
    city = str(file_city(tmp_path / "city"))
    now = datetime(2026, 10, 2, tzinfo=UTC)
    lost = Settings(home=tmp_path / "home", city=city, now=now)
    found = Settings(home=tmp_path / "restored", city=city, now=now)
    drop_day(drop, 20)
    saved = run(lost).release
    do(steps("create", lost.home), tmp_path)
    drop_day(drop, 21)
    later = run(lost).release
    found.home.mkdir()

    do(steps("extract", found.home), tmp_path)

    assert [one for one in examine(found) if not one.ok] == []
    house = open_house(found)
    restored = find_release(house, None)
    assert digests(restored) == digests(saved)
    assert check_release(house, restored).ok
    assert digests(run(found).release) == digests(later) != digests(saved)
