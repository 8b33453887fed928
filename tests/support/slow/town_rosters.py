"""The rosters of a random town: areas, people, posts, sections, patrols.

What lives here: the draw, with posts that begin or end about the last day, people
that no phone reaches, surplus areas, days excused and patrols on their edges. What
does not: any definition.
"""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

from support.slow.town import LONG_AGO, Row, Town
from support.slow.town_cases import instant
from support.slow.town_draws import turn, versions

PHONES = ("13900000000", "13900000000", "13900000001", None, "12345")


def add_rosters(draw: random.Random, town: Town) -> None:
    """Draw who is in charge of what, and who walked."""
    t = f"{town.number:03d}"
    streets = [
        row["division_code"]
        for row in town.rows["division"]
        if row["level_code"] == "STREET"
    ]
    people = [f"{t}-p{n}" for n in range(4)]
    areas = [f"{t}-a{n}" for n in range(draw.randint(0, 4))]
    town.rows["area"] = [
        row for key in areas for row in _areas(draw, town, key, streets)
    ]
    town.rows["person"] = [row for key in people for row in _persons(draw, town, key)]
    town.rows["road_section"] = _sections(draw, town, areas)
    town.rows["assignment"] = _posts(draw, town, people)
    town.rows["patrol"] = [
        _patrol(draw, town, f"{t}-v{n}", people, areas)
        for n in range(draw.randint(0, 12))
    ]
    if areas and draw.random() < 0.2:
        unit = town.rows["assessment_unit"][draw.randrange(2)]["unit_code"]
        town.rows["assessment_unit_member"].append(
            {
                "unit_code": unit,
                "member_kind_code": "AREA",
                "member_id": areas[0],
                "valid_from_on": LONG_AGO,
                "valid_to_on": None,
            }
        )


def _areas(draw: random.Random, town: Town, key: str, streets: list[str]) -> list[Row]:
    def one() -> Row:
        street = draw.choice(streets)
        inside = [
            row["division_code"]
            for row in town.rows["division"]
            if row["parent_code"] == street
        ]
        return {
            "area_id": key,
            "area_name": key,
            "area_kind_code": "ZONE",
            "status_code": draw.choice(("ACTIVE", "ACTIVE", "PLANNED", "REVOKED")),
            "is_required": draw.random() < 0.85,
            "street_code": street,
            "community_codes": draw.sample(inside, draw.randint(0, len(inside))),
        }

    return versions(draw, town, one(), one())


def _persons(draw: random.Random, town: Town, key: str) -> list[Row]:
    def one() -> Row:
        return {
            "person_id": key,
            "person_name": key,
            "mobile": draw.choice(PHONES),
            "duty_phone": draw.choice((None, None, "85000000")),
            "employment_code": "ENFORCEMENT",
            "is_active": draw.random() < 0.9,
        }

    return versions(draw, town, one(), one())


def _posts(draw: random.Random, town: Town, people: list[str]) -> list[Row]:
    t = f"{town.number:03d}"
    communities = [
        row["division_code"]
        for row in town.rows["division"]
        if row["level_code"] == "COMMUNITY"
    ]
    sections = [row["road_section_id"] for row in town.rows["road_section"]]
    targets = {
        "ROAD_CHIEF": ("AREA", [f"{t}-a{n}" for n in range(4)]),
        "BUILDING_CHIEF": ("COMMUNITY", communities),
        "SHOP_CHIEF": ("ROAD_SECTION", sections),
        "DEPT_CONTACT": ("ORG", [f"{t}-o{n}" for n in range(4)]),
        "RESP_UNIT_CONTACT": ("ORG", [f"{t}-o{n}" for n in range(4)]),
    }
    found = []
    for n in range(draw.randint(2, 9)):
        role = draw.choice(("ROAD_CHIEF", "ROAD_CHIEF", *targets))
        kind, choices = targets[role]
        if not choices:
            continue
        start = draw.choice((LONG_AGO, LONG_AGO, turn(draw, town)))
        end = draw.choice((None, None, None, turn(draw, town)))
        if end is not None and end <= start:
            end = None
        found.append(
            {
                "assignment_id": f"{t}-as{n}",
                "person_id": draw.choice(people),
                "role_code": role,
                "target_kind_code": kind,
                "target_id": draw.choice(choices),
                "is_primary": draw.random() < 0.7,
                "start_on": start,
                "end_on": end,
            }
        )
    return found


def _sections(draw: random.Random, town: Town, areas: list[str]) -> list[Row]:
    if not areas:
        return []
    found = []
    for n in range(draw.randint(0, 3)):
        one, two = (
            {
                "road_section_id": f"{town.number:03d}-rs{n}",
                "road_name": "r",
                "road_class_code": "OTHER",
                "length_m": draw.choice((None, Decimal("120.500"), Decimal(80))),
                "area_id": draw.choice(areas),
                "is_shop_chief_required": draw.random() < 0.6,
            }
            for _ in range(2)
        )
        found += versions(draw, town, one, two)
    return found


def _patrol(
    draw: random.Random, town: Town, key: str, people: list[str], areas: list[str]
) -> Row:
    status = draw.choice(("PLANNED", "DONE", "DONE", "DONE", "MISSED", "EXCUSED"))
    at = instant(draw, town)
    planned = turn(draw, town)
    return {
        "patrol_id": key,
        "person_id": draw.choice(people),
        "area_id": draw.choice((None, *areas)),
        "status_code": status,
        "planned_on": None if status == "DONE" and draw.random() < 0.5 else planned,
        "started_at": at if status == "DONE" else None,
        "ended_at": draw.choice((None, at + timedelta(minutes=30)))
        if status == "DONE"
        else None,
        "duration_minutes": draw.choice((None, 0, 29, 30, 31)),
        "checkpoint_done_count": draw.choice((None, 0, 2, 3)),
        "shop_planned_count": draw.choice((None, 0, 4)),
        "shop_visited_count": draw.choice((None, 0, 3, 6)),
        "is_inside_area": draw.choice((None, True, True, False)),
    }
