"""Handing over as files: whole, marked, and under one name after a crash."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from support.outward_world import COLUMNS, World, east, issue
from support.receivers import Killed

from hub.partners.spec import Partner

NAMES = count()
TEXT = COLUMNS | {"case_no": {"name": "案号"}}


def receiver(folder: Path, write: dict[str, Any], **given: Any) -> Partner:
    """The east behind a folder."""
    source = {"connector": "files", "folder": str(folder)}
    name = f"file{next(NAMES)}"
    return east(source, write, **{"name": name, "columns": TEXT} | given)


def dropped(folder: Path) -> list[Path]:
    """Files that are there for the reader, less markers."""
    return sorted(p for p in folder.iterdir() if p.suffix not in (".ok", ".part"))


def test_a_csv_in_the_readers_encoding_has_its_marker(
    world: World, tmp_path: Path
) -> None:
    write = {"files": "state_{key}.csv", "done": ".ok", "encoding": "gb18030"}
    partner = receiver(tmp_path, write)

    world.publish(issue=[issue("a", case_no="硚一"), issue("b", case_no="=1+1")])
    ran = world.run(partner)

    assert ran.state == "done", ran.error
    (file,) = dropped(tmp_path)
    assert file.with_name(f"{file.name}.ok").is_file()
    lines = file.read_text("gb18030").splitlines()
    assert lines[0] == "编号,state,案号,op"
    assert set(lines[1:]) == {"a,1,硚一,I", "b,1,=1+1,I"}


def test_a_line_per_change_and_a_workbook_say_the_same(
    world: World, tmp_path: Path
) -> None:
    folders = [tmp_path / form for form in ("jsonl", "xlsx")]
    partners = []
    for folder in folders:
        folder.mkdir()
        partners.append(receiver(folder, {"files": f"c_{{key}}.{folder.name}"}))

    for stage in ("DISCOVERED", "HANDLED"):
        world.publish(issue=[issue("a", stage, case_no="=1+1"), issue("b")])
        for partner in partners:
            assert world.run(partner).state == "done"

    told, shown = [], []
    for file in dropped(folders[0]):
        told += [orjson.loads(line) for line in file.read_text().splitlines()]
    for file in dropped(folders[1]):
        shown += pl.read_excel(file, infer_schema_length=0).rows(named=True)
    assert len(told) == 3
    assert {tuple(row.values()) for row in told} == {
        tuple(row.values()) for row in shown
    }


def test_a_kill_after_the_file_is_there_writes_no_second_one(
    world: World, tmp_path: Path, killed: Callable[[], None]
) -> None:
    partner = receiver(tmp_path, {"files": "c_{key}.jsonl"})
    world.publish(issue=[issue("a"), issue("b")])

    killed()
    with pytest.raises(Killed):
        world.run(partner)
    before = dropped(tmp_path)
    ran = world.run(partner)

    assert (ran.state, ran.ended.inserted) == ("done", 2)
    assert dropped(tmp_path) == before
    assert len(before) == 1


def test_a_text_outside_the_encoding_is_a_refusal_of_its_row_alone(
    world: World, tmp_path: Path
) -> None:
    write = {"files": "c_{key}.csv", "encoding": "ascii"}
    columns = {"issue_id": {"name": "id"}, "case_no": {"name": "no"}}
    partner = receiver(tmp_path, write, columns=columns, attempts=1)

    world.publish(issue=[issue("a", case_no="1"), issue("b", case_no="二")])
    ran = world.run(partner)

    assert (ran.ended.inserted, ran.ended.dead) == (1, 1)
    (file,) = dropped(tmp_path)
    assert file.read_text() == "id,no,op\na,1,I\n"


def test_a_share_that_is_not_mounted_stops_the_run(
    world: World, tmp_path: Path
) -> None:
    partner = receiver(tmp_path / "away", {"files": "c_{key}.csv"})

    world.publish(issue=[issue("a")])
    stopped = world.run(partner)
    (tmp_path / "away").mkdir()
    done = world.run(partner)

    assert (stopped.state, done.state) == ("stopped", "done")
