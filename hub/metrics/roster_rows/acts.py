"""Patrols and road chiefs with their acts, as rows to be counted.

What lives here: every planned or done patrol of a month, and every road chief of its
last known day with the acts of that month (metrics §6.3). An act is one valid patrol
or one case, whatever the person did with it: who reports and handles a case acts once.
What does not: days of duty (`duty_days`), what counts (`entries.action`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.duty_days import (
    DONE,
    IS_OUTSIDE,
    ActionRules,
    Deeds,
    Roster,
    lasts,
    local_day,
    main_posts,
    streets_on,
)
from hub.metrics.evidence import named
from hub.metrics.levels import Places
from hub.metrics.posts import PostRules, persons_on
from hub.metrics.roster_rows.placed import with_place

MONTH = "%Y-%m"


def chief_rows(
    roster: Roster,
    deeds: Deeds,
    places: Places,
    *,
    days: pl.DataFrame,
    rules: ActionRules,
    zone: str,
) -> pl.DataFrame:
    """Every road chief in post on the day that speaks for a month (ACT-PERSON).

    Args:
        roster, deeds: the rows; issues, handlings and reviews with issue_id.
        places: the city's.
        days: `last_known_days`.
        rules: the city's.
        zone: in which an act falls on a day.

    Returns:
        period, subject, subject_id, the place, is_inactive, act_count, has_acts (at
        least `min_acts`), is_idle (none at all).
    """
    chiefs = main_posts(roster.assignments, days).select(
        "period", "day", "person_id", "area_id"
    )
    state = persons_on(roster.persons, days, PostRules()).select(
        "period", "person_id", is_inactive=~pl.col("is_active")
    )
    acts = (
        pl.concat([valid_patrols(deeds.patrols, rules, zone), cases_by(deeds, zone)])
        .with_columns(period=pl.col("day").dt.to_string(MONTH))
        .join(days.select("period", until="day"), on="period")
        .filter(pl.col("day") <= pl.col("until"))
        .group_by("period", "person_id")
        .agg(act_count=pl.col("act").n_unique().cast(pl.Int64))
    )
    key = ["period", "person_id"]
    return with_place(
        chiefs.join(streets_on(chiefs, roster.areas), on=["area_id", "day"], how="left")
        .join(state, on=key, how="left")
        .join(acts, on=key, how="left")
        .with_columns(
            *named("chief", "person_id"),
            pl.col("is_inactive").fill_null(value=False),
            pl.col("act_count").fill_null(0),
            chief_person_id="person_id",
        )
        .with_columns(
            has_acts=pl.col("act_count") >= rules.min_acts,
            is_idle=pl.col("act_count") == 0,
        ),
        places,
    )


def valid_patrols(patrols: pl.DataFrame, rules: ActionRules, zone: str) -> pl.DataFrame:
    """person_id, day, act: patrols done, long enough and not outside the area."""
    is_valid = (pl.col("status_code") == DONE) & lasts(rules) & ~IS_OUTSIDE
    return (
        patrols.filter(is_valid)
        .select("person_id", local_day("started_at", zone), act="patrol_id")
        .drop_nulls()
    )


def cases_by(deeds: Deeds, zone: str) -> pl.DataFrame:
    """person_id, day, act: cases that a person reported, handled or reviewed."""
    told = (
        (deeds.issues, "reporter_person_id", "reported_at"),
        (deeds.handlings, "handler_person_id", "finished_at"),
        (deeds.reviews, "reviewer_person_id", "done_at"),
    )
    return pl.concat(
        frame.select(
            pl.col(who).alias("person_id"), local_day(at, zone), act="issue_id"
        )
        for frame, who, at in told
    ).drop_nulls()


def patrol_rows(
    patrols: pl.DataFrame,
    roster: Roster,
    sections: pl.DataFrame,
    places: Places,
    *,
    days: pl.DataFrame,
    zone: str,
) -> pl.DataFrame:
    """Every patrol planned in a month, or done in it unplanned (ACT-PATROL, -SHOP).

    It counts where its area lies on its day, else where its post does; for a chief,
    where the person is road chief on that day.

    Args:
        patrols: rows of dataset patrol.
        roster: the rows.
        sections: rows of dataset road_section.
        places: the city's.
        days: `last_known_days`.
        zone: the city's.

    Returns:
        period, subject, subject_id, the place, is_done, is_missed, is_planned,
        is_excused, is_to_come (planned for a day after the last known), shop_planned
        (null where no shops were planned), shop_visited (at most as many as planned).
    """
    posts = roster.assignments.select("assignment_id", "target_kind_code", "target_id")
    planned = pl.col("planned_on")
    began = local_day("started_at", zone)
    kind = pl.col("target_kind_code")
    shops = pl.col("shop_planned_count")
    dated = (
        patrols.with_columns(began)
        .with_columns(day=pl.coalesce("planned_on", "day"))
        .with_columns(period=pl.col("day").dt.to_string(MONTH))
        .join(days.select("period", last="day"), on="period")
        .join(posts, on="assignment_id", how="left")
        .with_columns(
            post_area=pl.when(kind == "AREA").then("target_id"),
            road_section_id=pl.when(kind == "ROAD_SECTION").then("target_id"),
            community_code=pl.when(kind == "COMMUNITY").then("target_id"),
        )
    )
    dated = dated.join(
        _areas_of_sections(dated, sections),
        on=["road_section_id", "day"],
        how="left",
    ).with_columns(area_id=pl.coalesce("area_id", "post_area", "section_area"))
    chiefs = main_posts(
        roster.assignments, dated.select("period", "day").unique()
    ).select("person_id", "day", chief_person_id="person_id")
    communities = places.parents("COMMUNITY", "community_code", "of_community")
    return with_place(
        dated.join(streets_on(dated, roster.areas), on=["area_id", "day"], how="left")
        .join(communities, on="community_code", how="left")
        .join(chiefs, on=["person_id", "day"], how="left")
        .select(
            "period",
            *named("patrol", "patrol_id"),
            "area_id",
            pl.coalesce("street_code", "of_community").alias("street_code"),
            "community_code",
            "chief_person_id",
            is_done=pl.col("status_code") == DONE,
            is_missed=pl.col("status_code") == "MISSED",
            is_planned=planned.is_not_null(),
            is_excused=pl.col("status_code") == "EXCUSED",
            is_to_come=(planned > pl.col("last")).fill_null(value=False),
            shop_planned=pl.when(shops > 0).then(shops),
            shop_visited=pl.min_horizontal(
                pl.col("shop_visited_count").fill_null(0), shops
            ),
        ),
        places,
    )


def _areas_of_sections(dated: pl.DataFrame, sections: pl.DataFrame) -> pl.DataFrame:
    """road_section_id, day, section_area: of the version in force on the day."""
    until = pl.col("valid_to_on")
    return (
        dated.select("road_section_id", "day")
        .drop_nulls()
        .unique()
        .join(
            sections.select(
                "road_section_id",
                "valid_from_on",
                "valid_to_on",
                section_area="area_id",
            ),
            on="road_section_id",
        )
        .filter(
            (pl.col("valid_from_on") <= pl.col("day"))
            & (until.is_null() | (until > pl.col("day")))
        )
        .unique(["road_section_id", "day"], keep="any")
        .select("road_section_id", "day", "section_area")
    )
