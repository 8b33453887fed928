"""What the office drops: sheets of meetings, a register, appeals."""

from __future__ import annotations

import io
from contextlib import ExitStack
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from support.surroundings import surroundings

from hub.demo.days import day_of, told_at
from hub.demo.ground.attempts import platform_id
from hub.demo.systems.base import Surroundings
from hub.demo.systems.office import Office, appeals, documents, meetings


@pytest.fixture(scope="module")
def around() -> Surroundings:
    return surroundings(days=4)


@pytest.fixture(scope="module")
def folder(around: Surroundings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("office")
    system = Office(around)
    with ExitStack() as opening:
        system.start(made, opening)
        for day in (1, 2, 3, 4):
            system.deliver(day)
    return made


def _sheet(folder: Path, day: int) -> pl.DataFrame:
    path = folder / f"meetings_{day_of(day):%Y%m%d}.xlsx"
    return fastexcel.read_excel(path).load_sheet(0, header_row=1).to_polars()


def _list(folder: Path, name: str, day: int) -> pl.DataFrame:
    path = folder / f"{name}_{day_of(day):%Y%m%d}.csv"
    text = io.StringIO(path.read_bytes().decode("gb18030"))
    return pl.read_csv(text, infer_schema=False)


def test_an_item_comes_again_until_it_is_done(folder: Path) -> None:
    first, third = _sheet(folder, 1), _sheet(folder, 3)
    both = first.join(third, on="议题编号", suffix="_later")

    assert len(both) == len(first) > 0
    assert first["办结日期"].is_null().all()
    assert both["办结日期_later"].is_not_null().any()
    assert not first.join(_sheet(folder, 4), on="议题编号", how="semi").height


def test_an_appeal_comes_after_everything_else_of_its_case(
    around: Surroundings,
) -> None:
    made = around.cases("platform")
    ended = made.steps.group_by("case").agg(pl.col("at").max())
    ends = made.cases.join(ended, on="case").select("at", case_id=platform_id())

    some = appeals.appeals(around, 3).join(ends, on="case_id", suffix="_end")

    assert len(some)
    assert (some["appealed_at"] > some["at_end"]).all()
    assert (some["appealed_at"] < told_at(3)).all()


def test_nobody_appeals_on_the_first_day(folder: Path) -> None:
    assert not len(_list(folder, "appeals", 1))
    assert len(_list(folder, "appeals", 2))


def test_items_of_each_month_name_it(folder: Path) -> None:
    register = _list(folder, "documents", 3)
    monthly = register.filter(pl.col("材料类别").str.contains("本月"))
    months = {f"{day_of(day):%Y-%m}" for day in (1, 2, 3)}

    assert set(monthly["所属月份"]) == {*months, "/"}
    assert register["所属月份"].is_null().any()


def test_what_stays_out_is_told(around: Surroundings) -> None:
    told = {one.dataset: one for one in Office(around).told()}

    for name, rules in (
        ("meeting_item", meetings.RULES),
        ("institution_doc", documents.RULES),
        ("issue_event", appeals.RULES),
    ):
        assert set(told[name].refused["rule"]) == set(rules.values())
