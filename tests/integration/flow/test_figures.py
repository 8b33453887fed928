"""Figures of a delivered roster: published rows, levels, and the metric tables."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from support.small_city import PLATFORM, ROSTER, sending, small_house, write_city

from hub.flow.figures import (
    KEPT,
    compute,
    explain,
    keep_figures,
    known_at,
    metric_table,
)
from hub.flow.house import House
from hub.flow.link import link
from hub.flow.published import published
from hub.flow.reference_data import publish_reference_data
from hub.flow.release import make_release
from hub.flow.run import Window, run_partner
from hub.metrics.figures import Figures
from hub.schemas import dataset

# The evening of Friday 9 October 2026, a working day; 1 to 7 October are free.
LISTED = datetime(2026, 10, 8, 2, tzinfo=UTC)
NOW = datetime(2026, 10, 9, 12, tzinfo=UTC)
CALENDAR = '\n[calendar]\nholidays = "CN"\nshifts = ["08:00-12:00"]\n'
HERE = "POLYGON((114.3 30.5, 114.4 30.5, 114.4 30.6, 114.3 30.6, 114.3 30.5))"
AREAS = [
    {"id": "A1", "name": "一", "street": "420102001", "boundary": HERE},
    {"id": "A2", "name": "二", "street": "420102002"},
    {"id": "A3", "name": "三", "street": "420103001"},
]
PEOPLE = [
    {
        "id": "P1",
        "name": "甲",
        "area": "A1",
        "since": "2026-01-01",
        "tel": "13900000001",
    },
    {"id": "P3", "name": "丙", "area": "A3", "since": "2026-10-09", "tel": None},
]
CASE = {
    "id": "1",
    "changed": "2026-10-08 12:00:00",
    "category": "0110",
    "street": "420102001",
    "district": "420102",
    "state": "1",
    "reported": "2026-10-08 08:00:00",
    "deadline": "2026-10-09 08:00:00",
    "lon": "114.3051",
    "lat": "30.5931",
    "op": "U",
    "who": "P1",
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a hub with one case and a roster. For copying only."""
    folder = tmp_path_factory.mktemp("filled")
    platform = PLATFORM.replace(
        "media_count = { value = 0 }\n",
        "media_count = { value = 0 }\n"
        'reporter_person_id = { field = "who", ref = "person", partner = "roster" }\n',
        1,
    )
    roster = ROSTER.replace(
        'person_name = "name"', 'person_name = "name"\nmobile = "tel"'
    )
    city = write_city(folder / "city", platform=platform, roster=roster)
    about = city / "city.toml"
    about.write_text(about.read_text() + CALENDAR)
    made = small_house(folder, NOW)
    publish_reference_data(made)
    sent = {
        "areas": [(LISTED, AREAS)],
        "people": [(LISTED, PEOPLE)],
        "cases": [(LISTED, [CASE])],
    }
    served = sending(made, sent)
    for partner in ("roster", "platform"):
        run_partner(served, made.city.partners[partner], Window())
    link(made)
    made.control.close()
    return folder


@pytest.fixture
def house(filled: Path, tmp_path: Path) -> House:
    """A copy of that hub, to go on with."""
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    return small_house(tmp_path, NOW)


def figure(
    found: Figures, metric: str, level: str, code: str | None
) -> tuple[int, int]:
    row = found.figures.filter(
        (pl.col("metric") == metric)
        & (pl.col("period") == "2026-10")
        & (pl.col("level") == level)
        & pl.col("unit_code").eq_missing(pl.lit(code))
    )
    return row.select("numerator", "denominator").row(0)


def test_coverage_of_the_running_month_is_that_of_today(house: House) -> None:
    found = compute(house)

    # A2 has no chief; the chief of A3 has no phone.
    assert figure(found, "area_coverage_rate", "city", None) == (1, 3)
    assert figure(found, "area_coverage_rate", "unit", "AU-E") == (1, 2)
    assert figure(found, "area_coverage_rate", "district", "420103") == (0, 1)
    assert figure(found, "area_coverage_rate", "street", "420102002") == (0, 1)
    reasons = found.evidence.filter(metric="area_coverage_rate")["missed_reason"]
    assert set(reasons.drop_nulls()) == {"NO_CHIEF", "CHIEF_WITHOUT_PHONE"}


def test_days_of_duty_lead_to_the_chief_who_reported(house: House) -> None:
    found = compute(house, metrics=["duty_action_rate"], periods=["2026-10"])

    days = sorted(int(one[-2:]) for one in found.evidence["subject_id"])
    assert days == [8, 9, 9]
    assert figure(found, "duty_action_rate", "city", None) == (1, 3)
    chief = found.evidence.filter("is_numerator")["chief_person_id"].item()
    posts = published(house, dataset("assignment"))
    assert chief in posts["person_id"].to_list()
    assert figure(found, "duty_action_rate", "chief", chief) == (1, 2)


def test_cases_are_counted_for_the_road_chief_in_post(house: House) -> None:
    found = compute(house, metrics=["closed_loop_rate"], periods=["2026-10"])

    (case,) = found.evidence.rows(named=True)
    post = published(house, dataset("assignment")).filter(target_id=area_of(house))
    assert case["chief_person_id"] == post["person_id"].item()
    assert case["street_code"] == "420102001"
    assert figure(found, "closed_loop_rate", "chief", case["chief_person_id"]) == (0, 1)


def area_of(house: House) -> str:
    areas = published(house, dataset("area")).filter(source_id="A1")
    return str(areas["area_id"].item())


def test_metric_tables_say_the_same_and_the_same_again_changes_nothing(
    house: House,
) -> None:
    keep_figures(house, compute(house))
    versions = {name: metric_table(house, name).version() for name in KEPT}

    keep_figures(house, compute(house))

    for name, version in versions.items():
        assert metric_table(house, name).version() == version
    areas = metric_table(house, "base_row").read().filter(subject="area")
    in_use = pl.col("flags").list.contains("has_chief")
    assert len(areas.filter(in_use, district_code="420102")) == 1


@pytest.mark.parametrize("month", [9, 12])
def test_figures_are_as_of_the_newest_delivery_whatever_the_clock(
    house: House, tmp_path: Path, month: int
) -> None:
    other = small_house(tmp_path, datetime(2026, month, 1, tzinfo=UTC))

    assert known_at(other) == known_at(house) == NOW
    assert compute(other).figures.equals(compute(house).figures)


@pytest.mark.parametrize("name", ["closing_rate", "duty_action_rate"])
def test_a_release_without_metric_tables_is_explained_from_its_facts(
    house: House, name: str
) -> None:
    early = make_release(house)
    tables = {one.dataset: one.version for one in early.datasets}
    keep_figures(house, compute(house, evidence=False))

    told = explain(house, name, "2026-10", release=early)
    asked = compute(house, metrics=[name], periods=["2026-10"], release=early)

    assert tables["base_row"] == tables["issue_loop"] == -1
    assert_frame_equal(told.figures, asked.figures)
    assert len(told.evidence) == len(asked.evidence) > 0


def test_the_work_calendar_is_published(house: House) -> None:
    calendar = published(house, dataset("work_calendar"))

    october = calendar.filter(pl.col("day_on").dt.strftime("%Y-%m") == "2026-10")
    assert october["is_workday"].sum() == 18
    assert calendar["calendar_code"].unique().to_list() == ["SMALL"]
