"""Boards that tell something else than the roster, objects and centres with gaps.

What lives here: boards out of date (R53), objects without an area (R45) and posts of
enforcement centres that are not filled (R60). What does not: whether a board stands at
all (`entries.registers`).
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from hub.metrics.exceptions.lists import on_list
from hub.metrics.posts import held_on, road_chief_posts
from hub.metrics.roster_rows.placed import org_places
from hub.metrics.roster_rows.streets import Terrain
from hub.metrics.units import on_day

CENTRE = "ENFORCEMENT_CENTRE"


def boards_out_of_date(
    boards: pl.DataFrame, sections: pl.DataFrame, terrain: Terrain
) -> Iterator[pl.DataFrame]:
    """What boards show, held against the roster of the day (R53).

    A vacant post cannot be shown rightly and is a vacancy instead; a board shows its
    road if the road's name stands in its text: its own section's, else that of any
    section of its area.
    """
    areas = terrain.standing().select("period", "area_id", "street_code")
    here = (
        on_day(boards, terrain.days)
        .with_columns(subject_id="sign_board_id")
        .join(areas, on=["period", "area_id"], how="left")
    )
    shown = here.filter(pl.col("status_code") == "IN_USE")
    named = on_day(terrain.roster.persons, terrain.days).select(
        "period", "person_id", "person_name"
    )
    chiefs = (
        held_on(road_chief_posts(terrain.roster.assignments), terrain.days)
        .join(named, on=["period", "person_id"])
        .select("period", "area_id", shown_chief_name="person_name")
        .unique()
    )
    at_area = ["period", "area_id"]
    yield on_list(
        "board_chief",
        shown.join(chiefs, on=at_area, how="semi").join(
            chiefs, on=[*at_area, "shown_chief_name"], how="anti"
        ),
    )
    yield on_list("board_road", _wrong_roads(shown, sections, terrain))
    yield on_list("board_outdated", here.filter(pl.col("status_code") == "OUTDATED"))


def _wrong_roads(
    shown: pl.DataFrame, sections: pl.DataFrame, terrain: Terrain
) -> pl.DataFrame:
    told = shown.drop_nulls("shown_road_text")
    roads = on_day(sections, terrain.days).select(
        "period", "area_id", "road_section_id", "road_name"
    )
    own = told.drop_nulls("road_section_id").join(
        roads.drop("area_id"), on=["period", "road_section_id"]
    )
    of_area = told.filter(pl.col("road_section_id").is_null()).join(
        roads.drop("road_section_id"), on=["period", "area_id"]
    )
    judged = pl.concat([own, of_area.select(own.columns)])
    names = pl.col("shown_road_text").str.contains(pl.col("road_name"), literal=True)
    wrong = (
        judged.group_by("period", "subject_id")
        .agg(is_right=names.any())
        .filter(~pl.col("is_right"))
    )
    return told.join(wrong, on=["period", "subject_id"], how="semi")


def objects_without_area(objects: pl.DataFrame) -> pl.DataFrame:
    """Known objects that no area answers for (R45).

    Args:
        objects: `object_rows`.
    """
    known = objects.filter(~pl.col("is_gone") & ~pl.col("is_duplicate"))
    return on_list("object_without_area", known.filter(~pl.col("is_linked")))


def open_posts(orgs: pl.DataFrame, terrain: Terrain) -> Iterator[pl.DataFrame]:
    """Enforcement centres with fewer people than posts, or no word of it (R60)."""
    gap = pl.col("establishment_count") - pl.col("in_post_count")
    centres = (
        on_day(orgs.filter(pl.col("org_kind_code") == CENTRE), terrain.days)
        .select("period", "org_id", subject_id="org_id", amount=gap)
        .join(
            org_places(orgs, terrain.places, terrain.days),
            on=["period", "org_id"],
            how="left",
        )
    )
    yield on_list("posts_open", centres.filter(pl.col("amount") > 0))
    yield on_list("posts_unknown", centres.filter(pl.col("amount").is_null()))
