"""硚口区's exchange database: how operations are written."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

import polars as pl
import pytest

from hub.demo.days import day_of
from hub.demo.systems.base import Surroundings
from hub.demo.systems.qiaokou import UNKNOWN, Qiaokou


@pytest.fixture
def written(tmp_path: Path, ground: Surroundings) -> pl.DataFrame:
    """The table after all days, the second of them told twice and first."""
    system = Qiaokou(ground)
    with ExitStack() as opening:
        system.start(tmp_path, opening)
        for day in (2, 1, 2):
            system.deliver(day)
    with closing(sqlite3.connect(tmp_path / "exchange.db")) as connection:
        read = connection.execute("SELECT rowid AS n, * FROM ex_handling ORDER BY n")
        names = [name for name, *_ in read.description]
        return pl.DataFrame(read.fetchall(), schema=names, orient="row")


def test_an_operation_is_written_once_under_its_log_number(
    written: pl.DataFrame,
) -> None:
    assert written["log_id"].is_unique().all()
    assert set(written["op_type"]) == {"I", "U", "D"}


def test_a_result_comes_several_times_and_in_one_batch(written: pl.DataFrame) -> None:
    again = written.group_by("result_id", "batch_no", pl.col("op_time").str.head(10))

    assert again.len()["len"].to_numpy().max() > 1


def test_batch_numbers_are_used_again(written: pl.DataFrame) -> None:
    days = written.group_by("batch_no").agg(pl.col("op_time").str.head(10).n_unique())

    assert days["op_time"].to_numpy().max() > 1


def test_some_operations_of_an_evening_are_written_on_the_next_day(
    written: pl.DataFrame,
) -> None:
    evenings = f"{day_of(1)} 23"
    at = written["op_time"].to_list()

    assert any(one.startswith(evenings) for one in at)
    assert at != sorted(at)


def test_one_result_a_day_names_an_unknown_measure(written: pl.DataFrame) -> None:
    odd = written.filter(pl.col("measure") == UNKNOWN)

    assert odd["result_id"].n_unique() >= 2


def test_some_measures_are_written_in_traditional_characters(
    written: pl.DataFrame,
) -> None:
    measures = set(written["measure"])

    assert measures & {"勸導", "責令整改", "清運", "罰款"}
    assert measures & {"劝导", "责令整改", "清运", "罚款"}
