"""洪山区's folder: files, their markers and what they repeat."""

from __future__ import annotations

from contextlib import ExitStack
from hashlib import md5
from pathlib import Path
from typing import Any

import orjson
import pytest

from hub.demo.days import day_of
from hub.demo.systems.base import Surroundings
from hub.demo.systems.hongshan import NEW_FIELD_DAY, Hongshan


@pytest.fixture
def folder(tmp_path: Path, ground: Surroundings) -> Path:
    system = Hongshan(ground)
    with ExitStack() as opening:
        system.start(tmp_path, opening)
    for day in (2, 1, 3, 2):
        system.deliver(day)
    return tmp_path


def _rows(folder: Path, day: int, hour: str) -> list[dict[str, Any]]:
    path = folder / f"cases_{day_of(day):%Y%m%d}_{hour}.jsonl"
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def test_a_whole_file_has_a_marker_with_its_checksum(folder: Path) -> None:
    markers = sorted(folder.glob("*.ok"))

    assert len(markers) == 3 * 3 + 1
    for marker in markers:
        content = (folder / marker.name.removesuffix(".ok")).read_bytes()
        digest = md5(content, usedforsecurity=False).hexdigest()
        assert marker.read_text().startswith(digest)


def test_half_a_file_has_none(folder: Path) -> None:
    files = {path.name for path in folder.glob("*.jsonl")}
    whole = {path.name.removesuffix(".ok") for path in folder.glob("*.ok")}

    assert len(files - whole) == 3


def test_files_overlap(folder: Path) -> None:
    noon = {orjson.dumps(row) for row in _rows(folder, 2, "1600")}
    night = {orjson.dumps(row) for row in _rows(folder, 2, "2359")}

    assert noon & night


def test_a_field_is_new_from_the_third_day_on(folder: Path) -> None:
    assert "weather" not in _rows(folder, NEW_FIELD_DAY - 1, "2359")[0]
    assert "weather" in _rows(folder, NEW_FIELD_DAY, "1000")[0]


def test_texts_hold_rare_private_and_damaged_characters(folder: Path) -> None:
    told = (folder / f"cases_{day_of(1):%Y%m%d}_2359.jsonl").read_text()

    for sign in ("㛃", "𬭳", "\ue5e5", "锟斤拷", "\ufffd"):
        assert sign in told
