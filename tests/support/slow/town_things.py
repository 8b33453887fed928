"""What else a random town holds: boards, objects, orgs, documents, meetings."""

from __future__ import annotations

import random
from datetime import timedelta

from support.slow.town import LONG_AGO, WUHAN, Row, Town
from support.slow.town_cases import TICK, instant
from support.slow.town_draws import turn, versions

ITEMS = ("J01", "J02", "J10", "J11", "J15")


def add_things(draw: random.Random, town: Town) -> None:
    """Draw all that is neither a case nor a post; needs the rosters."""
    areas = sorted({row["area_id"] for row in town.rows["area"]})
    streets = [
        row["division_code"]
        for row in town.rows["division"]
        if row["level_code"] == "STREET"
    ]
    town.rows["sign_board"] = boards(draw, town, areas)
    town.rows["service_object"] = objects(draw, town, areas, streets)
    town.rows["org"] = orgs(draw, town, streets)
    town.rows["institution_doc"] = docs(draw, town)
    town.rows["meeting_item"] = meetings(draw, town)


def boards(draw: random.Random, town: Town, areas: list[str]) -> list[Row]:
    if not areas:
        return []
    found = []
    for n in range(draw.randint(0, 3)):
        one, two = (
            {
                "sign_board_id": f"{town.number:03d}-b{n}",
                "area_id": draw.choice(areas),
                "coord_quality_code": "MISSING",
                "status_code": draw.choice(("IN_USE", "IN_USE", "DAMAGED", "MISSING")),
            }
            for _ in range(2)
        )
        found += versions(draw, town, one, two)
    return found


def objects(
    draw: random.Random, town: Town, areas: list[str], streets: list[str]
) -> list[Row]:
    year_ago = town.after.replace(year=town.after.year - 1)
    local = [
        town.ends.astimezone(WUHAN).replace(year=year_ago.year),
        town.ends.astimezone(WUHAN).replace(year=year_ago.year) - TICK,
    ]
    found = []
    for n in range(draw.randint(0, 5)):
        one, two = (
            {
                "service_object_id": f"{town.number:03d}-so{n}",
                "object_kind_code": "SHOP",
                "object_name": "s",
                "coord_quality_code": "MISSING",
                "street_code": draw.choice(streets),
                "community_code": None,
                "area_id": draw.choice((None, *areas)),
                "open_status_code": draw.choice(("OPEN", "OPEN", "VACANT", "MOVED")),
                "verified_at": draw.choice((None, instant(draw, town), *local)),
                "duplicate_of_id": draw.choice((None, None, None, "x")),
            }
            for _ in range(2)
        )
        found += versions(draw, town, one, two)
    return found


def orgs(draw: random.Random, town: Town, streets: list[str]) -> list[Row]:
    units = [row["unit_code"] for row in town.rows["assessment_unit"]]
    found = []
    for n in range(4):
        one, two = (
            {
                "org_id": f"{town.number:03d}-o{n}",
                "org_name": "o",
                "org_level_code": "STREET",
                "org_kind_code": "HANDLING_DEPT",
                "division_code": draw.choice((None, *streets)),
                "unit_code": draw.choice((None, None, *units[:2])),
                "is_contact_required": draw.choice((None, False, True, True)),
            }
            for _ in range(2)
        )
        found += versions(draw, town, one, two)
    return found


def docs(draw: random.Random, town: Town) -> list[Row]:
    before = (town.first - timedelta(days=1)).strftime("%Y-%m")
    units = [row["unit_code"] for row in town.rows["assessment_unit"]]
    found = []
    for n in range(draw.randint(0, 8)):
        issued = draw.choice((LONG_AGO, turn(draw, town), town.last, town.after))
        expires = draw.choice((None, None, town.first, town.last, town.after))
        if expires is not None and expires <= issued:
            expires = None
        found.append(
            {
                "institution_doc_id": f"{town.number:03d}-d{n}",
                "unit_code": draw.choice(units),
                "item_code": draw.choice(ITEMS),
                "period_month": draw.choice((town.month, town.month, before)),
                "document_name": "d",
                "issued_on": issued,
                "expires_on": expires,
                "verdict_code": draw.choice(("MET", "MET", "PARTIAL", "MISSING", None)),
            }
        )
    return found


def meetings(draw: random.Random, town: Town) -> list[Row]:
    return [
        {
            "meeting_item_id": f"{town.number:03d}-m{n}",
            "meeting_id": "m",
            "meeting_level_code": draw.choice(("DISTRICT", "STREET")),
            "host_org_id": f"{town.number:03d}-o{draw.randrange(4)}",
            "held_on": town.first,
            "issue_id": None,
            "responsible_org_id": None,
            "due_on": draw.choice((None, turn(draw, town), town.last, town.after)),
            "done_on": draw.choice((None, turn(draw, town))),
        }
        for n in range(draw.randint(0, 3))
    ]
