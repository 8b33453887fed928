"""Boards, objects and organisations as of the last day of April 2026, by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from support.metric_frames import MEMBERS, SINCE, WUHAN, beside, counts, missed, verdict
from support.roster_frames import area, person
from support.street_rows import (
    BOARD,
    OBJECT,
    ORG,
    contact,
    day,
    frame,
    terrain,
    told,
)

from hub.metrics.figures import Figures
from hub.metrics.roster_rows.streets import board_rows, named_org_rows, object_rows


def objects(rows: Any, **at: Any) -> Figures:
    found = object_rows(frame(rows, OBJECT), terrain(**at), "Asia/Shanghai")
    return told("service_object_rate", "service_object", found)


def orgs(rows: Any, **roster: Any) -> Figures:
    where = terrain(**roster)
    found = named_org_rows(frame(rows, ORG), where)
    return told("named_contact_rate", "named_org", found, where=where.places)


def test_areas_in_use_need_a_board_in_use() -> None:
    areas = [area(area_id=f"a{n}") for n in (1, 2, 3)] + [
        area(area_id="a4", status_code="PLANNED")
    ]
    boards = [
        {"sign_board_id": "b1", "area_id": "a1", "status_code": "DAMAGED"},
        {"sign_board_id": "b2", "area_id": "a1", "status_code": "IN_USE"},
        {"sign_board_id": "b3", "area_id": "a2", "status_code": "OUTDATED"},
        {
            "sign_board_id": "b4",
            "area_id": "a3",
            "status_code": "IN_USE",
            "valid_to_on": day(30),
        },
        {"sign_board_id": "b5", "area_id": "a4", "status_code": "IN_USE"},
    ]

    rows = board_rows(frame(boards, BOARD), terrain(areas))
    found = told("sign_board_rate", "board", rows)

    assert counts(found) == (1, 3)
    assert missed(found, "a2") == "BOARD_NOT_IN_USE"
    assert missed(found, "a3") == "NO_BOARD"


@pytest.mark.parametrize(
    ("seen", "is_recent"),
    [
        (datetime(2025, 4, 30, 23, 59, tzinfo=WUHAN), False),
        (datetime(2025, 5, 1, tzinfo=WUHAN), True),
        (datetime(2026, 4, 30, 23, 59, tzinfo=WUHAN), True),
        (datetime(2026, 5, 1, tzinfo=WUHAN), False),  # after the day: not known then
        (None, False),
    ],
)
def test_an_object_must_have_been_seen_in_the_twelve_months_of_the_day(
    seen: datetime | None, is_recent: bool
) -> None:
    one = {
        "service_object_id": "x1",
        "area_id": "a1",
        "street_code": "s1",
        "open_status_code": "OPEN",
        "verified_at": seen,
    }

    found = objects([one])

    assert counts(found) == (int(is_recent), 1)
    assert missed(found, "x1") == (None if is_recent else "OBJECT_NOT_VERIFIED")


def test_objects_moved_vacant_or_registered_twice_are_not_known_objects() -> None:
    seen = datetime(2026, 4, 1, tzinfo=UTC)
    base = {"area_id": "a1", "street_code": "s1", "verified_at": seen}
    rows = [
        {**base, "service_object_id": f"x{n}", "open_status_code": status}
        for n, status in enumerate(
            ("OPEN", "SUSPENDED", "FITTING_OUT", "VACANT", "MOVED")
        )
    ]
    rows[1]["duplicate_of_id"] = "x0"
    rows[2]["area_id"] = None

    found = objects(rows)

    assert counts(found) == (1, 2)
    assert verdict(found, "x1") == "OBJECT_DUPLICATE"
    assert missed(found, "x2") == "OBJECT_WITHOUT_AREA"
    assert verdict(found, "x3") == verdict(found, "x4") == "OBJECT_GONE"


def test_organisations_that_must_name_a_contact() -> None:
    rows = [
        {"org_id": "o1", "division_code": "s1", "is_contact_required": True},
        {"org_id": "o2", "division_code": "s2c1", "is_contact_required": True},
        {"org_id": "o3", "division_code": "d1", "is_contact_required": True},
        {"org_id": "o4", "division_code": "s1", "is_contact_required": None},
        {"org_id": "o5", "division_code": "s1", "is_contact_required": False},
        {
            "org_id": "o6",
            "division_code": "s1",
            "unit_code": "AU-2",
            "is_contact_required": True,
        },
    ]
    posts = [contact(), contact("o6", role_code="RESP_UNIT_CONTACT")]

    found = orgs(rows, posts=posts, persons=[person()])

    assert counts(found) == (2, 4)
    assert counts(found, "unit", "AU-1") == (1, 2)  # o1, and o3 of district d1
    assert counts(found, "unit", "AU-2") == (1, 2)  # o2, and o6 by its own word
    assert verdict(found, "o4") == "CONTACT_NOT_DECIDED"
    assert counts(found, "street", "s2") == (0, 1)
    # Both lie in street s1, whatever district unit one of them names.
    assert counts(found, "street_unit", "AU-s1") == (2, 2)


def test_a_department_counts_for_the_unit_that_holds_most_of_its_district() -> None:
    half = [
        *MEMBERS,
        {
            "unit_code": "AU-2",
            "member_kind_code": "DIVISION",
            "member_id": "s1",
            "valid_from_on": SINCE,
        },
    ]
    row = {"org_id": "o1", "division_code": "d1", "is_contact_required": True}

    tied = orgs([row], members=half)

    assert counts(tied) == (0, 1)
    assert counts(tied, "unit", "AU-1") == (0, 0)
    assert beside(tied, "UNATTRIBUTED", "unit") == 1
