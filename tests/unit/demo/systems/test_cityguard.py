"""What the two cityguard sites keep in their databases, and the silence of one."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

import polars as pl
import pytest
from support.surroundings import surroundings

from hub.demo.systems.base import Surroundings
from hub.demo.systems.cityguard import Caidian, Qingshan
from hub.demo.systems.cityguard.system import SILENT_FROM, Cityguard


@pytest.fixture(scope="module")
def around() -> Surroundings:
    return surroundings(issues=2400, days=4)


def _rows(
    system: Cityguard, folder: Path, statement: str, *days: int
) -> list[tuple[object, ...]]:
    with ExitStack() as opening:
        system.start(folder, opening)
        for day in days:
            system.deliver(day)
    with closing(sqlite3.connect(folder / "cityguard.db")) as connection:
        return connection.execute(statement).fetchall()


def test_a_site_falls_silent(around: Surroundings, tmp_path: Path) -> None:
    count = "SELECT count(*), max(update_time) FROM case_info"
    before = _rows(Caidian(around), tmp_path, count, 1, 2)

    after = _rows(Caidian(around), tmp_path, count, SILENT_FROM, SILENT_FROM + 1)

    assert before == after


def test_days_in_any_order_leave_the_last_state(
    around: Surroundings, tmp_path: Path
) -> None:
    rows = "SELECT * FROM case_info ORDER BY id"
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()

    straight = _rows(Qingshan(around), one, rows, 1, 2, 3, 4)
    repeated = _rows(Qingshan(around), two, rows, 1, 2, 1, 2, 3, 4)

    assert straight == repeated


def test_limit_and_registration_are_written_as_the_product_does(
    around: Surroundings, tmp_path: Path
) -> None:
    asked = "SELECT accept_time, handle_time_limit, handle_time_type FROM case_info"
    rows = _rows(Qingshan(around), tmp_path, asked, 1)

    assert any(accepted for accepted, _, _ in rows)
    assert {("1工作日", "urgent_hour")} & {(limit, kind) for _, limit, kind in rows}


def test_only_granted_applications_are_steps(around: Surroundings) -> None:
    told = {one.dataset: pl.concat(one.rows) for one in Qingshan(around).told()}

    events = told["issue_event"]

    assert set(events["action_code"]) == {"EXTEND", "SUSPEND", "RESUME"}
    assert events["happened_at"].null_count() == 0
    assert set(told["issue"]["close_type_code"].drop_nulls()) == {
        "FORCED",
        "FROM_SUSPENDED",
    }
