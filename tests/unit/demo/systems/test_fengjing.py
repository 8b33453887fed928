"""The operations in 东湖风景区's exchange database."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

import polars as pl
import pytest
from support.surroundings import surroundings

from hub.demo.systems.base import Surroundings
from hub.demo.systems.fengjing import Fengjing


@pytest.fixture(scope="module")
def around() -> Surroundings:
    return surroundings(issues=1000)


def _operations(around: Surroundings, folder: Path, *days: int) -> list[dict[str, str]]:
    system = Fengjing(around)
    with ExitStack() as opening:
        system.start(folder, opening)
        for day in days:
            system.deliver(day)
    with closing(sqlite3.connect(folder / "exchange.db")) as connection:
        connection.row_factory = sqlite3.Row
        asked = "SELECT * FROM EX_RESULT ORDER BY LOG_ID"
        return [dict(row) for row in connection.execute(asked)]


def test_a_deletion_says_nothing_but_its_key(
    around: Surroundings, tmp_path: Path
) -> None:
    rows = _operations(around, tmp_path, 1, 2, 3)
    gone = [row for row in rows if row["OP_TYPE"] == "D"]

    assert gone
    assert all(row["CASE_ID"] is None and row["RESULT_ID"] for row in gone)


def test_what_is_written_stays_as_it_is(around: Surroundings, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()

    straight = _operations(around, one, 1, 2, 3)

    assert straight == _operations(around, two, 3, 1, 2, 1)


def test_what_was_deleted_is_not_published(around: Surroundings) -> None:
    system = Fengjing(around)
    told = next(iter(system.told()))
    deleted = system.operations.filter(op_type="D").filter(pl.col("written_on") <= 3)
    gone = set(deleted["result_id"])

    published = {key for rows in told.rows for key in rows["source_id"]}

    assert gone
    assert not gone & published
