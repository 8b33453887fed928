"""Who is in post on a day (section 6.2)."""

from __future__ import annotations

import re
from datetime import date

from support.slow.places import district_of, holds, unit_of
from support.slow.town import Row, Town

MOBILE = re.compile(r"1[3-9][0-9]{9}")
LANDLINE = re.compile(r"[0-9]{8}")


def valid_on(town: Town, name: str, day: date) -> list[Row]:
    """Versions of a dataset that are valid on a day."""
    return [row for row in town.rows[name] if holds(row, day)]


def reachable(person: Row) -> bool:
    """A valid phone: a mobile, or a duty phone that is a mobile or a landline."""
    own, duty = person["mobile"] or "", person["duty_phone"] or ""
    return bool(
        MOBILE.fullmatch(own) or MOBILE.fullmatch(duty) or LANDLINE.fullmatch(duty)
    )


def holders(town: Town, day: date, *roles: str) -> list[Row]:
    """Posts of a role on a day whose person is active and has a valid phone."""
    people = {
        row["person_id"]
        for row in valid_on(town, "person", day)
        if row["is_active"] and reachable(row)
    }
    return [
        row
        for row in town.rows["assignment"]
        if row["role_code"] in roles
        and holds(row, day, "start_on")
        and row["person_id"] in people
    ]


def chiefed(town: Town, day: date, most: int = 1) -> set[str]:
    """ACTIVE areas with a road chief in post: the first `most` of each person."""
    active = {
        row["area_id"]
        for row in valid_on(town, "area", day)
        if row["status_code"] == "ACTIVE"
    }
    by_person: dict[str, dict[str, date]] = {}
    for post in holders(town, day, "ROAD_CHIEF"):
        if post["target_id"] in active:
            mine = by_person.setdefault(post["person_id"], {})
            before = mine.get(post["target_id"], post["start_on"])
            mine[post["target_id"]] = min(before, post["start_on"])
    found: set[str] = set()
    for mine in by_person.values():
        ranked = sorted((start, area) for area, start in mine.items())
        found |= {area for _, area in ranked[:most]}
    return found


def place(town: Town, area_id: str | None, street: str | None) -> dict[str, str | None]:
    """The units of a place on the last day."""
    return {
        "city": None,
        "unit": unit_of(town, "DISTRICT_UNIT", area_id, street),
        "street_unit": unit_of(town, "STREET_UNIT", area_id, street),
        "district": district_of(town, street),
        "street": street,
    }
