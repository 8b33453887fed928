"""Coverage by areas, worked out by hand: who is in post on the last day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from support.metric_frames import (
    DIVISIONS,
    SINCE,
    beside,
    counts,
    missed,
    places_of,
    verdict,
)
from support.roster_frames import area, coverage, person, post

from hub.metrics.evidence import evidence_of, with_reason
from hub.metrics.posts import PostRules

COMMUNITIES = [
    {
        "division_code": code,
        "level_code": "COMMUNITY",
        "parent_code": street,
        "valid_from_on": SINCE,
    }
    for code, street in (("s1c1", "s1"), ("s1c2", "s1"), ("s2c1", "s2"))
]
WITH_COMMUNITIES = places_of(divisions=[*DIVISIONS, *COMMUNITIES])


def test_a_required_area_with_its_chief_in_post_is_covered_at_every_level() -> None:
    found = coverage([area()], [post()], [person()])

    assert counts(found) == (1, 1)
    assert counts(found, "unit", "AU-1") == (1, 1)
    assert counts(found, "unit", "AU-2") == (0, 0)
    assert counts(found, "district", "d1") == (1, 1)
    assert counts(found, "street", "s1") == (1, 1)
    assert "chief" not in set(found.figures["level"])


@pytest.mark.parametrize(
    ("start_on", "end_on", "is_covered"),
    [
        (date(2026, 4, 30), None, True),  # first day in post is the last of the month
        (date(2026, 5, 1), None, False),
        (date(2026, 1, 1), date(2026, 5, 1), True),  # first day out of post
        (date(2026, 1, 1), date(2026, 4, 30), False),
    ],
)
def test_the_last_day_of_the_month_decides(
    start_on: date, end_on: date | None, is_covered: bool
) -> None:
    found = coverage([area()], [post(start_on=start_on, end_on=end_on)], [person()])

    assert counts(found) == (int(is_covered), 1)
    assert missed(found, "a1") == (None if is_covered else "NO_CHIEF")


def test_a_running_month_is_judged_by_the_last_day_known() -> None:
    # 15 April 23:59 in Wuhan; one minute later it is the 16th.
    posts = [post(end_on=date(2026, 4, 16))]
    evening = datetime(2026, 4, 15, 15, 59, tzinfo=UTC)
    midnight = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)

    assert counts(coverage([area()], posts, [person()], as_of=evening)) == (1, 1)
    assert counts(coverage([area()], posts, [person()], as_of=midnight)) == (0, 1)


def test_a_month_that_has_not_begun_is_nothing_over_nothing() -> None:
    as_of = datetime(2026, 3, 31, 15, 59, tzinfo=UTC)

    found = coverage([area()], [post()], [person()], as_of=as_of)

    assert counts(found) == (0, 0)
    assert found.figures["value_share"].null_count() == len(found.figures)
    assert found.evidence.is_empty()


def test_the_successor_of_mid_month_covers_the_month() -> None:
    old = post(person_id="p1", end_on=date(2026, 4, 15))
    new = post(person_id="p2", start_on=date(2026, 4, 15))

    found = coverage([area()], [old, new], [person(), person(person_id="p2")])

    assert counts(found) == (1, 1)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"is_active": False}, "CHIEF_INACTIVE"),
        ({"valid_from_on": date(2026, 5, 1)}, "CHIEF_NOT_LISTED"),
        ({"mobile": None}, "CHIEF_WITHOUT_PHONE"),
        ({"mobile": "139"}, "CHIEF_WITHOUT_PHONE"),
        ({"mobile": None, "duty_phone": "139"}, "CHIEF_WITHOUT_PHONE"),
    ],
)
def test_a_chief_counts_only_active_and_with_a_valid_phone(
    values: dict[str, Any], reason: str
) -> None:
    found = coverage([area()], [post()], [person(**values)])

    assert counts(found) == (0, 1)
    assert missed(found, "a1") == reason


def test_an_office_phone_will_do() -> None:
    reachable = person(mobile=None, duty_phone="85000000")

    assert counts(coverage([area()], [post()], [reachable])) == (1, 1)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"status_code": "PLANNED"}, "AREA_ONLY_PLANNED"),
        ({"status_code": "MERGED"}, "AREA_GIVEN_UP"),
        ({"status_code": "REVOKED"}, "AREA_GIVEN_UP"),
        ({"is_required": False}, "AREA_NOT_REQUIRED"),
    ],
)
def test_only_required_areas_of_the_plan_are_in_the_denominator(
    values: dict[str, Any], expected: str
) -> None:
    found = coverage([area(**values)], [post()], [person()])

    row = found.evidence.row(0, named=True)
    assert (row["left_out_reason"] or row["missed_reason"]) == expected
    assert counts(found) == (0, int(expected == "AREA_ONLY_PLANNED"))


def test_only_the_version_of_the_day_counts() -> None:
    moved = [
        area(valid_to_on=date(2026, 4, 20)),
        area(street_code="s2", valid_from_on=date(2026, 4, 20)),
    ]

    found = coverage(moved, [post()], [person()])

    assert counts(found) == (1, 1)
    assert counts(found, "street", "s1") == (0, 0)
    assert counts(found, "street", "s2") == (1, 1)


def test_of_a_surplus_the_earlier_areas_count() -> None:
    areas = [area(area_id=name) for name in ("a1", "a2", "a3")]
    posts = [
        post(target_id="a1", start_on=date(2026, 3, 1)),
        post(target_id="a3", start_on=date(2026, 2, 1)),
        post(target_id="a2", start_on=date(2026, 2, 1)),
    ]

    one = coverage(areas, posts, [person()])
    two = coverage(areas, posts, [person()], rules=PostRules(max_areas=2))
    here = coverage(
        areas, posts, [person()], rules=PostRules(street_max_areas={"s1": 3})
    )

    assert [verdict(one, name) for name in ("a1", "a2", "a3")] == [False, True, False]
    assert missed(one, "a1") == "CHIEF_OF_TOO_MANY"
    assert [verdict(two, name) for name in ("a1", "a2", "a3")] == [False, True, True]
    assert counts(here) == (3, 3)


def test_an_area_given_up_takes_no_place_of_a_surplus() -> None:
    areas = [area(area_id="a1", status_code="REVOKED"), area(area_id="a2")]
    posts = [
        post(target_id="a1", start_on=date(2025, 1, 1)),
        post(target_id="a2"),
    ]

    assert counts(coverage(areas, posts, [person()])) == (1, 1)


def test_two_chiefs_cover_an_area_once_and_one_good_one_is_enough() -> None:
    posts = [post(), post(person_id="p2")]

    found = coverage([area()], posts, [person(is_active=False), person(person_id="p2")])

    assert counts(found) == (1, 1)


def test_other_roles_and_targets_are_no_road_chiefs() -> None:
    posts = [
        post(role_code="CO_GOVERN"),
        post(role_code="ROAD_CHIEF", target_kind_code="STREET"),
    ]

    assert missed(coverage([area()], posts, [person()]), "a1") == "NO_CHIEF"


def test_where_no_area_is_filed_communities_stand_in() -> None:
    # Street s1 has filed an area, street s2 (another unit, another district) none.
    found = coverage([area()], [post()], [person()], places=WITH_COMMUNITIES)

    assert counts(found) == (1, 1)
    assert counts(found, "street", "s1") == (1, 1)
    assert counts(found, "street", "s2") == (0, 1)
    assert counts(found, "unit", "AU-2") == (0, 1)
    assert beside(found, "COUNTED_BY_COMMUNITY") == 0
    assert beside(found, "COUNTED_BY_COMMUNITY", "unit") == 1
    stood_in = evidence_of(found.evidence, "unit", "AU-2")
    assert with_reason(stood_in, "missed_reason").rows(named=True) == [
        {
            "subject": "community",
            "subject_id": "s2c1",
            "reason": "COMMUNITY_UNCOVERED",
        }
    ]
    assert evidence_of(found.evidence, "city", None)["subject_id"].to_list() == ["a1"]


def test_a_city_that_has_filed_nothing_is_counted_by_community() -> None:
    optional = area(is_required=False, community_codes=["s1c2", "elsewhere"])

    found = coverage([optional], [post()], [person()], places=WITH_COMMUNITIES)

    assert counts(found) == (1, 3)
    assert counts(found, "district", "d1") == (1, 2)
    assert verdict(found, "s1c2") is True
    assert beside(found, "COUNTED_BY_COMMUNITY") == 3


def test_an_area_in_an_unknown_street_is_the_citys_alone_and_shown_beside() -> None:
    found = coverage(
        [area(), area(area_id="a2", street_code="s9")], [post()], [person()]
    )

    assert counts(found) == (1, 2)
    for level in ("unit", "district", "street"):
        told = found.figures.filter(pl.col("level") == level)["denominator"].sum()
        assert told + beside(found, "UNATTRIBUTED", level) == 2
