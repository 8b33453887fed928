"""What is odd about the rosters is told again whenever one of them changes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.file_city import FileCity

from hub.flow import tables
from hub.flow.house import House, open_house
from hub.flow.link import link
from hub.flow.run import Window, run_partner
from hub.settings import Settings

NOW = datetime(2026, 10, 3, tzinfo=UTC)
STAFF = """
[partner]
id = "staff"
title = "西区 名册"
timezone = "Asia/Shanghai"

[source]
connector = "files"
folder = "env:DISTRICT_DROP"

[[feed]]
name = "people"
dataset = "person"
mode = "snapshot"
key = ["工号"]
as_of = { file = '_(\\d{8})\\.csv$', format = "%Y%m%d" }
read = { files = "people_*.csv" }

[feed.columns]
person_name = "姓名"
mobile = "手机"
employment_code = { value = "ENFORCEMENT" }
is_active = { value = true }
valid_from_on = { value = "2026-01-01" }
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    city = FileCity.made_in(tmp_path)
    (tmp_path / "city" / "partners" / "staff.toml").write_text(STAFF, "utf-8")
    return open_house(
        Settings(
            home=city.home,
            city=str(tmp_path / "city"),
            now=NOW,
            environment={"DISTRICT_DROP": str(tmp_path / "drop")},
        )
    )


def _take(house: House, folder: Path, day: str, *rows: str) -> list[tuple[str, str]]:
    """Deliver a list and link; dataset and rule of what is odd then."""
    text = "\n".join(["工号,姓名,手机", *rows, ""])
    (folder / "drop" / f"people_{day}.csv").write_text(text, encoding="utf-8")
    run_partner(house, house.city.partners["staff"], Window())
    link(house)
    found = tables.roster_finding_table(house.lake).read()
    return found.select("dataset", "rule").rows()


def test_two_people_with_one_number_are_told_until_it_is_corrected(
    house: House, tmp_path: Path
) -> None:
    rows = ("1,张三,19900000001", "2,李四,19900000001")
    assert _take(house, tmp_path, "20261001", *rows) == [("person", "K19")] * 2

    rows = ("1,张三,19900000001", "2,李四,19900000002")
    assert _take(house, tmp_path, "20261002", *rows) == []


def test_the_same_list_again_writes_nothing(house: House, tmp_path: Path) -> None:
    rows = ("1,张三,19900000001", "2,李四,19900000001")
    _take(house, tmp_path, "20261001", *rows)
    table = tables.roster_finding_table(house.lake)
    before = table.version()

    _take(house, tmp_path, "20261002", *rows)

    assert table.version() == before
