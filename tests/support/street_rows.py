"""Sections, boards, objects, organisations, papers and meetings of a small city.

The city is the one of `metric_frames` with communities: street s1 (unit AU-1) holds
s1c1 and s1c2, street s2 (unit AU-2) holds s2c1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import polars as pl
from support.metric_frames import DIVISION, DIVISIONS, INSTANT, MEMBER, MEMBERS, SINCE
from support.roster_frames import AREA, LATER, PERSON, POST, RULES, ZONE, post

from hub.metrics.area_rows import last_known_days
from hub.metrics.duty_days import Roster
from hub.metrics.figures import Figures, Terms, compute_figures
from hub.metrics.levels import Places
from hub.metrics.registry import metric
from hub.metrics.roster_rows.streets import Terrain

Rows = Iterable[Mapping[str, Any]]
SPAN = {"valid_from_on": pl.Date, "valid_to_on": pl.Date}
LENGTH = pl.Decimal(18, 3)
SECTION = {
    "road_section_id": pl.String,
    "road_name": pl.String,
    "area_id": pl.String,
    "length_m": LENGTH,
    "is_shop_chief_required": pl.Boolean,
    **SPAN,
}
BOARD = {
    "sign_board_id": pl.String,
    "area_id": pl.String,
    "road_section_id": pl.String,
    "shown_road_text": pl.String,
    "shown_chief_name": pl.String,
    "status_code": pl.String,
    **SPAN,
}
OBJECT = {
    "service_object_id": pl.String,
    "area_id": pl.String,
    "street_code": pl.String,
    "community_code": pl.String,
    "open_status_code": pl.String,
    "verified_at": INSTANT,
    "duplicate_of_id": pl.String,
    **SPAN,
}
ORG = {
    "org_id": pl.String,
    "org_kind_code": pl.String,
    "division_code": pl.String,
    "unit_code": pl.String,
    "is_contact_required": pl.Boolean,
    "establishment_count": pl.Int64,
    "in_post_count": pl.Int64,
    **SPAN,
}
UNIT = {
    "unit_code": pl.String,
    "level_code": pl.String,
    "parent_unit_code": pl.String,
    **SPAN,
}
COMMUNITIES = {"s1c1": "s1", "s1c2": "s1", "s2c1": "s2"}
OF_STREET = {
    "unit_code": "AU-s1",
    "member_kind_code": "DIVISION",
    "member_id": "s1",
}
UNITS = {
    "AU-1": ("DISTRICT_UNIT", None),
    "AU-2": ("DISTRICT_UNIT", None),
    "AU-s1": ("STREET_UNIT", "AU-1"),
}


def frame(rows: Rows, schema: Mapping[str, Any]) -> pl.DataFrame:
    """Dictionaries as rows that were valid since the system began."""
    filled = [{"valid_from_on": SINCE, **row} for row in rows]
    return pl.DataFrame(filled, schema=schema)


def places(members: Rows = MEMBERS) -> Places:
    """The small city with its communities and one unit of street level."""
    communities = [
        {"division_code": code, "level_code": "COMMUNITY", "parent_code": street}
        for code, street in COMMUNITIES.items()
    ]
    units = [
        {"unit_code": code, "level_code": level, "parent_unit_code": parent}
        for code, (level, parent) in UNITS.items()
    ]
    return Places(
        units=frame(units, UNIT),
        members=frame([*members, OF_STREET], MEMBER),
        divisions=frame([*DIVISIONS, *communities], DIVISION),
    )


def terrain(
    areas: Rows = (),
    posts: Rows = (),
    persons: Rows = (),
    *,
    as_of: datetime = LATER,
    members: Rows = MEMBERS,
) -> Terrain:
    """The roster on the day that speaks for April 2026."""
    return Terrain(
        roster(areas, posts, persons),
        places(members),
        last_known_days(["2026-04"], as_of, ZONE),
        RULES,
    )


def roster(areas: Rows = (), posts: Rows = (), persons: Rows = ()) -> Roster:
    """Areas, posts and persons given as dictionaries."""
    return Roster(
        frame(areas, AREA),
        pl.DataFrame(list(posts), schema=POST),
        frame(persons, PERSON),
    )


def told(
    name: str,
    subject: str,
    rows: pl.DataFrame,
    *,
    where: Places | None = None,
    as_of: datetime = LATER,
) -> Figures:
    """One metric of April 2026 over the rows of its subject."""
    return compute_figures(
        {subject: rows},
        where or places(),
        metrics=[metric(name)],
        periods=["2026-04"],
        terms=Terms(zone=ZONE, as_of=as_of),
    )


def builder(community: str = "s1c1", **values: Any) -> dict[str, Any]:
    """The post of a building chief."""
    kind = {"role_code": "BUILDING_CHIEF", "target_kind_code": "COMMUNITY"}
    return post(**({"target_id": community} | kind | values))


def shop_chief(section: str = "r1", **values: Any) -> dict[str, Any]:
    """The post of a shop chief."""
    kind = {"role_code": "SHOP_CHIEF", "target_kind_code": "ROAD_SECTION"}
    return post(**({"target_id": section} | kind | values))


def contact(org: str = "o1", **values: Any) -> dict[str, Any]:
    """The post of a department's contact."""
    kind = {"role_code": "DEPT_CONTACT", "target_kind_code": "ORG"}
    return post(**({"target_id": org} | kind | values))


def day(number: int) -> date:
    """A day of April 2026."""
    return date(2026, 4, number)
