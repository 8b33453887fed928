"""What the places of figures are called: units, districts, streets, chiefs' areas.

What lives here: names by level and code, for tables that a person reads. What does
not: names of people; a chief is told by the area that he looks after.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from hub.flow.house import House

Place = tuple[str, str | None]


def place_names(house: House, places: Collection[Place]) -> dict[Place, str]:
    """The name of each (level, code); the city's own for the city."""
    by_level = {
        "unit": _unit_names,
        "street_unit": _unit_names,
        "community": _division_names,
        "district": _division_names,
        "street": _division_names,
        "chief": _chief_areas,
    }
    names: dict[Place, str] = {("city", None): house.city.name}
    for level, find in by_level.items():
        codes = {code for name, code in places if name == level and code}
        if codes:
            known = find(house)
            names |= {(level, code): known.get(code, "") for code in codes}
    return names


def _unit_names(house: House) -> dict[str, str]:
    return _latest(house.city.reference("assessment_unit"), "unit_code", "unit_name")


def _division_names(house: House) -> dict[str, str]:
    """Names of divisions; a street with its district, as names alone repeat."""
    divisions = house.city.reference("division")
    own = _latest(divisions, "division_code", "division_name")
    level = _latest(divisions, "division_code", "level_code")
    parent = _latest(divisions, "division_code", "parent_code")
    return {
        code: f"{own.get(parent[code], '')}{name}" if level[code] == "STREET" else name
        for code, name in own.items()
    }


def _chief_areas(house: House) -> dict[str, str]:
    """The areas that each person is or was road chief of."""
    from hub.flow.published import published
    from hub.metrics.posts import road_chief_posts
    from hub.schemas import dataset

    posts = road_chief_posts(published(house, dataset("assignment")))
    areas = published(
        house, dataset("area"), columns=["area_id", "area_name", "valid_from_on"]
    )
    named = (
        posts.sort("start_on", "area_id")
        .join(
            areas.sort("valid_from_on").unique("area_id", keep="last"),
            on="area_id",
            maintain_order="left",
        )
        .unique(["person_id", "area_id"], keep="first", maintain_order=True)
        .group_by("person_id", maintain_order=True)
        .agg(pl.col("area_name").str.join("、"))
    )
    return dict(named.rows())


def _latest(frame: pl.DataFrame, code: str, name: str) -> dict[str, str]:
    last = frame.sort("valid_from_on").unique(code, keep="last")
    return dict(last.select(code, name).rows())
