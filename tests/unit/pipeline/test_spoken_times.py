"""Times as people say them: 上午, 下午 and Chinese numerals."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from hub.pipeline.instants import read_dates, read_instants
from hub.pipeline.spoken_times import in_digits


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("2026年6月29日 下午3:30:00", "2026年6月29日 15:30:00"),
        ("2026年06月29日 上午 08:05", "2026年06月29日 08:05"),
        ("2026年6月29日上午12时05分", "2026年6月29日00时05分"),
        ("2026年6月29日下午12时05分", "2026年6月29日12时05分"),
        ("2026-06-29 下午15:30", "2026-06-29 下午15:30"),
        ("二〇二六年六月二十九日十五时三十分", "2026年6月29日15时30分"),
        ("二零二四年十月十日", "2024年10月10日"),
        ("二〇二四年三月五日下午三时四十五分", "2024年3月5日15时45分"),
        ("三里桥", "三里桥"),
    ],
)
def test_spoken_times_in_digits(said: str, written: str) -> None:
    assert in_digits(pl.Series([said])).to_list() == [written]


def test_spoken_instants_are_read_beside_written_ones() -> None:
    read = read_instants(
        pl.Series(["2026-06-29 15:30:00", "2026年6月29日下午3时30分", "下午3点"]),
        zone="Asia/Shanghai",
    )

    same = datetime(2026, 6, 29, 7, 30, tzinfo=UTC)
    assert read.values.to_list() == [same, same, None]
    assert read.unreadable.to_list() == [False, False, True]


def test_spoken_dates_are_read() -> None:
    read = read_dates(pl.Series(["二〇二四年三月五日", None]), zone="Asia/Shanghai")

    assert read.values.to_list() == [date(2024, 3, 5), None]
