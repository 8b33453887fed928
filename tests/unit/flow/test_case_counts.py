"""Numbers about a batch's cases, counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from hub.flow.case_counts import counted
from hub.partners.spec import Column, Emit, Feed, Read, Window

TOLD = Column(field="时限")
INSTANT = pl.Datetime("us", "UTC")


def feed(read: Read | None = None, **columns: Column) -> Feed:
    emit = Emit(dataset="issue", columns=columns)
    return Feed(name="cases", key=("编号",), emits=(emit,), read=read or Read())


def cases(*rows: tuple[int | None, int | None]) -> pl.DataFrame:
    """Cases by the UTC hours of report and deadline."""
    made = [
        tuple(n if n is None else datetime(2026, 10, 1, n, tzinfo=UTC) for n in row)
        for row in rows
    ]
    schema = {"reported_at": INSTANT, "source_deadline_at": INSTANT}
    return pl.DataFrame(made, schema=schema, orient="row")


def hours(**by_hour: int) -> tuple[int, ...]:
    return tuple(by_hour.get(f"h{n}", 0) for n in range(24))


def test_hours_are_those_of_the_citys_day() -> None:
    found = counted(cases((0, 9), (0, None), (15, 9), (16, 9)), feed(), "Asia/Shanghai")

    assert found.cases == 4
    assert found.hours == hours(h8=2, h23=1, h0=1)


@pytest.mark.parametrize(
    ("columns", "lacking"), [({}, None), ({"source_deadline_at": TOLD}, 2)]
)
def test_deadlines_count_where_they_are_delivered(
    columns: dict[str, Any], lacking: int | None
) -> None:
    found = counted(cases((1, None), (2, 3), (4, None)), feed(**columns), "UTC")

    assert found.without_deadline == lacking


@pytest.mark.parametrize(("reach", "new"), [("30d", 2), (None, 3)])
def test_what_is_pulled_again_is_left_out(reach: str | None, new: int) -> None:
    told = feed(Read(path="/c", window=Window(reach=reach, **{"from": "a", "to": "b"})))
    since = datetime(2026, 10, 1, 2, tzinfo=UTC)

    found = counted(cases((1, None), (2, 3), (4, None)), told, "UTC", None, since)

    assert found.cases == sum(found.hours) == new
    assert counted(cases((1, None)), told, "UTC").cases == 1


def test_chunks_are_added_up() -> None:
    told = feed(source_deadline_at=TOLD)
    first = counted(cases((1, None), (2, 3)), told, "UTC")

    both = counted(cases((2, None), (None, None)), told, "UTC", first)

    assert (both.cases, both.without_deadline) == (4, 3)
    assert both.hours == hours(h1=1, h2=2)
