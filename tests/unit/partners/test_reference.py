"""Reference data: canonical columns in, canonical frames out, strictly."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from hub.errors import DeclarationError
from hub.partners.loader import load_city
from hub.schemas import dataset

LIMITS = (
    "category_system_code,category_kind_code,category_code,step_code,limit_value,"
    "limit_type_code,limit_minutes,valid_from_on\n"
    "GBT30428.2-2013,MATTER,0110,HANDLING,4,WORK_HOUR,240,2021-08-31\n"
)


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(DeclarationError) as caught:
        load_city(folder)
    return [line.removeprefix("  - ") for line in str(caught.value).splitlines()[1:-1]]


def append(folder: Path, name: str, row: str) -> None:
    path = folder / name
    path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")


@pytest.mark.parametrize(
    "name",
    [
        "division",
        "assessment_unit",
        "assessment_unit_member",
        "category",
        "category_map",
        "time_limit",
    ],
)
def test_frames_have_the_columns_and_types_of_the_model(small_city, name):
    frame = small_city.reference(name)

    wanted = {column.name: column.dtype for column in dataset(name).columns}
    assert {**frame.schema} == {
        **wanted,
        "partner": pl.String(),
        "source_id": pl.String(),
    }
    assert set(frame["partner"]) <= {"HUB"}
    assert frame["source_id"].null_count() == 0


def test_every_street_becomes_a_unit_below_its_own(small_city):
    units = small_city.reference("assessment_unit").filter(level_code="STREET_UNIT")
    members = small_city.reference("assessment_unit_member")

    assert units.select(
        "unit_code", "unit_name", "group_code", "parent_unit_code", "valid_to_on"
    ).rows() == [
        ("AU-420104001", "易家街道", None, "AU-420104", None),
        ("AU-420104002", "韩家墩街道", None, "AU-420104", date(2023, 1, 1)),
    ]
    assert members.filter(unit_code="AU-420104002").select(
        "member_kind_code", "member_id", "valid_from_on", "valid_to_on"
    ).rows() == [("DIVISION", "420104002", date(2021, 8, 31), date(2023, 1, 1))]


def test_a_street_unit_of_the_city_itself_is_left_alone(city_folder):
    append(
        city_folder,
        "assessment_unit.csv",
        "AU-420104001,易家,STREET_UNIT,CLASS_1,2022-01-01,\n",
    )

    units = load_city(city_folder).reference("assessment_unit")

    found = units.filter(unit_code="AU-420104001").select("unit_name", "group_code")
    assert found.rows() == [("易家", "CLASS_1")]


def test_no_street_units_unless_the_city_says_so(city_folder):
    toml = city_folder / "city.toml"
    toml.write_text(toml.read_text().replace("street_units = true", ""))

    units = load_city(city_folder).reference("assessment_unit")

    assert units["unit_code"].to_list() == ["AU-420104"]


def test_national_lists_come_first_and_own_codes_after(city_folder):
    (city_folder / "category.csv").write_text(
        "system_code,kind_code,category_code,major_code,category_name,is_extension,is_derived\n"
        "LOCAL-qiaokou,MATTER,200102,20,暴露垃圾,false,false\n"
    )

    categories = load_city(city_folder).reference("category")

    assert categories.height == 403 + 17 + 27 + 1
    assert categories["source_id"][-1] == "LOCAL-qiaokou:MATTER:200102"
    extension = categories.filter(category_code="0198", kind_code="MATTER")
    assert extension["is_extension"].to_list() == [True]


def test_a_limit_gets_the_identifier_that_every_row_gets(city_folder):
    (city_folder / "time_limit.csv").write_text(LIMITS)

    limits = load_city(city_folder).reference("time_limit")

    source_id = "GBT30428.2-2013:MATTER:0110:HANDLING::"
    expected = sha256(f"time_limit\u241fHUB\u241f{source_id}".encode()).hexdigest()[:32]
    assert limits.select("source_id", "time_limit_id", "limit_value").rows() == [
        (source_id, expected, 4)
    ]


@pytest.mark.parametrize(
    ("name", "row", "expected"),
    [
        (
            "division.csv",
            "420104003,x,STREET,STREET,420104,2000-13-01\n",
            ["division.csv → valid_from_on: cannot be read in row 7"],
        ),
        (
            "division.csv",
            "420104003,,STREET,STREET,420104,2000-01-01\n",
            ["division.csv → division_name: is empty in row 7"],
        ),
        (
            "division.csv",
            "420104001,x,STREET,STREET,420104,2000-01-01\n",
            ["division.csv: the same key stands twice in row 7"],
        ),
        (
            "division.csv",
            "42010401,x,STREET,STREET,420104,2000-01-01\n",
            [
                "division.csv → division_code: does not fit the pattern of STREET in "
                "row 7"
            ],
        ),
        (
            "division.csv",
            "420104003,x,STREET,STREET,420105,2000-01-01\n",
            ["division.csv → parent_code: names no division one level up in row 7"],
        ),
        (
            "division.csv",
            "420104003,x,STREET,STREET,420100,2000-01-01\n",
            ["division.csv → parent_code: names no division one level up in row 7"],
        ),
        (
            "assessment_unit.csv",
            "AU-1,x,DISTRICT_UNT,,2021-08-31,\n",
            [
                "assessment_unit.csv → level_code: holds a code that is not in "
                "UNIT_LEVEL "
                "in row 3; allowed: DISTRICT_UNIT, STREET_UNIT"
            ],
        ),
        (
            "assessment_unit_member.csv",
            "AU-9,DIVISION,420104001,likely,2021-08-31,\n",
            [
                "assessment_unit_member.csv → unit_code: names no assessment unit in "
                "row 4"
            ],
        ),
        (
            "assessment_unit_member.csv",
            "AU-420104,DIVISION,420104009,likely,2021-08-31,\n",
            ["assessment_unit_member.csv → member_id: names no division in row 4"],
        ),
    ],
)
def test_a_wrong_row_is_named_by_number(city_folder, name, row, expected):
    toml = city_folder / "city.toml"
    toml.write_text(toml.read_text().replace("street_units = true", ""))
    append(city_folder, name, row)

    assert problems_of(city_folder) == expected


def test_unknown_and_missing_columns_are_named(city_folder):
    path = city_folder / "division.csv"
    path.write_text(path.read_text().replace("division_name", "name", 1))

    assert problems_of(city_folder) == [
        'division.csv: unknown column "name"; allowed: division_code, division_name, '
        "kind_code, level_code, parent_code, urban_rural_code, valid_from_on, "
        "valid_to_on",
        'division.csv: column "division_name" is missing',
    ]


def test_a_file_that_is_no_utf8_is_refused(city_folder):
    (city_folder / "category_map.csv").write_bytes("甲,乙\n丙,丁\n".encode("gb18030"))

    assert problems_of(city_folder) == [
        "category_map.csv: is not a CSV in UTF-8 with one header row"
    ]


def test_many_wrong_rows_are_counted_not_listed(city_folder):
    rows = "".join(f"42010{i},x,DISTRICT,DISTRICT,420100,x\n" for i in range(5, 13))
    append(city_folder, "division.csv", rows)

    assert problems_of(city_folder) == [
        "division.csv → valid_from_on: cannot be read in rows 7, 8, 9, 10, 11 and 3 "
        "more"
    ]
