"""Which column tells where a row belongs, dataset by dataset.

What lives here: the one table of such columns, and the rows of a dataset that a rule
means. Datasets that are not in the table belong to the whole city and can only be
granted with all rows. What does not: going from districts to streets (`territory`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from hub.sharing.seen_rows import Among, SeenRows, Within
from hub.sharing.territory import Reach
from hub.storage.grants import RowKind

Holds = Literal["district", "street", "division", "unit", "area", "code"]


class Place(NamedTuple):
    """A column with codes; `code` stands for a division or unit of any level."""

    column: str
    holds: Holds


class Via(NamedTuple):
    """A column with the key of a row of another dataset, which is placed itself."""

    column: str
    dataset: str
    key: str


OF_ISSUE = Via("issue_id", "issue", "issue_id")
OF_AREA = Via("area_id", "area", "area_id")
PLACES: Mapping[str, tuple[Place | Via, ...]] = MappingProxyType(
    {
        "issue": (
            Place("district_code", "district"),
            Place("street_code", "street"),
            Place("area_id", "area"),
        ),
        "issue_event": (OF_ISSUE,),
        "handling": (OF_ISSUE,),
        "review": (OF_ISSUE,),
        "area": (Place("street_code", "street"), Place("area_id", "area")),
        "road_section": (OF_AREA,),
        "sign_board": (OF_AREA,),
        "patrol": (OF_AREA,),
        "service_object": (Place("street_code", "street"), Place("area_id", "area")),
        "org": (Place("division_code", "division"), Place("unit_code", "unit")),
        "person": (Via("org_id", "org", "org_id"),),
        "meeting_item": (Via("host_org_id", "org", "org_id"),),
        "assignment": (
            Place("target_id", "division"),
            Via("target_id", "area", "area_id"),
            Via("target_id", "org", "org_id"),
        ),
        "institution_doc": (Place("unit_code", "unit"),),
        "division": (Place("division_code", "division"),),
        "assessment_unit": (Place("unit_code", "unit"),),
        "assessment_unit_member": (Place("unit_code", "unit"),),
        "figure": (Place("unit_code", "code"),),
    }
)
REACHED: Mapping[RowKind, frozenset[Holds]] = MappingProxyType(
    {
        "districts": frozenset({"district", "street", "division", "code"}),
        "streets": frozenset({"street", "division", "code"}),
        "own": frozenset({"street", "area", "division", "unit", "code"}),
    }
)


def can_place(dataset: str, kind: RowKind) -> bool:
    """Whether a rule of that kind means anything in a dataset."""
    if kind == "all":
        return True
    return any(
        can_place(one.dataset, kind)
        if isinstance(one, Via)
        else one.holds in REACHED[kind]
        for one in PLACES.get(dataset, ())
    )


def placed_rows(dataset: str, reach: Reach) -> SeenRows:
    """The rows of a dataset that lie where the codes reach; none where nothing tells.

    A district sees what names the district; only where no column does, its streets
    decide. A row whose street lies elsewhere stays with the district it names.
    """
    places = PLACES.get(dataset, ())
    own = [one for one in places if isinstance(one, Place)]
    named = [one for one in own if one.holds == "district" and reach.districts]
    parts: list[Within | Among] = [
        Within(one.column, codes)
        for one in named or own
        if (codes := _codes(reach, one.holds))
    ]
    for one in places:
        if isinstance(one, Via):
            inner = placed_rows(one.dataset, reach).parts or ()
            rows = tuple(part for part in inner if isinstance(part, Within))
            if rows:
                parts.append(Among(one.column, one.dataset, one.key, rows))
    return SeenRows(tuple(parts))


def _codes(reach: Reach, holds: Holds) -> tuple[str, ...]:
    match holds:
        case "district":
            return reach.districts
        case "street":
            return reach.streets
        case "division":
            return reach.divisions
        case "unit":
            return reach.units
        case "area":
            return reach.areas
        case "code":
            return reach.divisions + reach.units
