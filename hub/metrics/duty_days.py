"""Days of duty as rows to be counted: one per road chief and working day in post.

What lives here: which days a road chief owes, and what he did on each. What does
not: the definition of the action rate (`action`).

A person who holds several posts owes a day once; it counts where the post lies that
is primary, else the earlier by (start_on, assignment_id), as cases are attributed.
The running month is counted up to and with `as_of`'s local day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from hub.metrics.evidence import named
from hub.metrics.levels import Places
from hub.metrics.posts import PostRules, held_on, persons_on, road_chief_posts

DONE, EXCUSED = "DONE", "EXCUSED"
BY_DAY = ("person_id", "day")


@dataclass(frozen=True)
class ActionRules:
    """When a patrol is a valid act: minutes (m) or check points (k), metrics §6.3."""

    min_minutes: int
    min_checkpoints: int


class Deeds(NamedTuple):
    """What people did: rows of the datasets patrol, issue, handling and review."""

    patrols: pl.DataFrame
    issues: pl.DataFrame
    handlings: pl.DataFrame
    reviews: pl.DataFrame


class Roster(NamedTuple):
    """Who owes what: rows of the datasets area, assignment and person."""

    areas: pl.DataFrame
    assignments: pl.DataFrame
    persons: pl.DataFrame


def working_days(
    calendar: pl.DataFrame, periods: Iterable[str], as_of: datetime, zone: str
) -> pl.DataFrame:
    """period, day, is_final: days of the months that are worked and have begun.

    Args:
        calendar: rows of dataset work_calendar, of one calendar.
        periods: months `YYYY-MM`.
        as_of: nothing after its local day is known.
        zone: the city's.
    """
    today = as_of.astimezone(ZoneInfo(zone)).date()
    return (
        calendar.filter(pl.col("is_workday") & (pl.col("day_on") <= today))
        .select("is_final", period=pl.col("day_on").dt.to_string("%Y-%m"), day="day_on")
        .filter(pl.col("period").is_in(list(periods)))
    )


def duty_days(
    roster: Roster,
    deeds: Deeds,
    places: Places,
    *,
    days: pl.DataFrame,
    rules: ActionRules,
    zone: str,
) -> pl.DataFrame:
    """Every working day of every road chief in post.

    Args:
        roster, deeds: the rows.
        places: the city's.
        days: `working_days`.
        rules: the city's.
        zone: in which an act falls on a day.

    Returns:
        period, subject, subject_id, the place with chief_person_id, is_excused,
        is_inactive, has_act, has_short, has_outside, has_unsure, is_final.
    """
    owed = (
        held_on(road_chief_posts(roster.assignments), days)
        .sort(
            "is_primary", "start_on", "assignment_id", descending=[True, False, False]
        )
        .unique(["person_id", "day"], keep="first", maintain_order=True)
        .select("period", "day", "is_final", "person_id", "area_id")
    )
    patrolled = patrol_days(deeds.patrols, rules, zone)
    state = persons_on(roster.persons, days, PostRules()).select(
        *BY_DAY, is_inactive=~pl.col("is_active")
    )
    flags = (
        "is_inactive",
        "is_excused",
        "has_case",
        "has_patrol",
        "has_short",
        "has_outside",
        "has_unsure",
    )
    streets = places.parents("STREET", "street_code", "district_code")
    return (
        owed.join(_streets_of(owed, roster.areas), on=["area_id", "day"], how="left")
        .join(streets, on="street_code", how="left")
        .join(state, on=BY_DAY, how="left")
        .join(patrolled, on=BY_DAY, how="left")
        .join(case_days(deeds, zone), on=BY_DAY, how="left")
        .with_columns(pl.col(flags).fill_null(value=False))
        .with_columns(
            *named("duty_day", "person_id", "day"),
            has_act=pl.col("has_case") | pl.col("has_patrol"),
            chief_person_id="person_id",
        )
    )


def _streets_of(owed: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """area_id, day, street_code: of the version of the area in force on the day."""
    until = pl.col("valid_to_on")
    return (
        owed.select("area_id", "day")
        .unique()
        .join(
            areas.select("area_id", "street_code", "valid_from_on", "valid_to_on"),
            on="area_id",
        )
        .filter(
            (pl.col("valid_from_on") <= pl.col("day"))
            & (until.is_null() | (until > pl.col("day")))
        )
        .select("area_id", "day", "street_code")
        .unique(["area_id", "day"], keep="any")
    )


def patrol_days(patrols: pl.DataFrame, rules: ActionRules, zone: str) -> pl.DataFrame:
    """What patrols make of a day: person_id, day and one flag per kind.

    A patrol is long enough with m minutes (as delivered, else from start to end) or
    k check points; where it is not known to lie inside the area it counts, and the
    day is flagged `has_unsure`. A day is excused by a row planned on it.
    """
    lasted = pl.coalesce(
        "duration_minutes",
        (pl.col("ended_at") - pl.col("started_at")).dt.total_minutes(),
    )
    is_long = (lasted >= rules.min_minutes).fill_null(value=False) | (
        pl.col("checkpoint_done_count") >= rules.min_checkpoints
    ).fill_null(value=False)
    is_out = pl.col("is_inside_area").eq_missing(pl.lit(value=False))
    done = (
        patrols.filter(pl.col("status_code") == DONE)
        .select(
            "person_id",
            _day("started_at", zone),
            has_patrol=is_long & ~is_out,
            has_short=~is_long & ~is_out,
            has_outside=is_out,
            has_unsure=is_long & pl.col("is_inside_area").is_null(),
            is_excused=pl.lit(value=False),
        )
        .drop_nulls("day")
    )
    excused = patrols.filter(pl.col("status_code") == EXCUSED).select(
        "person_id",
        day="planned_on",
        has_patrol=pl.lit(value=False),
        has_short=pl.lit(value=False),
        has_outside=pl.lit(value=False),
        has_unsure=pl.lit(value=False),
        is_excused=pl.lit(value=True),
    )
    return pl.concat([done, excused]).group_by(BY_DAY).agg(pl.all().any())


def case_days(deeds: Deeds, zone: str) -> pl.DataFrame:
    """person_id, day, has_case: who reported, handled or reviewed a case when."""
    told = (
        (deeds.issues, "reporter_person_id", "reported_at"),
        (deeds.handlings, "handler_person_id", "finished_at"),
        (deeds.reviews, "reviewer_person_id", "done_at"),
    )
    return (
        pl.concat(
            frame.select(pl.col(who).alias("person_id"), _day(at, zone))
            for frame, who, at in told
        )
        .drop_nulls()
        .unique()
        .with_columns(has_case=pl.lit(value=True))
    )


def _day(instant: str, zone: str) -> pl.Expr:
    return pl.col(instant).dt.convert_time_zone(zone).dt.date().alias("day")
