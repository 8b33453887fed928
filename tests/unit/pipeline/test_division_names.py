"""A division is found from its name, its place and its day, or not at all (T41)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from hub.partners.spec import Column, Emit
from hub.pipeline.division_names import comparable, division_forms, read_divisions
from hub.schemas import dataset

DIVISIONS = pl.DataFrame(
    [
        ("420100", "武汉市", "CITY", None, date(2000, 1, 1), None),
        ("420104", "硚口区", "DISTRICT", "420100", date(2000, 1, 1), None),
        ("420117", "新洲区", "DISTRICT", "420100", date(2000, 1, 1), None),
        ("420104001", "汉正街街道", "STREET", "420104", date(2000, 1, 1), None),
        ("420104002", "汉正街", "STREET", "420104", date(2000, 1, 1), None),
        ("420104003", "旧街街道", "STREET", "420104", date(2000, 1, 1), None),
        ("420117003", "旧街街道", "STREET", "420117", date(2000, 1, 1), None),
        (
            *("420117004", "李集镇", "STREET", "420117"),
            *(date(2000, 1, 1), date(2026, 7, 1)),
        ),
        ("420117005", "李集街道", "STREET", "420117", date(2026, 7, 1), None),
        (
            "420117005001",
            "红光村委会",
            "COMMUNITY",
            "420117005",
            date(2026, 7, 1),
            None,
        ),
    ],
    schema={
        "division_code": pl.String,
        "division_name": pl.String,
        "level_code": pl.String,
        "parent_code": pl.String,
        "valid_from_on": pl.Date,
        "valid_to_on": pl.Date,
    },
    orient="row",
)


def named(**more: str) -> Column:
    return Column(field="x", ref="division", by="division_name", **more)


def found(
    names: list[str | None], *, name: str = "issue", day: int = 2, **columns: Column
) -> dict[str, list[str | None]]:
    emit = Emit(dataset=name, columns=columns)
    instant = datetime(2026, 7, day, tzinfo=UTC)
    made = pl.DataFrame(
        dict.fromkeys(columns, names),
        schema=dict.fromkeys(columns, pl.String),
    ).with_columns(version_at=pl.lit(instant))
    read = read_divisions(
        made,
        dataset(name),
        emit,
        forms=division_forms(DIVISIONS),
        zone="Asia/Shanghai",
    )
    for column, cells in read.items():
        ((rule, lost),) = cells.faults
        assert rule == "F26"
        told = made[column].is_not_null() & cells.values.is_null()
        assert lost.to_list() == told.to_list()
    return {column: cells.values.to_list() for column, cells in read.items()}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("汉正街", "420104002"),  # written out, it is nobody else's
        ("汉正街街道", "420104001"),
        ("汉正", None),  # short for either
        ("旧街", None),
        ("新洲区旧街", "420117003"),
        ("武汉市新洲区（旧街）", "420117003"),
        ("李集街道", "420117005"),
        ("李集", "420117005"),
        ("420117005", None),
        ("街道", None),
        (None, None),
    ],
)
def test_a_name_is_one_division_or_none(written: str | None, code: str | None) -> None:
    assert found([written], street_code=named()) == {"street_code": [code]}


def test_the_day_decides_between_versions() -> None:
    before = datetime(2026, 6, 30, 15, 59, tzinfo=UTC)
    made = pl.DataFrame(
        {
            "street_code": ["李集镇", "李集镇", "李集街"],
            "reported_at": [before, datetime(2026, 6, 30, 16, tzinfo=UTC), before],
        }
    ).with_columns(version_at=pl.lit(datetime(2026, 8, 1, tzinfo=UTC)))

    read = read_divisions(
        made,
        dataset("issue"),
        Emit(dataset="issue", columns={"street_code": named()}),
        forms=division_forms(DIVISIONS),
        zone="Asia/Shanghai",
    )

    assert read["street_code"].values.to_list() == ["420117004", None, None]


def test_a_level_found_by_name_bounds_the_next() -> None:
    emit = Emit(
        dataset="issue",
        columns={
            "district_code": named(),
            "street_code": named(within="district_code"),
            "community_code": named(within="street_code"),
        },
    )
    made = pl.DataFrame(
        {
            "district_code": ["桥口区", "新洲区"],
            "street_code": ["旧街", "李集街"],
            "community_code": [None, "红光村"],
        }
    ).with_columns(version_at=pl.lit(datetime(2026, 8, 1, tzinfo=UTC)))

    read = read_divisions(
        made,
        dataset("issue"),
        emit,
        forms=division_forms(DIVISIONS),
        zone="Asia/Shanghai",
    )

    assert {name: cells.values.to_list() for name, cells in read.items()} == {
        "district_code": ["420104", "420117"],
        "street_code": ["420104003", "420117005"],
        "community_code": [None, "420117005001"],
    }


def test_a_column_of_no_level_takes_a_division_of_any() -> None:
    assert found(["新洲区", "李集街", "红光村"], name="org", division_code=named()) == {
        "division_code": ["420117", "420117005", "420117005001"]
    }


def test_no_rows_are_no_codes() -> None:
    assert found([], street_code=named()) == {"street_code": []}


def test_brackets_widths_blanks_case_and_script_are_one() -> None:
    told = comparable(pl.Series(["Ａ區 （橋口）", "a区[硚口]", None, "—"]))

    assert told.to_list() == ["a区桥口", "a区桥口", None, None]


def test_a_name_written_out_elsewhere_takes_none_from_the_own_district() -> None:
    there = Column(field="x", ref="division", by="division_name", within="420117")
    emit = Emit(dataset="issue", columns={"street_code": there})
    made = pl.DataFrame(
        {
            "street_code": ["旧街", "汉正街"],
            "version_at": [datetime(2026, 7, 2, tzinfo=UTC)] * 2,
        }
    )
    # A street of another district is called 旧街 in full.
    other = DIVISIONS.filter(division_code="420104002").with_columns(
        division_name=pl.lit("旧街")
    )

    read = read_divisions(
        made,
        dataset("issue"),
        emit,
        forms=division_forms(pl.concat([DIVISIONS, other])),
        zone="Asia/Shanghai",
    )

    assert read["street_code"].values.to_list() == ["420117003", None]
