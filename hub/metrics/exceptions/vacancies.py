"""Posts that nobody holds on the last known day: by role, place and duration (R62).

What lives here: vacancies of road chiefs, building chiefs, shop chiefs, street leaders
and contacts, with the day since when. A post is vacant if nobody holds it (model §3.8),
whether or not its holder can be reached. What does not: coverage (`entries`).
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from hub.metrics.exceptions.lists import on_list
from hub.metrics.posts import held_on
from hub.metrics.roster_rows.placed import org_places
from hub.metrics.roster_rows.streets import CONTACTS, Terrain
from hub.metrics.told import told_homes, with_untold
from hub.metrics.units import on_day


def vacancies(
    sections: pl.DataFrame, orgs: pl.DataFrame, terrain: Terrain
) -> Iterator[pl.DataFrame]:
    """The lists of R62 and R63.

    Divisions of units of which no roster ever came are on none of them.
    """
    areas = terrain.roster.areas
    active = terrain.standing().filter("is_in_use")
    yield _vacant(
        "vacant_road_chief",
        active.select("period", "area_id", "street_code", subject_id="area_id"),
        _since(areas, "area_id"),
        terrain,
        ("ROAD_CHIEF",),
    )
    communities = _divisions(terrain, "COMMUNITY").select(
        "period",
        community_code="division_code",
        street_code="parent_code",
        subject_id="division_code",
    )
    unnamed = _vacant(
        "vacant_building_chief",
        _told(communities, terrain),
        None,
        terrain,
        ("BUILDING_CHIEF",),
    )
    yield unnamed
    yield on_list("community_unnamed", unnamed.with_columns(amount=_NOTHING))
    due = on_day(sections, terrain.days).filter("is_shop_chief_required")
    yield _vacant(
        "vacant_shop_chief",
        due.select("period", "area_id", subject_id="road_section_id").join(
            active.select("period", "area_id", "street_code"),
            on=["period", "area_id"],
            how="left",
        ),
        _since(sections, "road_section_id"),
        terrain,
        ("SHOP_CHIEF",),
    )
    streets = _divisions(terrain, "STREET").select(
        "period", street_code="division_code", subject_id="division_code"
    )
    yield _vacant("vacant_leader", _told(streets, terrain), None, terrain, ("LEADER",))
    needed = on_day(orgs, terrain.days).filter(
        pl.col("is_contact_required").fill_null(value=False)
    )
    yield _vacant(
        "vacant_contact",
        needed.select("period", "org_id", subject_id="org_id").join(
            org_places(orgs, terrain.places, terrain.days),
            on=["period", "org_id"],
            how="left",
        ),
        _since(orgs, "org_id"),
        terrain,
        CONTACTS,
    )


_NOTHING = pl.lit(None, dtype=pl.Int64)


def _divisions(terrain: Terrain, level: str) -> pl.DataFrame:
    chosen = terrain.places.divisions.filter(pl.col("level_code") == level)
    return on_day(chosen, terrain.days)


def _told(rows: pl.DataFrame, terrain: Terrain) -> pl.DataFrame:
    told = told_homes(
        terrain.roster.areas, terrain.roster.assignments, terrain.places, terrain.days
    )
    marked = with_untold(rows, told, terrain.places, terrain.days)
    return marked.filter(~pl.col("is_untold")).drop("is_untold")


def _since(versions: pl.DataFrame, key: str) -> pl.DataFrame:
    """subject_id, founded_on: the first day of a target's first version."""
    return versions.group_by(subject_id=key).agg(
        founded_on=pl.col("valid_from_on").min()
    )


def _vacant(
    name: str,
    targets: pl.DataFrame,
    founded: pl.DataFrame | None,
    terrain: Terrain,
    roles: tuple[str, ...],
) -> pl.DataFrame:
    """Targets without a post of the roles, since its last end, else since founded.

    A division that never had one has no day since when.
    """
    posts = terrain.roster.assignments.filter(pl.col("role_code").is_in(roles))
    held = held_on(posts, terrain.days).select("period", subject_id="target_id")
    ends = (
        posts.drop_nulls("end_on")
        .join(terrain.days, how="cross")
        .filter(pl.col("end_on") <= pl.col("day"))
        .group_by("period", subject_id="target_id")
        .agg(ended_on=pl.col("end_on").max())
    )
    nobody = (
        targets.unique(["period", "subject_id"], keep="any")
        .join(held.unique(), on=["period", "subject_id"], how="anti")
        .join(ends, on=["period", "subject_id"], how="left")
        .join(terrain.days, on="period")
    )
    if founded is None:
        since = nobody.with_columns(since_on="ended_on")
    else:
        since = nobody.join(founded, on="subject_id", how="left").with_columns(
            since_on=pl.coalesce("ended_on", "founded_on")
        )
    days = (pl.col("day") - pl.col("since_on")).dt.total_days()
    return on_list(name, since.with_columns(amount=days))
