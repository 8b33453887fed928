"""Road chiefs, patrols and shops of April 2026, worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from support.metric_frames import INSTANT, WUHAN, beside, counts, missed, verdict
from support.roster_frames import LATER, ZONE, area, patrol, person, post
from support.street_rows import (
    SECTION,
    day,
    frame,
    places,
    roster,
    shop_chief,
    told,
)

from hub.metrics.area_rows import last_known_days
from hub.metrics.duty_days import ActionRules, Deeds
from hub.metrics.figures import Figures
from hub.metrics.roster_rows.acts import chief_rows, patrol_rows
from hub.metrics.roster_rows.responses import chief_case_flags

PATROL = {
    "patrol_id": pl.String,
    "person_id": pl.String,
    "assignment_id": pl.String,
    "area_id": pl.String,
    "status_code": pl.String,
    "planned_on": pl.Date,
    "started_at": INSTANT,
    "ended_at": INSTANT,
    "duration_minutes": pl.Int64,
    "checkpoint_done_count": pl.Int64,
    "shop_planned_count": pl.Int64,
    "shop_visited_count": pl.Int64,
    "is_inside_area": pl.Boolean,
}
RULES = ActionRules(min_minutes=30, min_checkpoints=3, min_acts=2)


def patrols(rows: Any) -> pl.DataFrame:
    numbered = [{"patrol_id": f"w{n}", **row} for n, row in enumerate(rows)]
    return pl.DataFrame(numbered, schema=PATROL)


def deeds(
    walks: Any = (), reported: Any = (), handled: Any = (), reviewed: Any = ()
) -> Deeds:
    def done(rows: Any, who: str, at: str) -> pl.DataFrame:
        schema = {"issue_id": pl.String, who: pl.String, at: INSTANT}
        return pl.DataFrame(list(rows), schema=schema, orient="row")

    return Deeds(
        patrols(walks),
        done(reported, "reporter_person_id", "reported_at"),
        done(handled, "handler_person_id", "finished_at"),
        done(reviewed, "reviewer_person_id", "done_at"),
    )


def chiefs(posts: Any, acts: Deeds, *, persons: Any = None) -> Figures:
    rows = chief_rows(
        roster([area()], posts, [person()] if persons is None else persons),
        acts,
        places(),
        days=last_known_days(["2026-04"], LATER, ZONE),
        rules=RULES,
        zone=ZONE,
    )
    return told("active_chief_rate", "chief", rows)


def walked(
    name: str, rows: Any, *, posts: Any = (), as_of: datetime = LATER
) -> Figures:
    sections = frame([{"road_section_id": "r1", "area_id": "a2"}], SECTION)
    found = patrol_rows(
        patrols(rows),
        roster([area(), area(area_id="a2", street_code="s2")], posts),
        sections,
        places(),
        days=last_known_days(["2026-04"], as_of, ZONE),
        zone=ZONE,
    )
    return told(name, "patrol", found, as_of=as_of)


def at(number: int, hour: int = 12) -> datetime:
    return datetime(2026, 4, number, hour, tzinfo=WUHAN)


def test_a_patrol_and_a_case_are_two_acts_and_a_case_twice_is_one() -> None:
    enough = deeds([patrol()], reported=[("i1", "p1", at(9))])
    twice = deeds(
        reported=[("i1", "p1", at(9))],
        handled=[("i1", "p1", at(9))],
        reviewed=[("i1", "p1", at(10))],
    )

    assert counts(chiefs([post()], enough)) == (1, 1)
    assert counts(chiefs([post()], enough), "chief", "p1") == (1, 1)
    assert missed(chiefs([post()], twice), "p1") == "TOO_FEW_ACTS"
    assert missed(chiefs([post()], deeds()), "p1") == "NO_ACT_IN_MONTH"


@pytest.mark.parametrize(
    ("values", "is_act"),
    [
        ({}, True),
        ({"duration_minutes": 29}, False),
        ({"duration_minutes": 29, "checkpoint_done_count": 3}, True),
        ({"is_inside_area": False}, False),
        ({"is_inside_area": None}, True),
        ({"status_code": "PLANNED"}, False),
        # April ends in Wuhan at 16:00 UTC.
        ({"started_at": datetime(2026, 4, 30, 15, 59, tzinfo=UTC)}, True),
        ({"started_at": datetime(2026, 4, 30, 16, 0, tzinfo=UTC)}, False),
    ],
)
def test_which_patrols_are_acts_of_the_month(
    values: dict[str, Any], is_act: bool
) -> None:
    acts = deeds([patrol(**values)], reported=[("i1", "p1", at(9))])

    assert counts(chiefs([post()], acts)) == (int(is_act), 1)


def test_only_chiefs_in_post_on_the_last_day_are_on_the_roster() -> None:
    # p1 is replaced by p2 in mid-month; p3's post ends on the last day of April.
    posts = [
        post(end_on=day(15)),
        post(person_id="p2", start_on=day(15)),
        post(person_id="p3", end_on=day(30)),
    ]
    people = [person(person_id=name) for name in ("p1", "p2", "p3")]
    acts = deeds(reported=[(f"i{n}", "p2", at(n)) for n in (3, 20)])

    found = chiefs(posts, acts, persons=people)

    assert counts(found) == (1, 1)
    assert found.evidence["subject_id"].to_list() == ["p2"]


def test_a_chief_who_is_not_active_is_left_out() -> None:
    found = chiefs([post()], deeds(), persons=[person(is_active=False)])

    assert counts(found) == (0, 0)
    assert verdict(found, "p1") == "CHIEF_INACTIVE"


def test_planned_patrols_that_are_due_are_done_missed_or_still_planned() -> None:
    rows = [
        {"status_code": "DONE", "planned_on": day(1), "started_at": at(2)},
        {"status_code": "MISSED", "planned_on": day(30)},
        {"status_code": "PLANNED", "planned_on": day(3)},
        {"status_code": "EXCUSED", "planned_on": day(4)},
        {"status_code": "DONE", "planned_on": None, "started_at": at(5)},
        {"status_code": "DONE", "planned_on": date(2026, 5, 1), "started_at": at(30)},
    ]
    rows = [{"person_id": "p1", "area_id": "a1", **row} for row in rows]

    found = walked("patrol_completion_rate", rows, posts=[post()])

    assert counts(found) == (1, 3)
    assert counts(found, "chief", "p1") == (1, 3)
    assert missed(found, "w1") == "PATROL_MISSED"
    assert missed(found, "w2") == "PATROL_NOT_DONE"
    assert verdict(found, "w3") == "EXCUSED"
    assert verdict(found, "w4") == "NOT_PLANNED"
    assert "w5" not in found.evidence["subject_id"].to_list()


def test_a_patrol_of_a_day_to_come_is_not_due_but_its_shops_are_planned() -> None:
    as_of = datetime(2026, 4, 15, 4, tzinfo=UTC)
    rows = [
        {
            "person_id": "p1",
            "area_id": "a1",
            "status_code": "PLANNED",
            "planned_on": day(16),
            "shop_planned_count": 10,
        }
    ]

    patrolled = walked("patrol_completion_rate", rows, as_of=as_of)
    visited = walked("shop_visit_rate", rows, as_of=as_of)

    assert counts(patrolled) == (0, 0)
    assert verdict(patrolled, "w0") == "PATROL_TO_COME"
    assert counts(visited) == (0, 10)


def test_shops_visited_count_at_most_as_many_as_were_planned() -> None:
    rows = [
        {"shop_planned_count": 10, "shop_visited_count": 12},
        {"shop_planned_count": 10, "shop_visited_count": 4},
        {"shop_planned_count": 5, "shop_visited_count": None},
        {"shop_planned_count": None, "shop_visited_count": 3},
        {"shop_planned_count": 0, "shop_visited_count": 3},
        {"shop_planned_count": 7, "status_code": "EXCUSED", "planned_on": day(9)},
    ]
    base = {"person_id": "p1", "area_id": "a1", "status_code": "DONE"}
    found = walked(
        "shop_visit_rate", [{**base, "started_at": at(8), **row} for row in rows]
    )

    assert counts(found) == (14, 25)
    assert beside(found, "SHOPS_PARTLY_VISITED") == 1
    assert missed(found, "w2") == "NO_SHOP_VISITED"
    assert verdict(found, "w4") == "NO_SHOPS_PLANNED"


def test_a_patrol_lies_where_its_area_or_else_its_post_lies() -> None:
    base = {"person_id": "p1", "status_code": "DONE", "planned_on": day(8)}
    guard = shop_chief("r1", person_id="p1") | {"assignment_id": "shop"}
    rows = [
        {**base, "area_id": "a1", "assignment_id": "shop"},
        {**base, "assignment_id": "shop"},  # section r1 lies in area a2, street s2
        {**base, "assignment_id": "unknown"},
    ]

    found = walked("patrol_completion_rate", rows, posts=[guard])

    assert counts(found, "street", "s1") == (1, 1)
    assert counts(found, "street", "s2") == (1, 1)
    assert counts(found) == (3, 3)
    assert beside(found, "UNATTRIBUTED", "unit") == 1
    assert found.evidence["chief_person_id"].null_count() == 3


@pytest.mark.parametrize(
    ("seconds", "is_in_time"), [(1800, True), (1801, False), (None, False)]
)
def test_a_response_within_the_minutes_is_judged_to_the_second(
    seconds: int | None, is_in_time: bool
) -> None:
    reported = at(8)
    responded = None
    if seconds is not None:
        responded = datetime.fromtimestamp(reported.timestamp() + seconds, tz=UTC)
    one = {"reported_at": reported, "responded_at": responded, "chief_person_id": None}
    issues = pl.DataFrame(
        [one],
        schema={
            "reported_at": INSTANT,
            "responded_at": INSTANT,
            "chief_person_id": pl.String,
        },
    )

    found = issues.select(**chief_case_flags(30)).row(0, named=True)

    assert found["assigned"] is False
    assert found["responded"] is (seconds is not None)
    assert bool(found["response_in_limit"]) is is_in_time
