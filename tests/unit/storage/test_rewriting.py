"""Files of every version replaced: what goes is gone, what stays is read as before."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from hub.storage import durable
from hub.storage.lake import Lake, LakeTable

SCHEMA = pa.schema([("key", pa.string()), ("said", pa.string()), ("p", pa.string())])
ALICE = "alice-was-here"


def table_in(folder: Path) -> LakeTable:
    return Lake(folder).table("core/thing", SCHEMA, ("p",))


def rows(*told: tuple[str, str | None]) -> pl.DataFrame:
    schema = {"key": pl.String, "said": pl.String}
    return pl.DataFrame(told, schema=schema, orient="row")


@pytest.fixture
def table(tmp_path: Path) -> LakeTable:
    """Three versions: added, added, and the first file replaced."""
    made = table_in(tmp_path)
    first = made.write(rows(("a", ALICE), ("b", "b1")), {"p": "x y"})
    made.commit("t", 0, add=first)
    made.commit("t", 1, add=made.write(rows(("c", "c1")), {"p": "z"}))
    second = made.write(rows(("a", ALICE + "2"), ("b", "b1")), {"p": "x y"})
    made.commit("t", 2, add=second, remove=first)
    return made


def emptied(frame: pl.DataFrame) -> tuple[pl.DataFrame, int] | None:
    mine = pl.col("key") == "a"
    made = frame.with_columns(said=pl.when(~mine).then("said"))
    return None if made.equals(frame) else (made, 0)


def rewrite(table: LakeTable) -> None:
    if not table.rewriting():
        table.rewrite("key", pl.Series(["a"]), emptied)
    table.settle()
    table.sweep()
    table.forget()


def anywhere(folder: Path, value: str) -> list[str]:
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and value.encode() in path.read_bytes()
    ]


def said(table: LakeTable, version: int | None = None) -> list[tuple[object, ...]]:
    return table.read(version=version).sort("key").select("key", "said").rows()


def test_every_version_stays_readable_without_the_value(
    table: LakeTable, tmp_path: Path
) -> None:
    assert anywhere(tmp_path, ALICE)  # bounds in the log, at least
    untouched = [one.path for one in table.files([{"p": "z"}])]

    rewrite(table)

    assert anywhere(tmp_path, ALICE) == []
    assert said(table, 0) == [("a", None), ("b", "b1")]
    assert said(table, 1) == [("a", None), ("b", "b1"), ("c", "c1")]
    assert said(table) == said(table, 2) == said(table, 1)
    assert table.version() == 3
    assert [one.path for one in table.files([{"p": "z"}])] == untouched
    assert said(table_in(tmp_path)) == said(table)


def test_a_handle_that_was_open_before_notices(
    table: LakeTable, tmp_path: Path
) -> None:
    other = table_in(tmp_path)
    assert said(other)[0] == ("a", ALICE + "2")

    rewrite(table)

    assert said(other)[0] == ("a", None)
    more = other.write(rows(("d", "d1")), {"p": "z"})
    assert other.commit("t", 3, add=more) == 4
    assert len(said(table)) == 4


def test_nothing_to_erase_changes_nothing(table: LakeTable) -> None:
    table.rewrite("key", pl.Series(["none"]), emptied)

    assert table.rewriting() == []
    assert table.settle() == table.version() == 2


def test_what_a_killed_run_left_is_swept_and_nothing_else(
    table: LakeTable, tmp_path: Path
) -> None:
    table.write(rows(("a", ALICE)), {"p": "z"})  # never committed
    draft = tmp_path / "core" / "thing" / f"{durable.ASIDE}1"
    draft.write_bytes(ALICE.encode())

    assert table.sweep() == 2
    assert said(table)[0] == ("a", ALICE + "2")


class Killed(BaseException):
    """The process ends here."""


def test_killed_at_any_flush_it_is_taken_up_again(
    table: LakeTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush, left, deaths = durable.sync, 0, 0

    def sync(path: Path) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed
        flush(path)

    monkeypatch.setattr(durable, "sync", sync)
    for nth in range(1, 40):
        left = nth
        try:
            rewrite(table_in(tmp_path))
        except Killed:
            deaths += 1

    assert deaths > 5
    assert anywhere(tmp_path, ALICE) == []
    assert said(table_in(tmp_path)) == [("a", None), ("b", "b1"), ("c", "c1")]
    assert said(table_in(tmp_path), 0) == [("a", None), ("b", "b1")]
