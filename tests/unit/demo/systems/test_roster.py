"""What the roster office drops: which lists come when, and what is odd about them."""

from __future__ import annotations

import io
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from support.surroundings import surroundings

from hub.demo.days import day_of
from hub.demo.ground.people import CHANGE_DAY
from hub.demo.systems.base import Surroundings
from hub.demo.systems.roster import Roster
from hub.demo.systems.roster.posts import RULES as POST_RULES
from hub.demo.systems.roster.spelling import spelt, with_check_sign
from hub.demo.systems.roster.staff import RULES as STAFF_RULES
from hub.demo.systems.roster.system import TRAPS


@pytest.fixture(scope="module")
def around() -> Surroundings:
    return surroundings(days=5)


@pytest.fixture(scope="module")
def folder(around: Surroundings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("roster")
    _drop(around, made, 1, 2, 3, 4, 5)
    return made


def _drop(around: Surroundings, folder: Path, *days: int) -> None:
    system = Roster(around)
    with ExitStack() as opening:
        system.start(folder, opening)
        for day in days:
            system.deliver(day)


def _named(name: str, day: int, ending: str = "csv") -> str:
    return f"{name}_{day_of(day):%Y%m%d}.{ending}"


def _list(folder: Path, name: str, day: int) -> pl.DataFrame:
    text = (folder / _named(name, day)).read_bytes().decode("gb18030")
    return pl.read_csv(io.StringIO(text), infer_schema=False)


def test_lists_come_every_other_day(folder: Path) -> None:
    days = {path.name for path in folder.glob("posts_*.csv")}

    assert days == {_named("posts", day) for day in (1, 3, 5)}


def test_one_district_files_its_areas_a_day_late(
    around: Surroundings, tmp_path: Path
) -> None:
    late = tmp_path / _named("hanyang_areas", 1)
    _drop(around, tmp_path, 1)
    assert not late.exists()

    _drop(around, tmp_path, 2)
    assert late.exists()


def test_where_communities_are_merged_one_area_takes_both(folder: Path) -> None:
    before, after = (_list(folder, "areas", day) for day in (1, CHANGE_DAY))

    merged = after.filter(pl.col("状态") == "已合并")
    taken = after.filter(pl.col("社区代码").str.contains("、").fill_null(value=False))
    both = taken.join(before, on="责任区编号", suffix="_before").filter(
        pl.col("边界") != pl.col("边界_before")
    )
    assert before["状态"].unique().to_list() == ["在用"]
    assert len(merged) == len(both) >= 1
    assert merged["边界"].is_null().all()


def test_a_list_that_has_lost_people_comes_right_after_the_good_one(
    folder: Path,
) -> None:
    good, bad = (
        _list(folder, "staff", CHANGE_DAY),
        (folder / f"staff_{day_of(CHANGE_DAY):%Y%m%d}b.csv").read_bytes(),
    )

    assert bad.count(b"\n") - 1 < 0.8 * len(good)


def test_boards_come_once_without_a_column(folder: Path) -> None:
    assert "状态" in _list(folder, "boards", 1).columns
    assert "状态" not in _list(folder, "boards", 2).columns


def test_a_new_column_comes_on_one_day(folder: Path) -> None:
    def columns(day: int) -> list[str]:
        path = folder / _named("sections", day)
        return pl.read_csv(path, infer_schema=False).columns

    assert columns(1) == columns(5)
    assert set(columns(CHANGE_DAY)) - set(columns(1)) == {"养护单位"}


def test_a_file_of_the_same_name_comes_again_with_more_rows(
    around: Surroundings, tmp_path: Path
) -> None:
    path = tmp_path / _named("objects", 1)
    _drop(around, tmp_path, 1)
    first = path.read_bytes().decode("gb18030").splitlines()
    _drop(around, tmp_path, 2)
    again = path.read_bytes().decode("gb18030").splitlines()

    assert set(first) < set(again)


def test_what_never_lands_is_on_the_list_of_people(folder: Path) -> None:
    assert {"身份证号", "登录密码"} <= set(_list(folder, "staff", 1).columns)


def test_the_sheet_of_titles_has_a_sum_and_a_note(folder: Path) -> None:
    path = folder / _named("hanyang_roles", 1, "xlsx")
    sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None).to_polars()
    first = sheet.to_series(0).to_list()

    assert first[-2] == "合计"
    assert str(first[-1]).startswith("注：")
    assert sheet.row(2).count("街道总路长") == 1


def test_the_chief_who_was_replaced_stays_on_the_sheet(around: Surroundings) -> None:
    told = {one.dataset: one for one in Roster(around).told()}
    posts = pl.concat(list(told["assignment"].rows), how="diagonal_relaxed")
    chiefs = posts.filter(pl.col("role_code") == "ROAD_CHIEF")

    ended = chiefs.filter(pl.col("end_on").is_not_null())
    assert ended["end_on"].unique().to_list() == [day_of(CHANGE_DAY)]
    assert chiefs.filter(pl.col("role_source_name") == "二级路长").height >= 6


def test_every_kind_of_stray_is_told_to_stay_out(around: Surroundings) -> None:
    told = {one.dataset: one for one in Roster(around).told()}

    assert set(told["person"].refused["rule"]) == set(STAFF_RULES.values())
    assert set(told["assignment"].refused["rule"]) == set(POST_RULES.values())


def test_a_delivery_is_the_same_every_time(
    around: Surroundings, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    _drop(around, first, 1, 2, 3)
    _drop(around, second, 3, 2, 1)
    names = sorted(path.name for path in first.iterdir())

    # Only the file that comes twice depends on which of them came last.
    different = [
        name
        for name in names
        if (first / name).read_bytes() != (second / name).read_bytes()
    ]
    assert different == [_named("objects", 1)]


@pytest.mark.parametrize(
    ("nth", "text"),
    [
        (0, "2026-03-21"),
        (1, "2026/3/21"),
        (2, "2026.03.21"),
        (3, "20260321"),
        (4, "2026年3月21日"),
        (5, "二〇二六年三月二十一日"),
    ],
)
def test_a_day_has_six_spellings(nth: int, text: str) -> None:
    frame = pl.DataFrame({"day": [date(2026, 3, 21)], "nth": [nth]})

    assert frame.select(spelt(pl.col("day"), pl.col("nth"))).item() == text


def test_the_check_sign_is_that_of_the_standard() -> None:
    # A number of the standard's own annex.
    known = "91350100M000100Y43"

    assert with_check_sign(pl.Series([known[:17]])).to_list() == [known]


def test_every_trap_is_numbered() -> None:
    assert all(name.startswith("T") and name[1:].isdecimal() for name in TRAPS)
