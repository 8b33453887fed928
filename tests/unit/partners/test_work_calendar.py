"""Working days of a city: the official notices, and years that have none yet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from hub.errors import DeclarationError
from hub.partners.loader import load_city
from hub.partners.work_calendar import work_calendar
from hub.schemas import dataset

SHIFTS = ("08:00-12:00", "14:00-18:00")
TABLE = '\n[calendar]\nholidays = "{}"\nshifts = ["08:00-12:00", "14:00-18:00"]\n'


def of_china(*years: int) -> pl.DataFrame:
    return work_calendar("WUHAN", "CN", SHIFTS, years=range(years[0], years[-1] + 1))


def days(frame: pl.DataFrame, kind: str) -> list[date]:
    return frame.filter(pl.col("day_kind_code") == kind)["day_on"].to_list()


def test_working_weekends_of_2026_are_those_of_the_notice() -> None:
    """国办发明电〔2025〕7号."""
    months = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]

    made_up = of_china(2026).filter(pl.col("day_kind_code") == "MAKEUP")

    assert made_up["day_on"].to_list() == [date(2026, m, d) for m, d in months]
    assert made_up["is_workday"].all()
    assert made_up["shifts"].unique().to_list() == ["08:00-12:00,14:00-18:00"]


def test_the_first_week_of_october_2026_is_free() -> None:
    week = of_china(2026).filter(
        pl.col("day_on").is_between(date(2026, 10, 1), date(2026, 10, 8))
    )

    assert week["is_workday"].to_list() == [False] * 7 + [True]
    assert week["shifts"].null_count() == 7


@pytest.mark.parametrize(
    ("year", "worked"),
    [(2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)],
)
def test_the_year_has_as_many_working_days_as_announced(year: int, worked: int) -> None:
    assert of_china(year)["is_workday"].sum() == worked


def test_a_year_without_a_notice_is_an_estimate() -> None:
    frame = of_china(2026, 2045)

    final = frame.filter("is_final")
    assert final["day_on"].max() == date(2026, 12, 31)
    assert final["notice_ref"].unique().to_list() == [
        "国务院办公厅关于2026年部分节假日安排的通知"
    ]
    assert frame.filter(~pl.col("is_final"))["notice_ref"].null_count() == 365 * 19 + 5
    assert date(2045, 10, 1) in days(frame, "HOLIDAY")


def test_every_day_is_there_once_and_keeps_the_rules_of_the_dataset() -> None:
    frame = of_china(2021, 2027)

    assert len(frame) == frame["day_on"].n_unique() == 7 * 365 + 1
    names = [column.name for column in dataset("work_calendar").columns]
    assert frame.columns == [*names, "partner", "source_id"]
    worked = frame["day_kind_code"].is_in(["NORMAL", "MAKEUP"])
    assert (worked == frame["is_workday"]).all()
    assert (frame["shifts"].is_not_null() == frame["is_workday"]).all()


def test_other_countries_have_holidays_and_no_notices() -> None:
    frame = work_calendar("BOSTON", "US", SHIFTS, years=range(2026, 2028))

    assert date(2026, 7, 3) in days(frame, "HOLIDAY")  # the 4th is a Saturday
    assert frame["is_final"].all()
    assert frame["notice_ref"].null_count() == len(frame)


def test_a_city_has_the_calendar_it_asks_for(city_folder: Path) -> None:
    assert load_city(city_folder).work_calendar(2026).is_empty()
    path = city_folder / "city.toml"
    path.write_text(path.read_text() + TABLE.format("CN"))

    frame = load_city(city_folder).work_calendar(2026)

    assert frame["day_on"].min() == date(2021, 1, 1)
    assert frame["day_on"].max() == date(2027, 12, 31)
    assert frame["source_id"][0] == "WUHAN:2021-01-01"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"CN"', '"XX"', "calendar → holidays"),
        ('"CN"', '"China"', "calendar → holidays"),
        ('"08:00-12:00"', '"8-12"', "calendar → shifts"),
        ('"08:00-12:00"', '"08:00-15:00"', "calendar → shifts"),
        ('"14:00-18:00"', '"14:00-14:00"', "calendar → shifts"),
        ('"14:00-18:00"', '"18:00-14:00"', "calendar → shifts"),
        ("shifts", "shift", "calendar"),
    ],
)
def test_a_calendar_that_cannot_be_made_is_refused(
    city_folder: Path, old: str, new: str, said: str
) -> None:
    path = city_folder / "city.toml"
    path.write_text(path.read_text() + TABLE.format("CN").replace(old, new))

    with pytest.raises(DeclarationError) as caught:
        load_city(city_folder)

    assert said in str(caught.value)


def test_wuhan_works_by_the_national_calendar() -> None:
    city = load_city("wuhan")

    frame = city.work_calendar(2026)

    assert frame["calendar_code"].unique().to_list() == [city.calendar]
    assert frame["is_final"].sum() == 6 * 365 + 1


def test_a_city_says_how_its_deadlines_are_worked_out(city_folder: Path) -> None:
    assert load_city(city_folder).limits.started_by("HANDLING") == ("dispatched_at",)
    path = city_folder / "city.toml"
    own = '\n[limits]\nwork_day = "DAY_END"\nstarts.CHECK = ["handled_at"]\n'
    path.write_text(path.read_text() + own)

    limits = load_city(city_folder).limits

    assert (limits.counts, limits.work_day) == ("SOURCE", "DAY_END")
    assert limits.started_by("CHECK") == ("handled_at",)
    assert limits.started_by("REGISTER") == ("accepted_at", "reported_at")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('counts = "BOTH"', "limits → counts"),
        ("starts.HANDLING = []", "limits → starts → HANDLING"),
        ('starts.HANDLING = ["closed_at"]', "limits → starts → HANDLING"),
        ('starts.NAMED = ["closed_at"]', "limits → starts → NAMED"),
    ],
)
def test_a_limit_setting_that_nobody_knows_is_refused(
    city_folder: Path, line: str, said: str
) -> None:
    path = city_folder / "city.toml"
    path.write_text(f"{path.read_text()}\n[limits]\n{line}\n")

    with pytest.raises(DeclarationError) as caught:
        load_city(city_folder)

    assert said in str(caught.value)
