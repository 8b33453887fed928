"""What 汉阳区 drops: encodings, spellings, repeated days, a corrected file."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import polars as pl
import pytest
from support.surroundings import surroundings

from hub.demo.days import day_of
from hub.demo.systems.base import Surroundings
from hub.demo.systems.hanyang import TRAPS, Hanyang


@pytest.fixture(scope="module")
def around() -> Surroundings:
    return surroundings(days=3)


def _drop(around: Surroundings, folder: Path, *days: int) -> None:
    system = Hanyang(around)
    with ExitStack() as opening:
        system.start(folder, opening)
        for day in days:
            system.deliver(day)


def _text(folder: Path, day: int) -> str:
    path = folder / f"cases_{day_of(day):%Y%m%d}.csv"
    return path.read_bytes().decode("gb18030")


def _numbers(text: str) -> set[str]:
    return {line.split(",")[0] for line in text.split("\r\n")[1:] if "阳城管" in line}


def test_a_file_repeats_the_days_before(around: Surroundings, tmp_path: Path) -> None:
    _drop(around, tmp_path, 1, 2)

    first, second = _numbers(_text(tmp_path, 1)), _numbers(_text(tmp_path, 2))

    assert first
    assert first < second


def test_the_second_file_comes_again_corrected(
    around: Surroundings, tmp_path: Path
) -> None:
    _drop(around, tmp_path, 1, 2)
    before = _text(tmp_path, 2)
    _drop(around, tmp_path, 3)

    assert "地址待核" in before
    assert "地址待核" not in _text(tmp_path, 2)
    assert _numbers(before) == _numbers(_text(tmp_path, 2))


def test_one_line_has_a_comma_too_many(around: Surroundings, tmp_path: Path) -> None:
    _drop(around, tmp_path, 1)
    rows = [line for line in _text(tmp_path, 1).split("\r\n") if line]
    width = rows[0].count(",")

    odd = [line for line in rows if '"' not in line and line.count(",") != width]

    assert len(odd) == 1


def test_the_same_days_write_the_same_bytes(
    around: Surroundings, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    _drop(around, one, 1, 2, 3)
    _drop(around, two, 3, 1, 2, 3)

    assert _text(one, 3) == _text(two, 3)


def test_edges_of_a_day_are_told(around: Surroundings) -> None:
    told = pl.concat(next(iter(Hanyang(around).told())).rows)

    seconds = told["reported_at"].dt.strftime("%H:%M:%S").to_list()

    assert {"16:00:00", "15:59:59"} <= set(seconds)


def test_traps_are_named() -> None:
    assert all(name.startswith("T") and what for name, what in TRAPS.items())
