"""Coverage and action of random small rosters agree with the reference."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from support import roster_reference as reference
from support.roster_frames import action, coverage
from support.thorough import of

from hub.metrics.figures import Figures
from hub.metrics.posts import PostRules

# Around the middle of the month and its end, where posts and versions change.
DAYS = [date(2026, 4, day) for day in (1, 8, 9, 15, 30)] + [date(2026, 5, 1)]
WORKED = [
    date(2026, 4, day) for day in range(1, 31) if date(2026, 4, day).weekday() < 5
]
WORKED.remove(date(2026, 4, 6))
instants = st.integers(0, 29 * 4).map(
    lambda n: datetime(2026, 4, 1, 1, tzinfo=UTC) + timedelta(hours=6 * n)
)
people = st.sampled_from(["p1", "p2", "p3"])
places = st.sampled_from(["a1", "a2", "a3"])


@st.composite
def span(draw: st.DrawFn, first: str, until: str) -> dict[str, Any]:
    start = draw(st.sampled_from(DAYS[:4]))
    later = [day for day in DAYS if day > start]
    return {first: start, until: draw(st.none() | st.sampled_from(later))}


@st.composite
def area_versions(draw: st.DrawFn, area_id: str) -> list[dict[str, Any]]:
    """One or two versions that do not overlap."""
    cut = draw(st.none() | st.sampled_from(DAYS[1:5]))
    spans = [(date(2026, 1, 1), cut)] + ([] if cut is None else [(cut, None)])
    return [
        {
            "area_id": area_id,
            "street_code": draw(st.sampled_from(["s1", "s2", "s9"])),
            "community_codes": [],
            "status_code": draw(st.sampled_from(["ACTIVE", "PLANNED", "REVOKED"])),
            "is_required": draw(st.sampled_from([True, True, False])),
            "valid_from_on": first,
            "valid_to_on": until,
        }
        for first, until in spans
    ]


@st.composite
def posts(draw: st.DrawFn, number: int) -> dict[str, Any]:
    return {
        "assignment_id": f"post{number}",
        "person_id": draw(people),
        "role_code": draw(st.sampled_from(["ROAD_CHIEF", "ROAD_CHIEF", "CO_GOVERN"])),
        "target_kind_code": "AREA",
        "target_id": draw(places),
        "is_primary": draw(st.booleans()),
        **draw(span("start_on", "end_on")),
    }


@st.composite
def person_versions(draw: st.DrawFn, person_id: str) -> list[dict[str, Any]]:
    cut = draw(st.none() | st.sampled_from(DAYS[1:5]))
    spans = [(date(2026, 1, 1), cut)] + ([] if cut is None else [(cut, None)])
    return [
        {
            "person_id": person_id,
            "is_active": draw(st.sampled_from([True, True, False])),
            "mobile": draw(st.sampled_from(["13900000000", "13900000000", None])),
            "valid_from_on": first,
            "valid_to_on": until,
        }
        for first, until in spans
    ]


patrols = st.fixed_dictionaries(
    {
        "person_id": people,
        "status_code": st.sampled_from(["DONE", "DONE", "DONE", "EXCUSED", "MISSED"]),
        "planned_on": st.sampled_from(WORKED),
        "started_at": instants,
        "duration_minutes": st.sampled_from([None, 29, 30]),
        "checkpoint_done_count": st.sampled_from([None, 2, 3]),
        "is_inside_area": st.sampled_from([True, None, False]),
    }
)
reports = st.fixed_dictionaries({"reporter_person_id": people, "reported_at": instants})


@st.composite
def rosters(draw: st.DrawFn) -> tuple[list[Any], list[Any], list[Any]]:
    areas = [v for name in ("a1", "a2", "a3") for v in draw(area_versions(name))]
    held = [draw(posts(n)) for n in range(draw(st.integers(0, 6)))]
    persons = [v for name in ("p1", "p2") for v in draw(person_versions(name))]
    return areas, held, persons


def told(found: Figures) -> reference.Counts:
    rows = found.figures.select("level", "unit_code", "numerator", "denominator")
    return {
        (level, code): (part, whole)
        for level, code, part, whole in rows.rows()
        if level in ("city", "district", "street")
    }


@settings(max_examples=of(60, 20), deadline=None)
@given(
    roster=rosters(),
    most=st.integers(1, 2),
    shuffle=st.randoms(use_true_random=False),
)
def test_coverage_agrees_with_the_reference(
    roster: tuple[list[Any], list[Any], list[Any]], most: int, shuffle: random.Random
) -> None:
    expected = reference.coverage(*roster, day=date(2026, 4, 30), most=most)
    for rows in roster:
        shuffle.shuffle(rows)

    found = coverage(*roster, rules=PostRules(max_areas=most))

    assert told(found) == expected
    assert sums_up(found)


@settings(max_examples=of(60, 20), deadline=None)
@given(
    roster=rosters(),
    walks=st.lists(patrols, max_size=12),
    cases=st.lists(reports, max_size=6),
    shuffle=st.randoms(use_true_random=False),
)
def test_action_agrees_with_the_reference(
    roster: tuple[list[Any], list[Any], list[Any]],
    walks: list[Any],
    cases: list[Any],
    shuffle: random.Random,
) -> None:
    areas, held, persons = roster
    expected = reference.action(areas, held, persons, walks, cases, WORKED)
    for rows in (*roster, walks, cases):
        shuffle.shuffle(rows)

    found = action(held, areas=areas, persons=persons, patrols=walks, reported=cases)

    assert told(found) == expected
    assert sums_up(found)
    chiefs = found.figures.filter(pl.col("level") == "chief")
    assert chiefs["denominator"].sum() == expected["city", None][1]


def sums_up(found: Figures) -> bool:
    """Codes of a level and what has no code there make the city's denominator."""
    whole = found.figures.filter(pl.col("level") == "city")["denominator"].item()
    homeless = found.beside.filter(pl.col("reason") == "UNATTRIBUTED")
    return all(
        found.figures.filter(pl.col("level") == level)["denominator"].sum()
        + homeless.filter(pl.col("level") == level)["case_count"].sum()
        == whole
        for level in ("unit", "district", "street")
    )
