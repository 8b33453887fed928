"""Coverage in all its variants (section 6.2), row by row.

Each function returns rows (key, place, weight of the numerator, weight of the
denominator); a weight is 1 or 0 except for lengths, which are in millimetres.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from support.slow.places import unit_of
from support.slow.posts import chiefed, holders, place, valid_on
from support.slow.town import WUHAN, Row, Town

Places = dict[str, str | None]


class Counted(NamedTuple):
    """One row of a coverage figure."""

    key: str
    places: Places
    part: int
    whole: int


def areas_of(town: Town) -> dict[str, Row]:
    """Areas as they stand on the last day."""
    return {row["area_id"]: row for row in valid_on(town, "area", town.last)}


def at_area(town: Town, areas: dict[str, Row], area_id: str) -> Places:
    """Where an area lies; nowhere but in the city if it is not known on that day."""
    area = areas.get(area_id)
    return place(town, area_id, area["street_code"] if area else None)


def required(town: Town) -> list[Row]:
    """应设责任区: required, PLANNED or ACTIVE, valid on the last day."""
    return [
        row
        for row in valid_on(town, "area", town.last)
        if row["is_required"] and row["status_code"] in ("PLANNED", "ACTIVE")
    ]


def cov_area(town: Town) -> list[Counted]:
    """Required areas, ACTIVE, with a road chief in post."""
    good = chiefed(town, town.last)
    return [
        Counted(
            row["area_id"],
            place(town, row["area_id"], row["street_code"]),
            int(row["area_id"] in good),
            1,
        )
        for row in required(town)
    ]


def home(town: Town, street: str) -> str:
    """Who files the roster of a street: its unit, else nobody but itself."""
    return unit_of(town, "DISTRICT_UNIT", None, street) or street


def told_homes(town: Town) -> set[str]:
    """Homes of which any roster ever came; of the others there is no data."""
    of_community = {
        row["division_code"]: row["parent_code"]
        for row in town.rows["division"]
        if row["level_code"] == "COMMUNITY"
    }
    filed = [
        row["street_code"]
        for row in town.rows["area"]
        if row["valid_from_on"] <= town.last
    ]
    filed += [
        of_community[row["target_id"]]
        for row in town.rows["assignment"]
        if row["target_kind_code"] == "COMMUNITY" and row["start_on"] <= town.last
    ]
    return {home(town, street) for street in filed}


def communities(town: Town) -> list[Row]:
    """Communities on the last day, of homes that have filed a roster."""
    told = told_homes(town)
    return [
        row
        for row in valid_on(town, "division", town.last)
        if row["level_code"] == "COMMUNITY" and home(town, row["parent_code"]) in told
    ]


def _communities_with(town: Town, good: set[str]) -> list[Counted]:
    return [
        Counted(
            row["division_code"],
            place(town, None, row["parent_code"]),
            int(row["division_code"] in good),
            1,
        )
        for row in communities(town)
    ]


def cov_comm(town: Town) -> list[Counted]:
    """Communities with an ACTIVE area that has a road chief in post.

    "Such area" is read without "required": where no required area is filed, the
    figure stands in for COV-AREA and would otherwise be nothing by construction.
    """
    good = chiefed(town, town.last)
    inside = {
        code
        for row in valid_on(town, "area", town.last)
        if row["area_id"] in good
        for code in row["community_codes"]
    }
    return _communities_with(town, inside)


def cov_bld(town: Town) -> list[Counted]:
    """Communities with a building chief in post."""
    posts = holders(town, town.last, "BUILDING_CHIEF")
    return _communities_with(town, {row["target_id"] for row in posts})


def cov_road(town: Town) -> list[Counted]:
    """Length of sections in "such areas", as of COV-COMM; without a length: beside."""
    good = chiefed(town, town.last)
    areas = areas_of(town)
    found = []
    for row in valid_on(town, "road_section", town.last):
        if row["length_m"] is None:
            continue
        length = int(row["length_m"] * 1000)
        where = at_area(town, areas, row["area_id"])
        part = length if row["area_id"] in good else 0
        found.append(Counted(row["road_section_id"], where, part, length))
    return found


def cov_shop(town: Town) -> list[Counted]:
    """Sections that must have a shop chief, with one in post."""
    good = {row["target_id"] for row in holders(town, town.last, "SHOP_CHIEF")}
    areas = areas_of(town)
    return [
        Counted(
            row["road_section_id"],
            at_area(town, areas, row["area_id"]),
            int(row["road_section_id"] in good),
            1,
        )
        for row in valid_on(town, "road_section", town.last)
        if row["is_shop_chief_required"]
    ]


def cov_board(town: Town) -> list[Counted]:
    """ACTIVE areas with a board IN_USE."""
    good = {
        row["area_id"]
        for row in valid_on(town, "sign_board", town.last)
        if row["status_code"] == "IN_USE"
    }
    return [
        Counted(
            row["area_id"],
            place(town, row["area_id"], row["street_code"]),
            int(row["area_id"] in good),
            1,
        )
        for row in valid_on(town, "area", town.last)
        if row["status_code"] == "ACTIVE"
    ]


def cov_obj(town: Town) -> list[Counted]:
    """Known objects linked to an area and verified in the last twelve months."""
    since = town.ends.astimezone(WUHAN)
    since = since.replace(year=since.year - 1)
    return [
        Counted(
            row["service_object_id"],
            place(town, row["area_id"], row["street_code"]),
            int(
                row["area_id"] is not None
                and row["verified_at"] is not None
                and since <= row["verified_at"] < town.ends
            ),
            1,
        )
        for row in valid_on(town, "service_object", town.last)
        if row["open_status_code"] not in ("MOVED", "VACANT")
        and row["duplicate_of_id"] is None
    ]


def cov_named(town: Town) -> list[Counted]:
    """Organisations that must name a contact, with one in post."""
    posts = holders(town, town.last, "DEPT_CONTACT", "RESP_UNIT_CONTACT")
    good = {row["target_id"] for row in posts}
    found = []
    for row in valid_on(town, "org", town.last):
        if row["is_contact_required"] is not True:
            continue
        where = place(town, None, row["division_code"])
        if row["unit_code"] is not None:
            where["unit"] = row["unit_code"]
        found.append(Counted(row["org_id"], where, int(row["org_id"] in good), 1))
    return found


COVERAGE: dict[str, Callable[[Town], list[Counted]]] = {
    "COV-AREA": cov_area,
    "COV-COMM": cov_comm,
    "COV-ROAD": cov_road,
    "COV-BLD": cov_bld,
    "COV-SHOP": cov_shop,
    "COV-BOARD": cov_board,
    "COV-OBJ": cov_obj,
    "COV-NAMED": cov_named,
}


Sums = dict[tuple[str, str | None], tuple[int, int]]


def sums(rows: Iterable[Counted]) -> Sums:
    """(numerator, denominator) by level and place; places without a row are absent."""
    found: Sums = {}
    for row in rows:
        for level, where in row.places.items():
            if where is not None or level == "city":
                part, whole = found.get((level, where), (0, 0))
                found[level, where] = (part + row.part, whole + row.whole)
    return found
