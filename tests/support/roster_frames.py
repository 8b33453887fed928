"""Areas, posts, people, patrols and cases of the small city of `metric_frames`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
from support.metric_frames import INSTANT, SINCE, WUHAN, places_of

from hub.metrics.area_rows import area_rows, last_known_days
from hub.metrics.duty_days import ActionRules, Deeds, Roster, duty_days, working_days
from hub.metrics.figures import Figures, Terms, compute_figures
from hub.metrics.levels import Places
from hub.metrics.posts import PostRules
from hub.metrics.registry import metric
from hub.partners.work_calendar import work_calendar

Rows = Iterable[Mapping[str, Any]]
ZONE = "Asia/Shanghai"
LATER = datetime(2026, 6, 1, tzinfo=UTC)
AREA = {
    "area_id": pl.String,
    "street_code": pl.String,
    "community_codes": pl.List(pl.String),
    "status_code": pl.String,
    "is_required": pl.Boolean,
    "valid_from_on": pl.Date,
    "valid_to_on": pl.Date,
}
POST = {
    "assignment_id": pl.String,
    "person_id": pl.String,
    "role_code": pl.String,
    "target_kind_code": pl.String,
    "target_id": pl.String,
    "is_primary": pl.Boolean,
    "start_on": pl.Date,
    "end_on": pl.Date,
}
PERSON = {
    "person_id": pl.String,
    "org_id": pl.String,
    "is_active": pl.Boolean,
    "mobile": pl.String,
    "duty_phone": pl.String,
    "valid_from_on": pl.Date,
    "valid_to_on": pl.Date,
}
PATROL = {
    "person_id": pl.String,
    "status_code": pl.String,
    "planned_on": pl.Date,
    "started_at": INSTANT,
    "ended_at": INSTANT,
    "duration_minutes": pl.Int64,
    "checkpoint_done_count": pl.Int64,
    "is_inside_area": pl.Boolean,
}
RULES = PostRules(mobile="^1[3-9][0-9]{9}$", phone="^[0-9]{8}$")


def area(**values: Any) -> dict[str, Any]:
    """An area in use in street s1 that must have a road chief."""
    return {
        "area_id": "a1",
        "street_code": "s1",
        "community_codes": [],
        "status_code": "ACTIVE",
        "is_required": True,
        "valid_from_on": SINCE,
        **values,
    }


def post(**values: Any) -> dict[str, Any]:
    """The post of a road chief over area a1, held since January."""
    return {
        "assignment_id": f"{values.get('person_id', 'p1')}@{values.get('target_id')}",
        "person_id": "p1",
        "role_code": "ROAD_CHIEF",
        "target_kind_code": "AREA",
        "target_id": "a1",
        "is_primary": True,
        "start_on": date(2026, 1, 1),
        **values,
    }


def person(**values: Any) -> dict[str, Any]:
    """An active person with a mobile phone."""
    return {
        "person_id": "p1",
        "is_active": True,
        "mobile": "13900000000",
        "valid_from_on": SINCE,
        **values,
    }


def patrol(**values: Any) -> dict[str, Any]:
    """A patrol of 40 minutes inside the area, on Wednesday 8 April 2026."""
    return {
        "person_id": "p1",
        "status_code": "DONE",
        "started_at": datetime(2026, 4, 8, 9, tzinfo=WUHAN),
        "duration_minutes": 40,
        "is_inside_area": True,
        **values,
    }


def _frame(rows: Rows, schema: Mapping[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=schema)


def coverage(
    areas: Rows,
    posts: Rows,
    persons: Rows,
    *,
    periods: Iterable[str] = ("2026-04",),
    as_of: datetime = LATER,
    rules: PostRules = RULES,
    places: Places | None = None,
) -> Figures:
    """`area_coverage_rate` over rows given as dictionaries."""
    where = places or places_of()
    rows = area_rows(
        _frame(areas, AREA),
        _frame(posts, POST),
        _frame(persons, PERSON),
        where,
        days=last_known_days(periods, as_of, ZONE),
        rules=rules,
    )
    return compute_figures(
        {"area": rows},
        where,
        metrics=[metric("area_coverage_rate")],
        periods=periods,
        terms=Terms(zone=ZONE, as_of=as_of),
    )


def action(
    posts: Rows,
    *,
    areas: Rows | None = None,
    persons: Rows | None = None,
    patrols: Rows = (),
    reported: Rows = (),
    handled: Rows = (),
    reviewed: Rows = (),
    periods: Iterable[str] = ("2026-04",),
    as_of: datetime = LATER,
) -> Figures:
    """`duty_action_rate`, of area a1 and person p1 unless others are given.

    A patrol needs 30 minutes or 3 check points.
    """
    where = places_of()
    deeds = Deeds(
        _frame(patrols, PATROL),
        _frame(reported, {"reporter_person_id": pl.String, "reported_at": INSTANT}),
        _frame(handled, {"handler_person_id": pl.String, "finished_at": INSTANT}),
        _frame(reviewed, {"reviewer_person_id": pl.String, "done_at": INSTANT}),
    )
    calendar = work_calendar("WUHAN", "CN", ("08:00-18:00",), years=range(2026, 2028))
    rows = duty_days(
        Roster(
            _frame([area()] if areas is None else areas, AREA),
            _frame(posts, POST),
            _frame([person()] if persons is None else persons, PERSON),
        ),
        deeds,
        where,
        days=working_days(calendar, periods, as_of, ZONE),
        rules=ActionRules(min_minutes=30, min_checkpoints=3),
        zone=ZONE,
    )
    return compute_figures(
        {"duty_day": rows},
        where,
        metrics=[metric("duty_action_rate")],
        periods=periods,
        terms=Terms(zone=ZONE, as_of=as_of),
    )
