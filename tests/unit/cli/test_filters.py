"""Filters mean in the program what they say in words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.cli.filters import condition
from hub.errors import MisuseError
from hub.schemas import dataset

ZONE = "Asia/Shanghai"
ISSUE, AREA = dataset("issue"), dataset("area")


def kept(name: str, values: list[object], text: str, ds=ISSUE) -> list[object]:
    frame = pl.DataFrame({name: pl.Series(values, dtype=ds.column(name).dtype)})
    return frame.filter(condition(ds, text, ZONE).holds())[name].to_list()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("case_no=eq.A1", ["A1"]),
        ("case_no=neq.A1", ["B_2", "B.2"]),
        ("case_no=in.(A1,B.2)", ["A1", "B.2"]),
        ("case_no=in.A1", ["A1"]),
        ("case_no=like.B*", ["B_2", "B.2"]),
        ("case_no=like.%2", ["B_2", "B.2"]),
        ("case_no=like.B.2", ["B.2"]),
        ("case_no=like.A", []),
        ("case_no=is.null", [None]),
        ("case_no=is.not_null", ["A1", "B_2", "B.2"]),
    ],
)
def test_text(text: str, left: list[str]) -> None:
    assert kept("case_no", ["A1", "B_2", "B.2", None], text) == left


def test_a_day_is_its_midnight_in_the_city() -> None:
    before, after = (
        datetime(2026, 9, 30, 15, 59, tzinfo=UTC),
        datetime(2026, 9, 30, 16, tzinfo=UTC),
    )

    assert kept("reported_at", [before, after], "reported_at=gte.2026-10-01") == [after]
    assert kept(
        "reported_at", [before, after], "reported_at=lt.2026-10-01T00:00:00+08:00"
    ) == [before]


def test_other_types() -> None:
    assert kept("media_count", [1, 2, 10], "media_count=gt.2") == [10]
    assert kept("lon", [114.1, 114.3], "lon=lte.114.1") == [114.1]
    assert kept("is_suspended", [True, False, None], "is_suspended=is.false") == [False]
    assert kept("is_suspended", [True, False], "is_suspended=eq.true") == [True]
    days = [date(2026, 9, 30), date(2026, 10, 1)]
    assert kept("valid_from_on", days, "valid_from_on=eq.2026-10-01", AREA) == days[1:]
    sizes = [Decimal("1.500"), Decimal("1.501")]
    assert kept("area_km2", sizes, "area_km2=lte.1.5", AREA) == sizes[:1]


@given(values=st.lists(st.integers(-9, 9), max_size=9), bound=st.integers(-9, 9))
def test_comparisons_part_the_rows(values: list[int], bound: int) -> None:
    below = kept("media_count", values, f"media_count=lt.{bound}")
    rest = kept("media_count", values, f"media_count=gte.{bound}")

    assert sorted(below + rest) == sorted(values)
    assert all(value < bound for value in below)


@pytest.mark.parametrize(
    "text",
    [
        "case_nr=eq.A1",
        "case_no",
        "case_no=A1",
        "case_no=is.empty",
        "media_count=eq.two",
        "media_count=like.1%",
        "is_suspended=eq.perhaps",
        "lon=is.true",
        "media=eq.x",
        "reported_at=gt.yesterday",
    ],
)
def test_what_cannot_be_meant_is_refused_without_its_value(text: str) -> None:
    with pytest.raises(MisuseError) as refused:
        condition(ISSUE, text, ZONE)

    value = text.rpartition(".")[2]
    assert value not in refused.value.seen or value == text
