"""What streets, sections, boards and registers must have, as rows to be counted.

What lives here: communities, road sections, areas with their boards, objects and
organisations as they stand on the day that speaks for a month (metrics §6.2). What
does not: areas themselves (`area_rows`), what counts (`entries.coverage`).
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from hub.metrics.area_rows import covered_communities, standing_areas
from hub.metrics.duty_days import Roster
from hub.metrics.evidence import named
from hub.metrics.levels import Places
from hub.metrics.posts import PostRules, post_state
from hub.metrics.roster_rows.placed import org_places, with_place
from hub.metrics.told import told_homes
from hub.metrics.units import on_day

STATE = ("has_post", "is_listed", "has_active", "has_phone")
CONTACTS = ("DEPT_CONTACT", "RESP_UNIT_CONTACT")
MILLIMETRES = 1000


class Terrain(NamedTuple):
    """Who holds what, where, on which days, by which rules.

    Attributes:
        roster: areas, posts and persons.
        places: the city's.
        days: `last_known_days`.
        rules: the city's rules of posts.
    """

    roster: Roster
    places: Places
    days: pl.DataFrame
    rules: PostRules

    def standing(self) -> pl.DataFrame:
        """`standing_areas` of the days."""
        return standing_areas(*self.roster, days=self.days, rules=self.rules)

    def held(
        self, roles: tuple[str, ...], target_kind: str, target: str
    ) -> pl.DataFrame:
        """`post_state`, the target named as the column of that name."""
        _, assignments, persons = self.roster
        return post_state(
            assignments,
            persons,
            self.days,
            rules=self.rules,
            roles=roles,
            target_kind=target_kind,
        ).rename({"target_id": target})


def _false(*names: str) -> pl.Expr:
    return pl.col(names).fill_null(value=False)


def _current(frame: pl.DataFrame, days: pl.DataFrame, key: str) -> pl.DataFrame:
    return on_day(frame, days).unique(["period", key], keep="any")


def community_rows(terrain: Terrain) -> pl.DataFrame:
    """Every community of the day (COV-COMM, COV-BLD).

    Returns:
        period, subject, subject_id, the place, is_covered (an area in use with a road
        chief in post names it), STATE of its building chief, is_untold.
    """
    areas, assignments, _ = terrain.roster
    told = told_homes(areas, assignments, terrain.places, terrain.days)
    here = covered_communities(terrain.standing(), terrain.places, terrain.days, told)
    held = terrain.held(("BUILDING_CHIEF",), "COMMUNITY", "community_code")
    return with_place(
        here.join(held, on=["period", "community_code"], how="left").with_columns(
            *named("community", "community_code"), _false(*STATE)
        ),
        terrain.places,
    )


def section_rows(sections: pl.DataFrame, terrain: Terrain) -> pl.DataFrame:
    """Every road section of the day (COV-ROAD, COV-SHOP).

    Returns:
        period, subject, subject_id, the place, length_mm (null where none is filed),
        is_covered (its area is in use with a road chief in post),
        is_shop_chief_required, STATE of its shop chief.
    """
    areas = terrain.standing().select(
        "period", "area_id", "street_code", is_covered="has_chief"
    )
    held = terrain.held(("SHOP_CHIEF",), "ROAD_SECTION", "road_section_id")
    here = _current(sections, terrain.days, "road_section_id").select(
        "period", "road_section_id", "area_id", "length_m", "is_shop_chief_required"
    )
    return with_place(
        here.join(areas, on=["period", "area_id"], how="left")
        .join(held, on=["period", "road_section_id"], how="left")
        .with_columns(
            *named("road_section", "road_section_id"),
            _false("is_covered", "is_shop_chief_required", *STATE),
            length_mm=(pl.col("length_m") * MILLIMETRES).cast(pl.Int64),
        ),
        terrain.places,
    )


def board_rows(boards: pl.DataFrame, terrain: Terrain) -> pl.DataFrame:
    """Every area in use on the day, and whether a board stands in it (COV-BOARD).

    Returns:
        period, subject, subject_id, the place, has_any_board, has_board (IN_USE).
    """
    stood = (
        on_day(boards, terrain.days)
        .group_by("period", "area_id")
        .agg(
            has_any_board=pl.lit(value=True),
            has_board=(pl.col("status_code") == "IN_USE").any(),
        )
    )
    here = terrain.standing().filter("is_in_use")
    return with_place(
        here.select("period", "area_id", "street_code", *named("area", "area_id"))
        .join(stood, on=["period", "area_id"], how="left")
        .with_columns(_false("has_any_board", "has_board")),
        terrain.places,
    )


def object_rows(objects: pl.DataFrame, terrain: Terrain, zone: str) -> pl.DataFrame:
    """Every service object of the register on the day (COV-OBJ, R44).

    Returns:
        period, subject, subject_id, the place, is_gone (MOVED or VACANT),
        is_duplicate, is_linked (to an area), is_recent (seen on site in the twelve
        months that end with the day).
    """
    seen = pl.col("verified_at").dt.convert_time_zone(zone).dt.date()
    after = pl.col("day").dt.offset_by("1d")
    here = _current(objects, terrain.days, "service_object_id")
    return with_place(
        here.select(
            "period",
            "service_object_id",
            "area_id",
            "street_code",
            "community_code",
            *named("service_object", "service_object_id"),
            is_gone=pl.col("open_status_code").is_in(["MOVED", "VACANT"]),
            is_duplicate=pl.col("duplicate_of_id").is_not_null(),
            is_linked=pl.col("area_id").is_not_null(),
            is_recent=(
                (seen >= after.dt.offset_by("-12mo")) & (seen < after)
            ).fill_null(value=False),
        ),
        terrain.places,
    )


def named_org_rows(orgs: pl.DataFrame, terrain: Terrain) -> pl.DataFrame:
    """Organisations that must name a contact, or of which it is open (COV-NAMED).

    Returns:
        period, subject, subject_id, the place with its own units, is_undecided,
        STATE of its contacts.
    """
    needed = pl.col("is_contact_required")
    here = _current(orgs, terrain.days, "org_id").filter(needed.fill_null(value=True))
    held = terrain.held(CONTACTS, "ORG", "org_id")
    return with_place(
        here.select("period", "org_id", is_undecided=needed.is_null())
        .join(
            org_places(orgs, terrain.places, terrain.days),
            on=["period", "org_id"],
            how="left",
        )
        .join(held, on=["period", "org_id"], how="left")
        .with_columns(*named("org", "org_id"), _false(*STATE)),
        terrain.places,
    )
