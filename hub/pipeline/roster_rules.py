"""Do the rosters fit together? How many chiefs, posts, boards and numbers there are.

What lives here: the K-rules of model §6 that need several rows of several datasets, as
of one day. They only ever warn: practice departs from the policy's numbers. What does
not: rules of single rows (`verdicts`), references (`references`), figures of coverage
(`hub.metrics`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

import polars as pl

from hub.pipeline.local_days import holds_on

FINDING = {"dataset": pl.String, "id": pl.String, "rule": pl.String}
CONTACTS = ("DEPT_CONTACT", "RESP_UNIT_CONTACT")
CHIEF_UNITS = ("ENFORCEMENT_CENTRE", "STREET")


class Rosters(NamedTuple):
    """What lives in core of six datasets, versions and intervals included."""

    area: pl.DataFrame
    road_section: pl.DataFrame
    assignment: pl.DataFrame
    person: pl.DataFrame
    org: pl.DataFrame
    sign_board: pl.DataFrame


def roster_findings(
    rosters: Rosters,
    *,
    on: date,
    max_areas: int,
    street_max_areas: Mapping[str, int] = MappingProxyType({}),
) -> pl.DataFrame:
    """What is odd about the rosters on a day.

    Args:
        rosters: core rows; a tombstone is none.
        on: the day; overlapping intervals (K11) are found whatever the day.
        max_areas: areas that one road chief may hold (K05).
        street_max_areas: the same, where a street settles it differently.

    Returns:
        dataset, id (hub id; the code for a division), rule: K01 to K11 and K19, once
        each, sorted.
    """
    now = Rosters(*(_on(frame, on) for frame in rosters))
    areas = now.area.filter(pl.col("status_code") == "ACTIVE")
    found = [
        *_chiefs(areas, now.assignment, max_areas, street_max_areas),
        *_others(areas, now),
        *_people(now),
        _boards(areas, now),
        _overlaps(rosters.assignment),
    ]
    empty = pl.DataFrame(schema=FINDING)
    return pl.concat([empty, *found]).unique().sort("dataset", "id", "rule")


def _on(frame: pl.DataFrame, on: date) -> pl.DataFrame:
    is_post = "start_on" in frame.columns
    first, until = (
        ("start_on", "end_on") if is_post else ("valid_from_on", "valid_to_on")
    )
    dated = frame.with_columns(__day=pl.lit(on))
    return dated.filter(holds_on("__day", first=first, until=until)).drop("__day")


def _told(ids: pl.DataFrame, dataset: str, rule: str) -> pl.DataFrame:
    """The first column of a frame as findings."""
    named = ids.select(pl.first().cast(pl.String).alias("id")).drop_nulls()
    return named.select(pl.lit(dataset).alias("dataset"), "id", rule=pl.lit(rule))


def _held(posts: pl.DataFrame, role: str, kind: str) -> pl.DataFrame:
    """Posts of one role over one kind of target."""
    is_it = (pl.col("role_code") == role) & (pl.col("target_kind_code") == kind)
    return posts.filter(is_it)


def _count(
    targets: pl.DataFrame, posts: pl.DataFrame, *, least: int = 0, most: int = 1
) -> pl.DataFrame:
    """Targets with fewer or more people in post than there should be."""
    held = posts.group_by("target_id").agg(people=pl.col("person_id").n_unique())
    name = targets.columns[0]
    return (
        targets.select(name)
        .unique()
        .join(held, left_on=name, right_on="target_id", how="left")
        .filter(~pl.col("people").fill_null(0).is_between(least, most))
    )


def _chiefs(
    areas: pl.DataFrame,
    posts: pl.DataFrame,
    max_areas: int,
    street_max_areas: Mapping[str, int],
) -> list[pl.DataFrame]:
    chiefs = _held(posts, "ROAD_CHIEF", "AREA")
    named = areas.select("area_id")
    allowed = pl.col("street_code").replace_strict(
        dict(street_max_areas), default=max_areas, return_dtype=pl.Int64
    )
    held = chiefs.join(
        areas.select("area_id", allowed=allowed),
        left_on="target_id",
        right_on="area_id",
    )
    # Over areas of several streets, the strictest of them decides.
    several = (
        held.group_by("person_id")
        .agg(areas=pl.col("target_id").n_unique(), allowed=pl.col("allowed").min())
        .filter(pl.col("areas") > pl.col("allowed"))
    )
    vacant = named.join(chiefs, left_on="area_id", right_on="target_id", how="anti")
    return [
        _told(_count(named, chiefs), "area", "K01"),
        _told(vacant, "area", "K02"),
        _told(several.select("person_id"), "person", "K05"),
    ]


def _others(areas: pl.DataFrame, now: Rosters) -> list[pl.DataFrame]:
    posts = now.assignment
    communities = areas.select(pl.col("community_codes").explode()).drop_nulls()
    builders = _held(posts, "BUILDING_CHIEF", "COMMUNITY")
    sections = now.road_section.filter("is_shop_chief_required").select(
        "road_section_id"
    )
    shops = _held(posts, "SHOP_CHIEF", "ROAD_SECTION")
    streets = areas.select("street_code")
    leaders = _held(posts, "LEADER", "STREET")
    units = now.org.filter(pl.col("is_contact_required").fill_null(value=False)).select(
        "org_id"
    )
    contacts = posts.filter(pl.col("role_code").is_in(CONTACTS))
    without = units.join(contacts, left_on="org_id", right_on="target_id", how="anti")
    return [
        _told(_count(communities, builders, least=1), "division", "K03"),
        _told(_count(sections, shops, least=1), "road_section", "K04"),
        _told(_count(streets, leaders, least=1), "division", "K08"),
        _told(without, "org", "K09"),
    ]


def _people(now: Rosters) -> list[pl.DataFrame]:
    people = now.person.select("person_id", "employment_code", "org_id", "mobile")
    held = now.assignment.join(people, on="person_id").join(
        now.org.select("org_id", "org_kind_code"), on="org_id", how="left"
    )
    chiefs = held.filter(pl.col("role_code") == "ROAD_CHIEF")
    fits = (pl.col("employment_code") == "ENFORCEMENT") & pl.col("org_kind_code").is_in(
        CHIEF_UNITS
    )
    shops = held.filter(pl.col("role_code") == "SHOP_CHIEF")
    guards = pl.col("employment_code") == "THREE_GUARANTEE_SUPERVISOR"
    shared = people.drop_nulls("mobile").filter(
        pl.col("person_id").n_unique().over("mobile") > 1
    )
    misfits = chiefs.filter(~fits.fill_null(value=False)).select("assignment_id")
    others = shops.filter(~guards.fill_null(value=False)).select("assignment_id")
    return [
        _told(misfits, "assignment", "K06"),
        _told(others, "assignment", "K07"),
        _told(shared.select("person_id"), "person", "K19"),
    ]


def _boards(areas: pl.DataFrame, now: Rosters) -> pl.DataFrame:
    """Areas without a board in use, or of which none shows a chief in post."""
    names = now.person.select("person_id", "person_name")
    chiefs = _held(now.assignment, "ROAD_CHIEF", "AREA").join(names, on="person_id")
    named = chiefs.select(area_id="target_id", chief="person_name")
    boards = now.sign_board.filter(pl.col("status_code") == "IN_USE")
    shown = boards.select("area_id", shown="shown_chief_name")
    both = areas.select("area_id").join(shown, on="area_id").join(named, on="area_id")
    right = both.filter(pl.col("shown") == pl.col("chief"))
    # A vacant post cannot be shown rightly, and is a finding of its own (K02).
    vacant = shown.join(named, on="area_id", how="anti")
    fine = pl.concat([right.select("area_id"), vacant.select("area_id")])
    return _told(
        areas.select("area_id").join(fine, on="area_id", how="anti"), "area", "K10"
    )


def _overlaps(posts: pl.DataFrame) -> pl.DataFrame:
    """Posts of one person, role and target that begin before another has ended."""
    same = ("person_id", "role_code", "target_kind_code", "target_id")
    ends = pl.col("end_on").fill_null(date.max)
    until = ends.cum_max().shift().over(same, order_by=["start_on", "assignment_id"])
    late = posts.filter((pl.col("start_on") < until).fill_null(value=False))
    return _told(late.select("assignment_id"), "assignment", "K11")
