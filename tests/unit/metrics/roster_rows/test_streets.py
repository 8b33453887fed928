"""Coverage beyond areas, worked out by hand as of the last day of April 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from support.metric_frames import beside, counts, missed, verdict
from support.roster_frames import area, person, post
from support.street_rows import (
    SECTION,
    builder,
    day,
    frame,
    shop_chief,
    terrain,
    told,
)

from hub.metrics.figures import Figures
from hub.metrics.roster_rows.streets import (
    community_rows,
    section_rows,
)


def communities(name: str, **roster: Any) -> Figures:
    return told(name, "community", community_rows(terrain(**roster)))


def sections(name: str, rows: Any, **roster: Any) -> Figures:
    return told(
        name, "road_section", section_rows(frame(rows, SECTION), terrain(**roster))
    )


def test_communities_named_by_an_area_with_a_chief_are_covered() -> None:
    # a1 has its chief and names s1c1; a2 names s1c2 and is vacant; the unit of s2 has
    # a building chief on file, and no area.
    areas = [
        area(community_codes=["s1c1"]),
        area(area_id="a2", community_codes=["s1c2"]),
    ]

    found = communities(
        "community_coverage_rate",
        areas=areas,
        posts=[post(), builder("s2c1")],
        persons=[person()],
    )

    assert counts(found) == (1, 3)
    assert counts(found, "unit", "AU-1") == (1, 2)
    assert counts(found, "unit", "AU-2") == (0, 1)
    assert missed(found, "s1c2") == "COMMUNITY_UNCOVERED"


def test_communities_of_a_unit_without_any_roster_are_no_data() -> None:
    for name in ("community_coverage_rate", "building_chief_rate"):
        found = communities(name, areas=[area()], posts=[post()], persons=[person()])

        assert counts(found, "unit", "AU-2") == (0, 0)
        assert counts(found) == (0, 2)
        assert beside(found, "NO_ROSTER") == 1


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"start_on": day(30)}, None),  # the first day in post is the last of the month
        ({"start_on": date(2026, 5, 1)}, "NOBODY_IN_POST"),
        ({"end_on": date(2026, 5, 1)}, None),
        ({"end_on": day(30)}, "NOBODY_IN_POST"),
        ({"person_id": "p2"}, "PERSON_NOT_LISTED"),
        ({"person_id": "p3"}, "PERSON_INACTIVE"),
        ({"person_id": "p4"}, "PERSON_WITHOUT_PHONE"),
        ({"role_code": "CO_GOVERN"}, "NOBODY_IN_POST"),
    ],
)
def test_a_building_chief_is_in_post_on_the_last_day_and_reachable(
    values: dict[str, Any], reason: str | None
) -> None:
    persons = [
        person(),
        person(person_id="p3", is_active=False),
        person(person_id="p4", mobile=None),
    ]

    found = communities(
        "building_chief_rate",
        areas=[area()],
        posts=[builder(**values)],
        persons=persons,
    )

    assert counts(found, "street", "s1") == (int(reason is None), 2)
    assert missed(found, "s1c1") == reason


def test_road_length_is_counted_to_the_millimetre() -> None:
    rows = [
        {"road_section_id": "r1", "area_id": "a1", "length_m": Decimal("1200.500")},
        {"road_section_id": "r2", "area_id": "a1", "length_m": None},
        {"road_section_id": "r3", "area_id": "a2", "length_m": Decimal("799.500")},
        {"road_section_id": "r4", "area_id": "gone", "length_m": Decimal("100.001")},
    ]

    found = sections(
        "road_coverage_rate",
        rows,
        areas=[area(), area(area_id="a2", street_code="s2")],
        posts=[post()],
        persons=[person()],
    )

    assert counts(found) == (1_200_500, 2_100_001)
    assert counts(found, "street", "s1") == (1_200_500, 1_200_500)
    assert counts(found, "unit", "AU-2") == (0, 799_500)
    assert beside(found, "LENGTH_NOT_FILED") == 1
    assert missed(found, "r4") == "SECTION_UNCOVERED"


def test_a_section_whose_validity_ends_on_the_last_day_is_gone() -> None:
    rows = [
        {
            "road_section_id": "r1",
            "area_id": "a1",
            "length_m": Decimal("1"),
            "valid_to_on": end,
        }
        for end in (day(30),)
    ] + [
        {
            "road_section_id": "r2",
            "area_id": "a1",
            "length_m": Decimal("2"),
            "valid_from_on": day(30),
        }
    ]

    found = sections(
        "road_coverage_rate", rows, areas=[area()], posts=[post()], persons=[person()]
    )

    assert counts(found) == (2000, 2000)


def test_of_a_surplus_only_the_first_areas_cover_their_roads() -> None:
    rows = [
        {"road_section_id": f"r{n}", "area_id": f"a{n}", "length_m": Decimal("1")}
        for n in (1, 2)
    ]

    found = sections(
        "road_coverage_rate",
        rows,
        areas=[area(), area(area_id="a2")],
        posts=[post(), post(target_id="a2")],
        persons=[person()],
    )

    assert verdict(found, "r1") is True
    assert verdict(found, "r2") is False


def test_only_sections_with_many_shops_need_a_shop_chief() -> None:
    rows = [
        {"road_section_id": "r1", "area_id": "a1", "is_shop_chief_required": True},
        {"road_section_id": "r2", "area_id": "a1", "is_shop_chief_required": True},
        {"road_section_id": "r3", "area_id": "a1", "is_shop_chief_required": False},
    ]

    found = sections(
        "shop_chief_rate",
        rows,
        areas=[area()],
        posts=[shop_chief(), shop_chief("r3")],
        persons=[person()],
    )

    assert counts(found) == (1, 2)
    assert missed(found, "r2") == "NOBODY_IN_POST"
    assert verdict(found, "r3") == "SHOP_CHIEF_NOT_REQUIRED"


def test_the_running_month_is_judged_by_the_last_day_known() -> None:
    evening = datetime(2026, 4, 15, 15, 59, tzinfo=UTC)
    posts = [builder(end_on=day(16))]

    before = communities(
        "building_chief_rate", posts=posts, persons=[person()], as_of=evening
    )
    after = communities("building_chief_rate", posts=posts, persons=[person()])

    assert counts(before, "street", "s1") == (1, 2)
    assert counts(after, "street", "s1") == (0, 2)
