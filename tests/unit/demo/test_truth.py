"""The truth of a city, and counting against it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from hub.demo.city import SimulatedCity
from hub.demo.tally import Check, compare, count_core
from hub.demo.truth import Expected

INSTANT = pl.Datetime("us", "UTC")
LAST_DAY = date(2026, 10, 1)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> SimulatedCity:
    folder: Path = tmp_path_factory.mktemp("city")
    return SimulatedCity(folder, issues=200, days=3, seed=7)


def _sum(counts: object) -> int:
    assert isinstance(counts, Mapping)
    return sum(
        _sum(one) if isinstance(one, Mapping) else one for one in counts.values()
    )


@pytest.mark.parametrize("days", [(1,), (2,), (1, 2), (1, 2, 3), (3, 1)])
def test_counts_of_cases_agree_with_each_other(
    city: SimulatedCity, days: tuple[int, ...]
) -> None:
    truth = city.expected(days)

    issues = _sum(truth["issues"])
    for other in ("issues_by_stage", "issues_by_month", "issues_by_area_method"):
        assert _sum(truth[other]) == issues
    assert 0 < truth["issues_with_chief"] < issues  # type: ignore[operator]


def test_the_order_of_days_does_not_matter(city: SimulatedCity) -> None:
    assert city.expected([1, 2]) == city.expected([2, 1])


def test_every_case_of_the_platform_enters_or_is_left_out(city: SimulatedCity) -> None:
    truth = city.expected([1, 2])

    issues, left = truth["issues"], truth["left_out"]
    assert isinstance(issues, dict)
    assert isinstance(left, dict)
    # On each day one of every defect, and the first day's repaired by the second.
    assert left["platform"] == {"F09": 2, "P01": 2, "P03": 2, "P06": 3}
    assert issues["platform"] == 400 - 9
    assert left["jianghan"] == {"F07": 2, "P06": 2}
    assert issues["jianghan"] == 2 * 33 - 4


def test_posts_wait_for_the_late_district_on_the_first_day_only(
    city: SimulatedCity,
) -> None:
    first, both = city.expected([1]), city.expected([1, 2])

    assert first["left_out"]["roster"] == {"F03": 5, "P01": 1, "P06": 1}  # type: ignore[index]
    assert both["left_out"]["roster"] == {"P01": 1, "P06": 1}  # type: ignore[index]
    assert (first["areas"], both["areas"]) == (35, 40)
    # 39 road chiefs, 40 leaders, 80 building chiefs and 8 contacts; one more comes.
    assert (first["assignments"], both["assignments"]) == (167 - 5, 168)
    assert (first["persons"], both["persons"]) == (220, 220)
    assert first["orgs"] == 49


def test_without_the_late_areas_some_cases_have_none(city: SimulatedCity) -> None:
    first, both = city.expected([1]), city.expected([1, 2])

    assert first["issues_by_area_method"]["NONE"] > 0  # type: ignore[index,operator]
    assert "NONE" not in both["issues_by_area_method"]  # type: ignore[operator]


def test_cases_of_both_months_are_known(city: SimulatedCity) -> None:
    months = city.expected([1, 2])["issues_by_month"]

    assert isinstance(months, dict)
    assert set(months) == {"2026-09", "2026-10"}


def _core(**changes: pl.DataFrame) -> dict[str, pl.DataFrame]:
    at = datetime(2026, 9, 30, 16, 30, tzinfo=UTC)
    never = pl.lit(None, dtype=INSTANT)
    version = {"valid_from_on": date(2026, 1, 1), "valid_to_on": None}
    frames = {
        "issue": pl.DataFrame(
            {
                "issue_id": ["a", "b"],
                "partner": ["platform", "jianghan"],
                "stage_code": ["CLOSED", "HANDLING"],
                "reported_at": [at, at],
                "area_method_code": ["POINT", "NONE"],
                "chief_assignment_id": ["x", None],
                "duplicate_of_id": [None, "a"],
            },
            schema_overrides={"reported_at": INSTANT},
        ),
        "issue_event": pl.DataFrame({"event_id": ["e"]}),
        "handling": pl.DataFrame({"handling_id": ["h"]}),
        "area": pl.DataFrame([{"area_id": "r"} | version]),
        "person": pl.DataFrame([{"person_id": "p"} | version]),
        "org": pl.DataFrame([{"org_id": "o"} | version]),
        "assignment": pl.DataFrame(
            {
                "assignment_id": ["x", "y", "z"],
                "role_code": ["ROAD_CHIEF", "ROAD_CHIEF", "LEADER"],
                "start_on": [date(2026, 1, 1)] * 3,
                "end_on": [None, LAST_DAY, None],
            }
        ),
    }
    told = {
        name: frame.with_columns(deleted_at=never)
        if "valid_to_on" not in frame.columns
        else frame.with_columns(pl.col("valid_to_on").cast(pl.Date), deleted_at=never)
        for name, frame in frames.items()
    }
    return told | changes


def _findings(*rows: tuple[str, str, str, str, str]) -> pl.DataFrame:
    columns = ["partner", "dataset", "key", "rule", "severity"]
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def test_core_is_counted_in_the_words_of_the_truth() -> None:
    found = count_core(_core(), _findings(), last_day=LAST_DAY)

    assert found["issues"] == {"platform": 1, "jianghan": 1}
    assert found["issues_by_month"] == {"2026-10": 2}
    assert found["issues_by_stage"] == {
        "platform": {"CLOSED": 1},
        "jianghan": {"HANDLING": 1},
    }
    assert (found["issues_with_chief"], found["issues_joined"]) == (1, 1)
    assert (found["assignments"], found["road_chiefs_in_post"]) == (3, 1)
    assert (found["areas"], found["persons"], found["orgs"]) == (1, 1, 1)


def test_deleted_rows_are_not_published_but_have_entered() -> None:
    gone = _core()["handling"].with_columns(
        deleted_at=datetime(2026, 10, 1, tzinfo=UTC)
    )
    findings = _findings(
        ("qiaokou", "handling", "h", "F01", "reject"),
        ("qiaokou", "handling", "k", "F01", "reject"),
        ("qiaokou", "handling", "k", "F01", "reject"),
        ("qiaokou", "handling", "w", "F22", "warn"),
    )

    found = count_core(_core(handling=gone), findings, last_day=LAST_DAY)

    assert found["handlings"] == 0
    assert found["left_out"]["qiaokou"] == {"F01": 1}  # type: ignore[index]


def test_comparison_shows_what_differs_and_what_nobody_expected() -> None:
    expected: Expected = {
        "areas": 40,
        "issues": {"a": 1},
        "left_out": {"x": {"P01": 2}},
    }
    found: Expected = {"areas": 40, "issues": {"a": 2, "b": 3}, "left_out": {"x": {}}}

    checks = compare(expected, found)

    assert checks == [
        Check("areas", 40, 40),
        Check("issues/a", 1, 2),
        Check("issues/b", 0, 3),
        Check("left_out/x/P01", 2, 0),
    ]
    assert [check.ok for check in checks] == [True, False, False, False]
    assert checks[0].as_dict() == {
        "check": "areas",
        "expected": 40,
        "found": 40,
        "ok": True,
    }


def test_what_was_not_counted_is_not_compared() -> None:
    assert compare({"reviews": 3, "orgs": 1}, {"orgs": 1}) == [Check("orgs", 1, 1)]
