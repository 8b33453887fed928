"""One row of a sheet, an area with its three road chiefs: seven facts (dialect 5)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from support.file_city import FileCity

from hub.flow import tables
from hub.flow.house import House, open_house
from hub.flow.run import Window, run_partner
from hub.schemas import dataset
from hub.settings import Settings

NOW = datetime(2026, 10, 3, tzinfo=UTC)
LEVELS = ("总路长", "一级路长", "二级路长")
HEAD = """
[partner]
id = "wide"
title = "西区 路长信息表"
timezone = "Asia/Shanghai"

[source]
connector = "files"
folder = "env:DISTRICT_DROP"

[[feed]]
name = "chiefs"
mode = "snapshot"
key = ["责任区编号"]
as_of = { file = '_(\\d{8})\\.xlsx$', format = "%Y%m%d" }
deletes = { kind = "snapshot" }
ignore = ["序号", "备注"]
read = { files = "chiefs_*.xlsx" }
expect = { max_quarantined_share = 0.05 }   # sums and notes are no failed rows

[[feed.emit]]
dataset = "area"

[feed.emit.columns]
area_name = "责任区"
area_kind_code = { value = "ZONE" }
status_code = { value = "ACTIVE" }
is_required = { value = true }
street_code = "街道代码"

[[feed.emit]]
dataset = "person"
explode = "巡查员"
split = ["、", "，"]
key = ["../责任区编号", "#text"]

[feed.emit.columns]
person_name = "#text"
employment_code = { value = "ASSISTANT" }
is_active = { value = true }
"""
LEVEL = """
[[feed.emit]]
dataset = "person"
key = ["{0}.电话"]
when = "\\"{0}.姓名\\" <> ''"

[feed.emit.columns]
person_name = "{0}.姓名"
mobile = "{0}.电话"
employment_code = {{ value = "ENFORCEMENT" }}
is_active = {{ value = true }}

[[feed.emit]]
dataset = "assignment"
part = {{ value = "{0}" }}
when = "\\"{0}.姓名\\" <> ''"

[feed.emit.columns]
person_id = {{ field = "{0}.电话", ref = "person" }}
role_code = {{ value = "{1}" }}
role_source_name = {{ value = "{0}" }}
target_kind_code = {{ value = "AREA" }}
target_id = {{ field = "责任区编号", ref = "area" }}
is_primary = {{ value = {2} }}
"""
ROLES = (
    ("总路长", "CO_GOVERN", "false"),
    ("一级路长", "CO_GOVERN", "false"),
    ("二级路长", "ROAD_CHIEF", "true"),
)


def row(number: int, *chiefs: str, street: str | None = None) -> list[Any]:
    told: list[Any] = [number, street, f"W{number:03}", f"{number}号片区"]
    for at, chief in enumerate(chiefs):
        told += [chief or None, f"1380000{number}00{at}" if chief else None]
    return told


def deliver(city: FileCity, day: str, rows: list[list[Any]]) -> None:
    """A sheet with a title, a header of two rows, a merged street and a foot."""
    path = city.folder / "drop" / f"chiefs_{day}.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("三街")
        sheet.merge_range(0, 1, 0, 11, "路长信息表")
        alone = ("序号", "街道代码", "责任区编号", "责任区")
        for at, title in enumerate(alone, start=1):
            sheet.merge_range(1, at, 2, at, title)
        for at, level in enumerate(LEVELS):
            sheet.merge_range(1, 5 + 2 * at, 1, 6 + 2 * at, level)
            sheet.write_row(2, 5 + 2 * at, ["姓名", "电话"])
        sheet.merge_range(1, 11, 2, 11, "巡查员")
        for at, told in enumerate(rows):
            sheet.write_row(3 + at, 1, told)
        sheet.merge_range(3, 2, 2 + len(rows), 2, "420103001")
        sheet.write_row(3 + len(rows), 1, ["合计", None, len(rows)])
        sheet.write(4 + len(rows), 1, "注：电话为工作电话")
        sheet.set_row(4, None, None, {"hidden": True})


def house_over(city: FileCity) -> House:
    text = HEAD + "".join(LEVEL.format(*role) for role in ROLES)
    (city.folder / "city" / "partners" / "wide.toml").write_text(text, "utf-8")
    return open_house(
        Settings(
            home=city.home,
            city=str(city.folder / "city"),
            now=NOW,
            environment={"DISTRICT_DROP": str(city.folder / "drop")},
        )
    )


def test_a_wide_row_becomes_an_area_three_people_and_three_posts(
    tmp_path: Path,
) -> None:
    city = FileCity.made_in(tmp_path)
    deliver(
        city,
        "20261001",
        [
            [*row(1, "张三", "李四", "王五"), "赵一、钱二，孙三"],
            [*row(2, "张甲", "", "王乙"), None],
        ],
    )
    house = house_over(city)

    (batch,) = run_partner(house, house.city.partners["wide"], Window())

    assert batch.state == "merged"
    assert (batch.received, batch.accepted, batch.quarantined) == (4, 2, 2)
    core = {
        name: tables.core_table(house.lake, dataset(name)).read()
        for name in ("area", "person", "assignment")
    }
    assert {name: len(rows) for name, rows in core.items()} == {
        "area": 2,
        "person": 5 + 3,
        "assignment": 5,
    }
    assert core["area"]["street_code"].unique().to_list() == ["420103001"]
    posts = core["assignment"].filter(pl.col("role_code") == "ROAD_CHIEF")
    assert sorted(posts["source_id"]) == ["W001#二级路长", "W002#二级路长"]
    assert set(posts["target_id"]) <= set(core["area"]["area_id"])
    assert set(posts["person_id"]) <= set(core["person"]["person_id"])


def test_sums_notes_and_hidden_rows_are_told_apart(tmp_path: Path) -> None:
    city = FileCity.made_in(tmp_path)
    deliver(city, "20261001", [row(1, "张三", "", ""), row(2, "李四", "", "")])
    house = house_over(city)

    (batch,) = run_partner(house, house.city.partners["wide"], Window())

    found = tables.finding_table(house.lake, "wide").read()
    told = found.filter(pl.col("rule").is_in(["P28", "P29"])).sort("row")
    assert batch.quarantined == 2
    assert told.select("row", "rule", "severity").rows() == [
        (4, "P29", "warn"),
        (5, "P28", "reject"),
        (6, "P28", "reject"),
    ]


def test_a_row_that_left_the_sheet_ends_its_posts_in_spite_of_a_sum_line(
    tmp_path: Path,
) -> None:
    city = FileCity.made_in(tmp_path)
    rows = [row(n, "张三", "", "王五") for n in range(1, 4)]
    deliver(city, "20261001", rows)
    deliver(city, "20261002", rows[:2])
    house = house_over(city)

    run_partner(house, house.city.partners["wide"], Window())

    posts = tables.core_table(house.lake, dataset("assignment")).read()
    gone = posts.filter(pl.col("end_on") == date(2026, 10, 2))
    assert sorted(gone["source_id"]) == ["W003#二级路长", "W003#总路长"]
