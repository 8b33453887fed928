"""Months read off the bounds of files are those of the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hub.flow import tables
from hub.flow.house import House, open_house
from hub.flow.issue_months import months_of_issues
from hub.schemas import dataset
from hub.settings import Settings


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = open_house(Settings(home=tmp_path, city="wuhan"))
    yield made
    made.control.close()


def put(house: House, *rows: Mapping[str, Any]) -> None:
    ds = dataset("issue")
    table, place = tables.core_table(house.lake, ds), {"partner": "a", "month": "m"}
    frame = pl.DataFrame(list(rows), schema=tables.core_columns(ds), strict=False)
    whole = frame.with_columns(pl.lit(v).alias(k) for k, v in place.items())
    table.commit("test", table.number("test") + 1, add=table.write(whole, place))


def at(month: int, day: int, hour: int = 4) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def test_bounds_of_one_or_two_months_tell_of_them(house: House) -> None:
    put(house, {"reported_at": at(4, 3), "deadline_at": at(4, 30, 17)})
    assert months_of_issues(house) == ["2026-04", "2026-05"]


def test_a_month_between_the_bounds_is_one_only_with_a_case(house: House) -> None:
    put(house, {"reported_at": at(1, 3)}, {"reported_at": at(3, 3)})
    assert months_of_issues(house) == ["2026-01", "2026-03"]


def test_tombstones_are_no_cases(house: House) -> None:
    put(house, {"reported_at": at(1, 3)})
    put(house, {"reported_at": at(2, 3), "deleted_at": at(2, 4)})
    assert months_of_issues(house) == ["2026-01"]


def test_without_cases_there_are_none(house: House) -> None:
    assert months_of_issues(house) == []
