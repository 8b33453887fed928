"""The exchange database of the district that handles cases."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import polars as pl

from hub.demo.days import span_of
from hub.demo.exchange import TABLE, UNKNOWN_MEASURE, Exchange, operations
from hub.demo.places import QIAOKOU
from hub.demo.world import World


def _rows(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        told = connection.execute("SELECT log_id, op_time FROM ex_handling")
        return sorted(told.fetchall())


def test_days_are_written_once_and_in_any_order(tmp_path: Path, world: World) -> None:
    forth, back = tmp_path / "forth.db", tmp_path / "back.db"
    for path, days in ((forth, (1, 2)), (back, (2, 1, 2))):
        exchange = Exchange(world, path)
        for day in days:
            exchange.write_day(day)

    assert _rows(forth) == _rows(back)
    assert _rows(forth)


def test_operations_of_a_day_lie_in_its_span(tmp_path: Path, world: World) -> None:
    exchange = Exchange(world, tmp_path / "exchange.db")
    exchange.write_day(2)

    times = [time for _, time in _rows(tmp_path / "exchange.db")]

    assert min(times) >= "2026-09-30 23:59:00"
    assert max(times) < "2026-10-01 23:59:00"
    inside = pl.col("at").is_between(*span_of(2), closed="left")
    assert len(times) == exchange.operations.filter(inside).height


def test_results_are_about_cases_of_the_district(world: World) -> None:
    told = operations(world).join(world.cases, on="case_id")

    assert set(told["district"]) == {QIAOKOU}
    assert told.height == operations(world).height


def test_each_result_begins_before_it_ends_and_ends_before_it_goes(
    world: World,
) -> None:
    order = operations(world).group_by("result_id", maintain_order=True).agg("op_type")

    lives = set(map("".join, order["op_type"]))

    assert lives == {"I", "IU", "IUD"}
    assert operations(world)["log_id"].is_unique().all()


def test_second_attempts_follow_a_failed_check(world: World) -> None:
    begun = operations(world).filter(pl.col("op_type") == "I")

    attempts = begun.group_by("case_id").agg(pl.col("attempt_no").sort())

    assert {tuple(one) for one in attempts["attempt_no"]} == {(1,), (1, 2)}


def test_an_unknown_measure_stands_on_the_whole_life_of_a_result(world: World) -> None:
    odd = operations(world).filter("is_odd")

    assert set(odd["measure"]) == {UNKNOWN_MEASURE}
    assert "D" not in set(odd["op_type"])
    assert odd["case"].n_unique() == 3


def test_the_table_has_the_columns_of_the_convention() -> None:
    assert {"op_type", "op_time", "batch_no", "flag"} <= set(TABLE)
