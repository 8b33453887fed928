"""Instants as numbers: seconds, milliseconds, serials, and the frames around (T25)."""

from __future__ import annotations

import polars as pl
import pytest

from hub.pipeline.instants import read_dates, read_instants

ZONE = "Asia/Shanghai"
NOON = "2024-09-22 10:13:20"


def instant(text: str, epoch: str | None) -> tuple[str | None, bool]:
    read = read_instants(pl.Series([text]), zone=ZONE, epoch=epoch)
    value = read.values[0]
    return f"{value:%F %T}" if value else None, read.unreadable[0]


@pytest.mark.parametrize(
    ("text", "epoch"),
    [
        ("1727000000", "epoch_s"),
        ("1727000000.0", "epoch_s"),
        ("1727000000000", "epoch_ms"),
        ("/Date(1727000000000)/", None),
        ("/Date(1727000000000+0800)/", None),
        ("/Date(1727000000000)/", "epoch_s"),
        (r"\/Date(1727000000000)\/", "epoch_ms"),
        ("2024-09-22 18:13:20", "epoch_ms"),
        ("20240922181320", "epoch_s"),
    ],
)
def test_a_number_is_an_instant_as_declared(text: str, epoch: str | None) -> None:
    assert instant(text, epoch) == (NOON, False)


@pytest.mark.parametrize(
    ("text", "epoch"),
    [
        ("1727000000", None),
        ("1727000000000", "epoch_s"),
        ("1727000000", "epoch_ms"),
        ("/Date(x)/", None),
        ("x", "epoch_s"),
    ],
)
def test_a_number_of_the_wrong_size_is_a_finding(text: str, epoch: str | None) -> None:
    assert instant(text, epoch) == (None, True)


@pytest.mark.parametrize("text", ["1900-01-01", "9999-12-31", "1970/1/1", "0000-00-00"])
def test_a_day_that_stands_for_none_is_null_where_an_instant_is_due(text: str) -> None:
    assert instant(text, None) == (None, False)


def test_a_column_of_serials_may_hold_days_that_somebody_typed() -> None:
    texts = pl.Series(["45356", "45356.646", "2024/3/5", "20240305", "2024年3月5日"])

    read = read_dates(texts, zone=ZONE, epoch="excel_serial")

    assert read.values.cast(pl.String).unique().to_list() == ["2024-03-05"]
    assert not read.unreadable.any()
