"""The files that the roster office drops."""

from __future__ import annotations

from pathlib import Path

import fastexcel
import polars as pl

from hub.demo.roster import (
    MISSING,
    REPLACED,
    SUM_LINE,
    UNKNOWN_TITLE,
    VACANT,
    areas,
    in_time,
    is_late,
    orgs,
    posts,
    staff,
)
from hub.demo.roster_files import drop_day
from hub.demo.surroundings import Surroundings


def _code(around: Surroundings, place: int) -> str:
    return str(around.streets["street_code"][place])


def test_the_same_day_makes_the_same_bytes(
    tmp_path: Path, around: Surroundings
) -> None:
    first = {p.name: p.read_bytes() for p in drop_day(tmp_path, around.streets, 1)}
    times = {p.name: p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    again = {p.name: p.read_bytes() for p in drop_day(tmp_path, around.streets, 1)}

    assert again == first
    assert {p.name: p.stat().st_mtime_ns for p in tmp_path.iterdir()} == times


def test_one_listing_of_the_first_day_comes_with_the_second(
    tmp_path: Path, around: Surroundings
) -> None:
    first = {path.name for path in drop_day(tmp_path, around.streets, 1)}
    second = {path.name for path in drop_day(tmp_path, around.streets, 2)}

    assert not any(name.startswith("hanyang") for name in first)
    assert {name for name in second if name.startswith("hanyang")} == {
        "hanyang_areas_20260930.csv",
        "hanyang_areas_20261001.csv",
    }


def test_lists_are_in_the_encoding_of_the_offices(
    tmp_path: Path, around: Surroundings
) -> None:
    drop_day(tmp_path, around.streets, 1)

    text = (tmp_path / "areas_20260930.csv").read_bytes().decode("gb18030")

    assert text.splitlines()[1].startswith("ZRQ420102002,大智街道责任区,片区,在用,是")
    assert text.count("POLYGON((") == 35


def test_sheets_have_titles_above_the_header_and_a_sum_below(
    tmp_path: Path, around: Surroundings
) -> None:
    drop_day(tmp_path, around.streets, 1)

    sheet = fastexcel.read_excel(tmp_path / "posts_20260930.xlsx")
    cells = sheet.load_sheet(0, header_row=None, dtypes="string").to_polars()

    assert cells.row(0)[0] == "武汉市路长制任职名册"
    assert cells.row(2)[:4] == ("任职编号", "工号", "姓名", "职务")
    assert cells.row(-1)[0] == SUM_LINE


def test_second_day_lacks_a_person_and_replaces_a_chief(around: Surroundings) -> None:
    gone = f"LD{_code(around, MISSING)}2"
    fresh = f"LZ{_code(around, REPLACED)}B"

    before, after = (set(staff(around.streets, day)["工号"]) for day in (1, 2))

    assert before - after == {gone}
    assert after - before == {fresh}
    old, new = (set(posts(around.streets, day)["任职编号"]) for day in (1, 2))
    post = f"P-LZ-{_code(around, REPLACED)}"
    assert old - new == {post, f"P-LD-{_code(around, MISSING)}-2"}
    assert new - old == {f"{post}-2"}


def test_later_days_say_what_the_second_said(around: Surroundings) -> None:
    assert posts(around.streets, 2).equals(posts(around.streets, 17))
    assert staff(around.streets, 2).equals(staff(around.streets, 17))


def test_posts_are_held_by_people_on_the_list(around: Surroundings) -> None:
    for day in (1, 2):
        listed = posts(around.streets, day).filter(pl.col("任职编号") != SUM_LINE)
        assert set(listed["工号"]) <= set(staff(around.streets, day)["工号"])
        assert listed["任职编号"].is_unique().all()
        assert listed.filter(pl.col("职务") == UNKNOWN_TITLE).height == 1


def test_one_area_has_no_chief(around: Surroundings) -> None:
    listed = posts(around.streets, 2).filter(pl.col("职务") == "路长")

    missing = set(around.streets["area_no"]) - set(listed["对象编号"])

    assert missing == {f"ZRQ{_code(around, VACANT)}"}


def test_people_have_names_and_numbers_of_their_own(around: Surroundings) -> None:
    people = staff(around.streets, 2)

    assert people["手机"].is_unique().all()
    assert people["手机"].str.contains(r"^199\d{8}$").all()
    assert people["姓名"].str.len_chars().unique().to_list() == [3]


def test_every_unit_named_anywhere_is_listed(around: Surroundings) -> None:
    known = set(orgs(around.streets)["单位编号"])

    assert set(staff(around.streets, 1)["单位编号"]) <= known
    assert set(areas(around.streets)["主管单位"]) <= known
    assert len(in_time(around.streets)) + len(is_late(around.streets)) == 40
