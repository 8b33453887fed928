"""Rules over several rows of the rosters: each broken once, and kept."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from hub.pipeline.roster_rules import Rosters, roster_findings
from hub.schemas import dataset

Row = dict[str, object]
DAY = date(2026, 7, 1)
START = date(2026, 1, 1)


def _frame(name: str, rows: list[Row]) -> pl.DataFrame:
    ds = dataset(name)
    first = "start_on" if name == "assignment" else "valid_from_on"
    schema = ds.polars_schema()
    return pl.DataFrame([{first: START} | row for row in rows], schema=schema)


def _post(key: str, person: str, role: str, kind: str, target: str) -> Row:
    return {
        "assignment_id": key,
        "person_id": person,
        "role_code": role,
        "target_kind_code": kind,
        "target_id": target,
    }


def _person(key: str, employment: str, **more: object) -> Row:
    return {
        "person_id": key,
        "person_name": f"name of {key}",
        "employment_code": employment,
        "org_id": "centre",
    } | more


CHIEF = _post("p1", "chief", "ROAD_CHIEF", "AREA", "a")
POSTS = [
    CHIEF,
    _post("p2", "builder", "BUILDING_CHIEF", "COMMUNITY", "420102001001"),
    _post("p3", "keeper", "SHOP_CHIEF", "ROAD_SECTION", "r"),
    _post("p4", "leader", "LEADER", "STREET", "420102001"),
    _post("p5", "contact", "DEPT_CONTACT", "ORG", "bureau"),
]
PEOPLE = [
    _person("chief", "ENFORCEMENT", mobile="19900000001"),
    _person("builder", "COMMUNITY_CADRE", mobile="19900000002"),
    _person("keeper", "THREE_GUARANTEE_SUPERVISOR"),
    _person("leader", "OTHER"),
    _person("contact", "DEPT_LIAISON"),
]
AREA = {
    "area_id": "a",
    "status_code": "ACTIVE",
    "street_code": "420102001",
    "community_codes": ["420102001001"],
}
BOARD = {
    "sign_board_id": "b",
    "area_id": "a",
    "status_code": "IN_USE",
    "shown_chief_name": "name of chief",
}


def _rosters(**given: list[Row]) -> Rosters:
    usual: dict[str, list[Row]] = {
        "area": [AREA],
        "road_section": [{"road_section_id": "r", "is_shop_chief_required": True}],
        "assignment": POSTS,
        "person": PEOPLE,
        "org": [
            {"org_id": "bureau", "is_contact_required": True},
            {"org_id": "centre", "org_kind_code": "ENFORCEMENT_CENTRE"},
        ],
        "sign_board": [BOARD],
    }
    return Rosters(
        **{name: _frame(name, rows) for name, rows in (usual | given).items()}
    )


def _found(rosters: Rosters) -> set[tuple[str, str, str]]:
    return set(roster_findings(rosters, on=DAY, max_areas=1).rows())


def test_rosters_that_fit_are_no_finding() -> None:
    assert _found(_rosters()) == set()


SECOND = _post("p9", "second", "ROAD_CHIEF", "AREA", "a")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {
                "assignment": [*POSTS, SECOND],
                "person": [*PEOPLE, _person("second", "ENFORCEMENT")],
            },
            ("area", "a", "K01"),
        ),
        ({"assignment": POSTS[1:]}, ("area", "a", "K02")),
        (
            {"assignment": [one for one in POSTS if one["assignment_id"] != "p2"]},
            ("division", "420102001001", "K03"),
        ),
        (
            {"assignment": [one for one in POSTS if one["assignment_id"] != "p3"]},
            ("road_section", "r", "K04"),
        ),
        (
            {"assignment": [one for one in POSTS if one["assignment_id"] != "p4"]},
            ("division", "420102001", "K08"),
        ),
        ({"assignment": POSTS[:-1]}, ("org", "bureau", "K09")),
        ({"sign_board": []}, ("area", "a", "K10")),
        (
            {"sign_board": [BOARD | {"shown_chief_name": "somebody else"}]},
            ("area", "a", "K10"),
        ),
        (
            {"person": [_person("chief", "ASSISTANT"), *PEOPLE[1:]]},
            ("assignment", "p1", "K06"),
        ),
        (
            {
                "person": [one for one in PEOPLE if one["person_id"] != "keeper"]
                + [_person("keeper", "OTHER")]
            },
            ("assignment", "p3", "K07"),
        ),
        (
            {"assignment": [*POSTS, CHIEF | {"assignment_id": "p8"}]},
            ("assignment", "p8", "K11"),
        ),
    ],
)
def test_each_rule_is_told_of_what_breaks_it(
    given: dict[str, list[Row]], expected: tuple[str, str, str]
) -> None:
    assert _found(_rosters(**given)) == {expected}


def test_one_chief_of_two_areas_is_told_unless_allowed() -> None:
    two = _rosters(
        area=[AREA, AREA | {"area_id": "z"}],
        assignment=[*POSTS, _post("p6", "chief", "ROAD_CHIEF", "AREA", "z")],
        sign_board=[BOARD, BOARD | {"sign_board_id": "c", "area_id": "z"}],
    )

    assert _found(two) == {("person", "chief", "K05")}
    assert not len(roster_findings(two, on=DAY, max_areas=2))
    own = {"420102001": 2}
    assert not len(roster_findings(two, on=DAY, max_areas=1, street_max_areas=own))


def test_two_people_with_one_number_are_both_told() -> None:
    shared = _person("leader", "OTHER", mobile="19900000001")
    found = _found(_rosters(person=[*PEOPLE[:3], shared, PEOPLE[4]]))

    assert found == {("person", "chief", "K19"), ("person", "leader", "K19")}


def test_what_is_not_in_force_on_the_day_does_not_count() -> None:
    gone = SECOND | {"end_on": DAY}
    merged = AREA | {"area_id": "m", "status_code": "MERGED"}

    assert _found(_rosters(assignment=[*POSTS, gone], area=[AREA, merged])) == set()
