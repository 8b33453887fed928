"""What 江夏区 drops: a mark, checksums, lines twice, identity numbers."""

from __future__ import annotations

from contextlib import ExitStack
from hashlib import md5
from pathlib import Path

import pytest
from support.surroundings import surroundings

from hub.demo.days import day_of
from hub.demo.systems.base import Surroundings
from hub.demo.systems.jiangxia import LATE_DAY, Jiangxia


@pytest.fixture(scope="module")
def around() -> Surroundings:
    return surroundings(issues=400)


@pytest.fixture
def folder(around: Surroundings, tmp_path: Path) -> Path:
    system = Jiangxia(around)
    with ExitStack() as opening:
        system.start(tmp_path, opening)
        system.deliver(1)
        system.deliver(LATE_DAY)
    return tmp_path


def _file(folder: Path, day: int) -> Path:
    return folder / f"results_{day_of(day):%Y%m%d}.csv"


def test_a_file_has_a_mark_and_its_checksum(folder: Path) -> None:
    path = _file(folder, 1)
    content = path.read_bytes()
    claimed = path.with_name(f"{path.name}.md5").read_text().split()[0]

    assert content.startswith(b"\xef\xbb\xbf")
    assert claimed == md5(content, usedforsecurity=False).hexdigest()


def test_one_checksum_comes_a_day_late(around: Surroundings, folder: Path) -> None:
    path = _file(folder, LATE_DAY)
    marker = path.with_name(f"{path.name}.md5")
    assert path.exists()
    assert not marker.exists()

    system = Jiangxia(around)
    with ExitStack() as opening:
        system.start(folder, opening)
        system.deliver(LATE_DAY + 1)

    assert marker.exists()


def test_lines_stand_twice(folder: Path) -> None:
    text = _file(folder, 1).read_text(encoding="utf-8-sig")
    keys = [line.split(",")[0] for line in text.split("\n") if line.startswith("JX-")]

    assert len(keys) > len(set(keys))


def test_a_result_is_told_as_its_last_complete_file_says(around: Surroundings) -> None:
    (told,) = Jiangxia(around).told()
    (rows,) = told.rows

    assert rows["source_id"].is_unique().all()
    assert set(told.refused["rule"]) == {"P06", "K14", "F01"}
