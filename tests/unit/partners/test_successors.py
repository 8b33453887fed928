"""The table of successors: read like every other file of a city, and as strictly."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hub.errors import DeclarationError
from hub.partners.loader import load_city
from hub.partners.succession import Successor

HEAD = "division_code,successor_code,from_on,note\n"
STREET = "420104001"
OLD, NEW, OTHER = f"{STREET}002", f"{STREET}003", f"{STREET}004"
MORE = f"""\
{OLD},乙村,COMMUNITY,VILLAGE_COMMITTEE,{STREET},2000-01-01,2026-07-01
{NEW},乙社区,COMMUNITY,RESIDENTS_COMMITTEE,{STREET},2026-07-01,
{OTHER},丙社区,COMMUNITY,RESIDENTS_COMMITTEE,{STREET},2026-08-01,
"""


@pytest.fixture
def folder(city_folder: Path) -> Path:
    path = city_folder / "division.csv"
    lines = path.read_text("utf-8").splitlines()
    ended = [f"{lines[0]},valid_to_on", *(f"{line}," for line in lines[1:])]
    text = "\n".join(ended) + "\n" + MORE
    path.write_text(text, "utf-8")
    return city_folder


def write(folder: Path, *rows: str) -> Path:
    path = folder / "division_successor.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), "utf-8")
    return folder


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(DeclarationError) as caught:
        load_city(folder)
    return [line.removeprefix("  - ") for line in str(caught.value).splitlines()[1:-1]]


def test_a_city_without_the_file_has_no_successors(folder: Path) -> None:
    city = load_city(folder)

    assert city.successors == ()
    assert city.succession.is_empty


def test_the_file_is_read_and_is_part_of_what_the_city_says(folder: Path) -> None:
    before = load_city(folder).digest()

    city = load_city(write(folder, f"{OLD},{NEW},2026-07-01,村改居"))

    assert city.successors == (Successor(OLD, NEW, date(2026, 7, 1), "村改居"),)
    assert city.successor_table.rows() == [(OLD, NEW, date(2026, 7, 1), "村改居")]
    assert city.digest() != before


def test_a_split_and_a_merger_are_several_rows(folder: Path) -> None:
    rows = (f"{OLD},{NEW},2026-07-01,", f"{OLD},{STREET}001,2026-07-01,并入甲社区")

    found = load_city(write(folder, *rows)).successors

    assert [(one.successor_code, one.note) for one in found] == [
        (NEW, None),
        (f"{STREET}001", "并入甲社区"),
    ]


AT = "division_successor.csv"
ENDED = (
    f"{AT} → from_on: is not the day on which the division ended in row 2; its "
    "valid_to_on in division.csv is the first day without it"
)
HOLDS = (
    f"{AT} → from_on: is a day on which the successor does not hold in row 2; its "
    "version in division.csv begins on this day or before"
)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (f"{OLD},,2026-07-01,", [f"{AT} → successor_code: is empty in row 2"]),
        (f"{OLD},{NEW},1.7.2026,", [f"{AT} → from_on: cannot be read in row 2"]),
        (
            f"{STREET}999,{STREET}998,2026-07-01,",
            [
                f"{AT} → division_code: names no division in row 2",
                f"{AT} → successor_code: names no division in row 2",
            ],
        ),
        (
            f"{OLD},{STREET},2026-07-01,",
            [f"{AT} → successor_code: is a division of another level in row 2"],
        ),
        (f"{OLD},{NEW},2026-07-02,", [ENDED]),
        (f"{STREET}001,{NEW},2026-07-01,", [ENDED]),  # that one holds for ever
        (f"{OLD},{OTHER},2026-07-01,", [HOLDS]),
        (
            f"{OLD},{OLD},2026-07-01,",
            [f"{AT} → successor_code: leads back to the division that ended in row 2"],
        ),
    ],
)
def test_a_wrong_row_is_named(folder: Path, row: str, expected: list[str]) -> None:
    assert problems_of(write(folder, row)) == expected


def test_a_circle_is_named_once_whatever_leads_into_it(folder: Path) -> None:
    rows = [f"{OLD},{NEW},2026-07-01,", f"{NEW},{OLD},2026-07-01,"]

    assert problems_of(write(folder, *rows)) == [
        f"{AT} → successor_code: leads back to the division that ended in rows 2, 3"
    ]


def test_everything_is_told_in_one_run_beside_the_other_files(folder: Path) -> None:
    path = folder / "division.csv"
    text = path.read_text("utf-8").replace(f"{OTHER},丙社区", f"{OTHER},")
    path.write_text(text, "utf-8")
    rows = [
        f"{OLD},{NEW},2026-07-01,",
        f"{OLD},{NEW},2026-07-01,",
        f"{STREET}999,{NEW},2026-07-01,",
        f"{OLD},{STREET},2026-07-09,",
    ]

    found = problems_of(write(folder, *rows))

    assert found == [
        "division.csv → division_name: is empty in row 9",
        f"{AT}: says the same twice in row 3",
        f"{AT} → division_code: names no division in row 4",
        f"{AT} → successor_code: is a division of another level in row 5",
        ENDED.replace("row 2", "row 5"),
    ]


def test_unknown_and_missing_columns_are_named(folder: Path) -> None:
    path = folder / "division_successor.csv"
    path.write_text(f"division_code,承接,from_on\n{OLD},{NEW},2026-07-01\n")

    assert problems_of(folder) == [
        f'{AT}: unknown column "承接"; allowed: division_code, from_on, note, '
        "successor_code",
        f'{AT}: column "successor_code" is missing',
    ]
