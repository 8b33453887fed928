"""Issues find their area and its chief of that day, also when the roster is late."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from hub.pipeline.attribute import (
    Attributed,
    Attribution,
    attribute_areas,
    attribute_chiefs,
)

WUHAN = Attribution(zone="Asia/Shanghai")
ZONE = ZoneInfo("Asia/Shanghai")
ISSUE = {
    "issue_id": pl.String,
    "reported_at": pl.Datetime("us", "UTC"),
    "area_id": pl.String,
    "unit_grid_code": pl.String,
    "community_code": pl.String,
    "street_code": pl.String,
    "lon": pl.Float64,
    "lat": pl.Float64,
    "coord_quality_code": pl.String,
}
AREA = {
    "area_id": pl.String,
    "status_code": pl.String,
    "street_code": pl.String,
    "community_codes": pl.List(pl.String),
    "unit_grid_codes": pl.List(pl.String),
    "boundary": pl.String,
    "area_km2": pl.Decimal(18, 3),
    "valid_from_on": pl.Date,
    "valid_to_on": pl.Date,
}
POST = {
    "assignment_id": pl.String,
    "role_code": pl.String,
    "target_kind_code": pl.String,
    "target_id": pl.String,
    "is_primary": pl.Boolean,
    "start_on": pl.Date,
    "end_on": pl.Date,
}
GRID, COMMUNITY = "420104001001001", "420104001001"


def square(west: float, south: float, side: float) -> str:
    east, north = west + side, south + side
    return (
        f"POLYGON(({west} {south}, {east} {south}, {east} {north}, {west} {north}, "
        f"{west} {south}))"
    )


def issue(**values: Any) -> dict[str, Any]:
    return {
        "issue_id": "i1",
        "reported_at": datetime(2026, 4, 15, 12, tzinfo=ZONE),
        "coord_quality_code": "OK",
        **values,
    }


def area(**values: Any) -> dict[str, Any]:
    return {
        "area_id": "a1",
        "status_code": "ACTIVE",
        "street_code": "420104001",
        "valid_from_on": date(2026, 1, 1),
        **values,
    }


def attribute(
    issues: list[dict[str, Any]],
    areas: list[dict[str, Any]],
    settings: Attribution = WUHAN,
) -> Attributed:
    return attribute_areas(
        pl.DataFrame(issues, schema=ISSUE), pl.DataFrame(areas, schema=AREA), settings
    )


def one(case: dict[str, Any], *areas: dict[str, Any]) -> tuple[str | None, str]:
    row: tuple[str | None, str] = (
        attribute([case], list(areas))
        .issues.select("area_id", "area_method_code")
        .row(0)
    )
    return row


def rules(case: dict[str, Any], *areas: dict[str, Any]) -> list[str]:
    return attribute([case], list(areas)).findings["rule"].to_list()


def test_the_source_is_trusted_first_then_the_code_then_the_point() -> None:
    named = area(area_id="named")
    listed = area(area_id="listed", unit_grid_codes=[GRID])
    drawn = area(area_id="drawn", boundary=square(114, 30, 0.1))
    case = issue(area_id="named", unit_grid_code=GRID, lon=114.05, lat=30.05)

    assert one(case, named, listed, drawn) == ("named", "SOURCE")
    assert one({**case, "area_id": None}, named, listed, drawn) == ("listed", "CODE")
    assert one({**case, "area_id": None}, named, drawn) == ("drawn", "POINT")
    assert one({**case, "area_id": None}, named) == (None, "NONE")
    assert rules(case, named, listed, drawn) == ["T37"]


def test_the_order_of_trust_is_a_setting() -> None:
    areas = [
        area(area_id="named"),
        area(area_id="drawn", boundary=square(114, 30, 0.1)),
    ]
    case = issue(area_id="named", lon=114.05, lat=30.05)
    by_point = Attribution(zone="Asia/Shanghai", order=("POINT", "SOURCE"))

    found = attribute([case], areas, by_point)

    assert found.issues.row(0) == ("i1", "drawn", "POINT")
    assert found.findings.rows() == [("i1", "T37")]


def test_the_grid_is_finer_than_the_community() -> None:
    by_grid = area(area_id="z-grid", unit_grid_codes=["x", GRID])
    by_community = area(area_id="a-community", community_codes=[COMMUNITY])
    case = issue(unit_grid_code=GRID, community_code=COMMUNITY)

    assert one(case, by_grid, by_community) == ("z-grid", "CODE")
    assert one(case, by_community) == ("a-community", "CODE")
    assert rules(case, by_grid, by_community) == []


@pytest.mark.parametrize(
    ("quality", "method"),
    [
        ("OK", "POINT"),
        ("CONVERTED", "POINT"),
        ("SWAPPED_FIXED", "POINT"),
        ("OUT_OF_CITY", "NONE"),
        ("UNSURE", "NONE"),
        ("MISSING", "NONE"),
    ],
)
def test_only_a_sure_point_attributes(quality: str, method: str) -> None:
    drawn = area(boundary=square(114, 30, 0.1))
    case = issue(lon=114.05, lat=30.05, coord_quality_code=quality)

    assert one(case, drawn)[1] == method


def test_of_several_areas_the_smallest_wins_then_the_least_key() -> None:
    wide = area(area_id="a-wide", boundary=square(114, 30, 0.4))
    slim = area(area_id="z-slim", boundary=square(114, 30, 0.1))
    case = issue(lon=114.05, lat=30.05)

    assert one(case, wide, slim)[0] == "z-slim"
    assert one(case, {**wide, "area_km2": Decimal(1)}, slim)[0] == "a-wide"
    same = [area(area_id=key, community_codes=[COMMUNITY]) for key in ("b", "a")]
    assert one(issue(community_code=COMMUNITY), *same)[0] == "a"
    sized = {**same[0], "area_km2": Decimal(9)}
    assert one(issue(community_code=COMMUNITY), sized, same[1])[0] == "b"


def test_only_active_versions_of_that_local_day_count() -> None:
    # 16:00 UTC on 14 April is midnight of 15 April in Wuhan.
    last_moment = datetime(2026, 4, 14, 23, 59, 59, 999999, tzinfo=ZONE)
    midnight = datetime(2026, 4, 15, tzinfo=ZONE)
    until = area(area_id="old", unit_grid_codes=[GRID], valid_to_on=date(2026, 4, 15))
    since = area(area_id="new", unit_grid_codes=[GRID], valid_from_on=date(2026, 4, 15))

    before = issue(unit_grid_code=GRID, reported_at=last_moment)
    after = issue(unit_grid_code=GRID, reported_at=midnight)

    assert one(before, until, since)[0] == "old"
    assert one(after, until, since)[0] == "new"
    merged = {**since, "status_code": "MERGED"}
    assert one(after, until, merged) == (None, "NONE")


def test_an_area_that_the_source_names_in_vain_is_a_finding() -> None:
    drawn = area(boundary=square(114, 30, 0.1))
    case = issue(area_id="gone", lon=114.05, lat=30.05)

    assert one(case, drawn) == ("a1", "POINT")
    assert rules(case, drawn) == ["F10"]


def test_an_area_of_another_street_is_a_finding() -> None:
    case = issue(area_id="a1", street_code="420104002")

    assert rules(case, area()) == ["F10"]
    assert rules({**case, "street_code": "420104001"}, area()) == []
    assert rules({**case, "street_code": None}, area()) == []


def test_a_roster_that_comes_late_gives_old_cases_their_place() -> None:
    case = issue(unit_grid_code=GRID)
    late = area(unit_grid_codes=[GRID])

    assert one(case) == (None, "NONE")
    assert one(case, late) == ("a1", "CODE")


def test_a_boundary_that_cannot_be_read_holds_no_point() -> None:
    case = issue(lon=114.05, lat=30.05)

    assert one(case, area(boundary="POLYGON((114 30")) == (None, "NONE")
    bow_tie = "POLYGON((114 30, 114.1 30.1, 114.1 30, 114 30.1, 114 30))"
    assert one(case, area(boundary=bow_tie)) == ("a1", "POINT")


def post(**values: Any) -> dict[str, Any]:
    return {
        "assignment_id": "p1",
        "role_code": "ROAD_CHIEF",
        "target_kind_code": "AREA",
        "target_id": "a1",
        "is_primary": True,
        "start_on": date(2026, 1, 1),
        **values,
    }


def chief(reported_at: datetime, *posts: dict[str, Any]) -> str | None:
    cases = pl.DataFrame([issue(area_id="a1", reported_at=reported_at)], schema=ISSUE)
    found = attribute_chiefs(cases, pl.DataFrame(list(posts), schema=POST), WUHAN)
    name: str | None = found["chief_assignment_id"].item()
    return name


NOON = datetime(2026, 4, 15, 12, tzinfo=ZONE)


def test_a_chief_replaced_mid_month_answers_until_local_midnight() -> None:
    old = post(assignment_id="old", end_on=date(2026, 4, 15))
    new = post(assignment_id="new", start_on=date(2026, 4, 15))
    last_moment = datetime(2026, 4, 14, 23, 59, 59, 999999, tzinfo=ZONE)

    assert chief(last_moment, old, new) == "old"
    assert chief(datetime(2026, 4, 15, tzinfo=ZONE), old, new) == "new"
    vacant = post(assignment_id="new", start_on=date(2026, 4, 16))
    assert chief(NOON, old, vacant) is None


def test_of_two_chiefs_the_primary_one_then_the_earlier_answers() -> None:
    first = post(assignment_id="b", start_on=date(2026, 2, 1))
    second = post(assignment_id="a", start_on=date(2026, 3, 1))

    assert chief(NOON, second, first) == "b"
    assert chief(NOON, second, {**first, "is_primary": False}) == "a"
    assert chief(NOON, {**second, "start_on": date(2026, 2, 1)}, first) == "a"


@pytest.mark.parametrize(
    "other",
    [
        {"role_code": "CO_GOVERN"},
        {"target_kind_code": "STREET"},
        {"target_id": "a2"},
        {"end_on": date(2026, 4, 15)},
    ],
)
def test_only_the_road_chief_of_the_area_in_post_answers(other: dict[str, Any]) -> None:
    assert chief(NOON, post()) == "p1"
    assert chief(NOON, post(**other)) is None


def test_an_issue_without_area_has_no_chief() -> None:
    cases = pl.DataFrame([issue(), issue(issue_id="i2", area_id="a1")], schema=ISSUE)

    found = attribute_chiefs(cases, pl.DataFrame([post()], schema=POST), WUHAN)

    assert found.rows() == [("i1", None), ("i2", "p1")]
