"""Vacant posts on the last day of April 2026, with the day since when."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from support.exception_rows import listed, table, unit_of
from support.metric_frames import SINCE
from support.roster_frames import area, person, post
from support.street_rows import (
    ORG,
    SECTION,
    builder,
    contact,
    day,
    frame,
    shop_chief,
    terrain,
)

from hub.metrics.exceptions.vacancies import vacancies

LEADER = {"role_code": "LEADER", "target_kind_code": "STREET"}


def found(sections: Any = (), orgs: Any = (), **roster: Any) -> pl.DataFrame:
    where = terrain(persons=[person()], **roster)
    return table(vacancies(frame(sections, SECTION), frame(orgs, ORG), where), where)


def test_a_post_that_ended_is_vacant_since_its_first_day_out() -> None:
    rows = found(
        areas=[area(), area(area_id="a2"), area(area_id="a3")],
        posts=[
            post(end_on=day(15)),
            post(target_id="a2", end_on=date(2026, 5, 1)),
            post(target_id="a3", end_on=day(10)),
            post(target_id="a3", person_id="p2", start_on=day(10), end_on=day(30)),
        ],
    )

    assert listed(rows, "vacant_road_chief") == {
        "a1": (day(15), 15),
        "a3": (day(30), 0),
    }
    assert unit_of(rows, "a1") == {"AU-1"}


def test_an_area_never_filled_is_vacant_since_it_was_set_up() -> None:
    rows = found(
        areas=[
            area(valid_from_on=day(1)),
            area(area_id="a2", status_code="PLANNED"),
            area(area_id="a3", valid_to_on=day(30)),
        ]
    )

    assert listed(rows, "vacant_road_chief") == {"a1": (day(1), 29)}


def test_communities_without_a_building_chief_stand_on_two_lists() -> None:
    rows = found(
        areas=[area()], posts=[builder("s1c1"), builder("s1c2", end_on=day(2))]
    )

    assert listed(rows, "vacant_building_chief") == {"s1c2": (day(2), 28)}
    assert listed(rows, "community_unnamed") == {"s1c2": (day(2), None)}


def test_units_of_which_no_roster_came_have_no_vacancies() -> None:
    rows = found(areas=[area()])

    assert set(listed(rows, "vacant_building_chief")) == {"s1c1", "s1c2"}
    assert set(listed(rows, "vacant_leader")) == {"s1"}


def test_shop_chiefs_leaders_and_contacts() -> None:
    sections = [
        {"road_section_id": f"r{n}", "area_id": "a1", "is_shop_chief_required": n < 3}
        for n in (1, 2, 3)
    ]
    orgs = [
        {"org_id": "o1", "division_code": "s1", "is_contact_required": True},
        {"org_id": "o2", "division_code": "s2", "is_contact_required": True},
        {"org_id": "o3", "division_code": "s1", "is_contact_required": None},
    ]

    rows = found(
        sections,
        orgs,
        areas=[area()],
        posts=[shop_chief(), contact(), post(target_id="s1", **LEADER)],
    )

    waited = (date(2026, 4, 30) - SINCE).days
    assert listed(rows, "vacant_shop_chief") == {"r2": (SINCE, waited)}
    assert listed(rows, "vacant_contact") == {"o2": (SINCE, waited)}
    assert listed(rows, "vacant_leader") == {}
    assert unit_of(rows, "o2") == {"AU-2"}
