"""The workbooks of 黄陂区, opened as Excel would."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from support.surroundings import surroundings

from hub.demo.days import day_of
from hub.demo.systems.base import Surroundings
from hub.demo.systems.huangpi import NOTE, Huangpi


@pytest.fixture(scope="module")
def around() -> Surroundings:
    return surroundings(issues=1000)


def _sheet(around: Surroundings, folder: Path) -> pl.DataFrame:
    system = Huangpi(around)
    with ExitStack() as opening:
        system.start(folder, opening)
        system.deliver(1)
    book = fastexcel.read_excel(folder / f"处置结果{day_of(1):%Y%m%d}.xlsx")
    return book.load_sheet("处置情况", header_row=None, dtypes="string").to_polars()


def test_titles_stand_below_a_title_and_groups(
    around: Surroundings, tmp_path: Path
) -> None:
    sheet = _sheet(around, tmp_path)

    assert sheet.row(2)[1] == "案件"
    assert "结果编号" in sheet.row(3)


def test_a_sum_and_a_note_stand_below(around: Surroundings, tmp_path: Path) -> None:
    sheet = _sheet(around, tmp_path)
    total, note = sheet.row(-2), sheet.row(-1)

    assert total[0] == "合计"
    assert total[1] == f"{len(sheet) - 6}件"
    assert note[0] == NOTE


def test_days_are_bare_numbers(around: Surroundings, tmp_path: Path) -> None:
    sheet = _sheet(around, tmp_path)
    at = sheet.row(3).index("开始")
    days = sheet[:, at].slice(4, len(sheet) - 6).cast(pl.Float64)
    serial = (day_of(1) - day_of(1).replace(year=1900, month=1, day=1)).days + 2

    assert days.is_between(serial - 1, serial + 1).all()
