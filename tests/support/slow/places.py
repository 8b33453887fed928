"""Where a case or an area belongs on the last day of the month (section 8)."""

from __future__ import annotations

from datetime import date

from support.slow.town import Row, Town


def holds(row: Row, day: date, since: str = "valid_from_on") -> bool:
    """Whether a version is valid on a day: half-open."""
    until = since.replace("valid_from", "valid_to").replace("start", "end")
    return row[since] <= day and (row[until] is None or day < row[until])


def unit_of(
    town: Town, level: str, area_id: str | None, street: str | None
) -> str | None:
    """The unit of a level on the last day; a member of kind AREA goes first."""
    levels = {
        row["unit_code"]: row["level_code"]
        for row in town.rows["assessment_unit"]
        if holds(row, town.last)
    }
    for kind, place in (("AREA", area_id), ("DIVISION", street)):
        claims = [
            (member["valid_from_on"], member["unit_code"])
            for member in town.rows["assessment_unit_member"]
            if member["member_kind_code"] == kind
            and place is not None
            and member["member_id"] == place
            and levels.get(member["unit_code"]) == level
            and holds(member, town.last)
        ]
        if claims:
            return str(min(claims)[1])
    return None


def district_of(town: Town, street: str | None) -> str | None:
    """The district of a street on the last day."""
    for row in town.rows["division"]:
        if row["division_code"] == street and holds(row, town.last):
            return str(row["parent_code"])
    return None


def places_of_issue(town: Town, issue: Row) -> dict[str, str | None]:
    """The key of a case at each level."""
    area, street = issue["area_id"], issue["street_code"]
    chief = next(
        (
            row["person_id"]
            for row in town.rows.get("assignment", ())
            if row["assignment_id"] == issue["chief_assignment_id"]
        ),
        None,
    )
    return {
        "city": None,
        "unit": unit_of(town, "DISTRICT_UNIT", area, street),
        "street_unit": unit_of(town, "STREET_UNIT", area, street),
        "district": issue["district_code"] or district_of(town, street),
        "street": street,
        "community": issue["community_code"],
        "area": area,
        "org": issue["second_org_id"] or issue["handling_org_id"],
        "chief": chief,
    }
