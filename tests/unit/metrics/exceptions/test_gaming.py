"""Flags against window-dressing: at the threshold, and one below it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from support.exception_rows import listed, table, unit_of
from support.metric_frames import INSTANT, WUHAN
from support.roster_frames import PATROL, ZONE, area, patrol, post
from support.street_rows import day, terrain

from hub.metrics.exceptions.gaming import Thresholds, flagged, reports_of

REPORT = {
    "issue_id": pl.String,
    "reporter_person_id": pl.String,
    "reported_at": INSTANT,
    "handled_at": INSTANT,
    "lon": pl.Float64,
    "lat": pl.Float64,
    "coord_quality_code": pl.String,
    "pictures": pl.List(pl.String),
}
LIMITS = Thresholds(
    quick_cases=2, photo_cases=2, point_cases=3, bulk_cases=2, outside_patrols=2
)


def report(number: int, **values: Any) -> dict[str, Any]:
    """A report of p1 on 8 April, at a point of its own."""
    return {
        "issue_id": f"i{number}",
        "reporter_person_id": "p1",
        "reported_at": datetime(2026, 4, 8, 9, number, tzinfo=WUHAN),
        "lon": 114.3 + number / 1000,
        "lat": 30.5,
        "coord_quality_code": "OK",
        "pictures": [f"sha{number}", None],
        **values,
    }


def flags(reports: Any = (), patrols: Any = (), posts: Any = None) -> pl.DataFrame:
    where = terrain([area()], [post()] if posts is None else posts)
    issues = pl.DataFrame(list(reports), schema=REPORT)
    return table(
        flagged(
            reports_of(issues, where.roster, where.days, ZONE),
            pl.DataFrame(list(patrols), schema=PATROL),
            where.roster,
            days=where.days,
            thresholds=LIMITS,
            zone=ZONE,
        ),
        where,
    )


def after(one: dict[str, Any], seconds: int) -> dict[str, Any]:
    return {**one, "handled_at": one["reported_at"] + timedelta(seconds=seconds)}


@pytest.mark.parametrize(
    ("seconds", "amount"),
    [
        ((120, 120), 2),
        ((120, 121), None),
        ((0, 1), 2),
        ((-1, 1), None),  # handled before the report is no speed
        ((60, 60, 999, 999), 2),  # half of his cases
        ((60, 60, 999, 999, 999), None),
    ],
)
def test_many_cases_handled_within_two_minutes(
    seconds: tuple[int, ...], amount: int | None
) -> None:
    rows = flags(after(report(n), one) for n, one in enumerate(seconds))

    found = listed(rows, "flag_quick")
    assert found == ({} if amount is None else {"p1": (None, amount)})


def test_the_same_picture_in_two_cases_and_one_twice_in_a_case() -> None:
    twice = flags([report(1, pictures=["x", "x"]), report(2)])
    shared = flags([report(1, pictures=["x", "y"]), report(2, pictures=["x"])])

    assert listed(twice, "flag_photo") == {}
    assert listed(shared, "flag_photo") == {"p1": (None, 2)}


def test_all_reports_on_one_point() -> None:
    here = {"lon": 114.3, "lat": 30.5}
    same = [report(n, **here) for n in range(3)]
    unsure = report(4, lon=1.0, lat=2.0, coord_quality_code="UNSURE")

    assert listed(flags([*same, unsure]), "flag_point") == {"p1": (None, 3)}
    assert listed(flags(same[:2]), "flag_point") == {}
    assert listed(flags([*same, report(5)]), "flag_point") == {}


@pytest.mark.parametrize(
    ("at", "is_heaped"),
    [
        (datetime(2026, 4, 28, 23, 59, tzinfo=WUHAN), False),
        (datetime(2026, 4, 29, 0, 0, tzinfo=WUHAN), True),
        (datetime(2026, 4, 30, 15, 59, 59, tzinfo=UTC), True),
    ],
)
def test_reports_heaped_on_the_last_two_days(at: datetime, is_heaped: bool) -> None:
    rows = flags([report(1, reported_at=at), report(2, reported_at=at), report(3)])

    found = listed(rows, "flag_bulk")
    assert found == ({"p1": (None, 2)} if is_heaped else {})


def test_patrols_outside_the_area() -> None:
    outside = [patrol(is_inside_area=False)] * 2

    assert listed(flags(patrols=outside), "flag_outside") == {"p1": (None, 2)}
    unsure = [patrol(is_inside_area=None)] * 2
    assert listed(flags(patrols=[*outside[:1], *unsure]), "flag_outside") == {}


def test_a_unit_shows_the_sum_of_its_chiefs() -> None:
    both = [post(), post(person_id="p2")]
    outside = [patrol(is_inside_area=False)] * 2
    outside += [patrol(person_id="p2", is_inside_area=False)] * 3

    rows = flags(patrols=outside, posts=both)

    of_unit = rows.filter(pl.col("subject") == "unit")
    assert of_unit.select("subject_id", "amount").rows() == [("AU-1", 5)]
    assert unit_of(rows, "p2") == {"AU-1"}


def test_others_than_road_chiefs_in_post_are_not_flagged() -> None:
    outside = [patrol(is_inside_area=False)] * 2
    gone = [post(end_on=day(30))]

    assert flags(patrols=outside, posts=gone).is_empty()
