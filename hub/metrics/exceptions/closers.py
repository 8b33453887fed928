"""Accounts that close many cases of others within minutes (T57): shown, never deducted.

What lives here: which closes count against their closer, and which of them lie in a
hurry. What somebody found or handled himself is his to close, and a case that its
finder handled on the spot needs no look by anybody; neither counts. What does not:
reading the trail (`hub.flow.closers`), cases handled fast (`gaming`).
"""

from __future__ import annotations

from datetime import time

import polars as pl

from hub.metrics.duty_days import local_day
from hub.metrics.exceptions.gaming import Thresholds
from hub.metrics.exceptions.lists import on_list
from hub.metrics.roster_rows.placed import org_places
from hub.metrics.roster_rows.streets import Terrain
from hub.metrics.units import on_day

CLOSES = ("CLOSE", "FORCE_CLOSE")
OWN_ACTS = ("SUBMIT", "HANDLE")
ON_THE_SPOT = "SELF_HANDLED"
KEY = ("period", "subject_id")
HURRIED = {"period": pl.String(), "subject_id": pl.String(), "since_on": pl.Date(),
           "amount": pl.Int64(), "org_id": pl.String()}  # fmt: skip


def told_closes(events: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Closes whose closer and time of day are told, each case once per closer.

    An inferred event has no time of its own, and where only the day is told, every
    close of that day would lie at midnight.

    Args:
        events: issue_id, action_code, happened_at, actor_person_id, actor_org_id,
            is_inferred.
        zone: the city's.

    Returns:
        period, subject_id, issue_id, closed_at, day, org_id; of several closes of a
        case in a month the last.
    """
    moment = pl.col("happened_at").dt.convert_time_zone(zone).dt.time()
    return (
        events.filter(
            pl.col("action_code").is_in(CLOSES),
            pl.col("actor_person_id").is_not_null(),
            ~pl.col("is_inferred").fill_null(value=False),
            moment != time(),
        )
        .select(
            "issue_id",
            local_day("happened_at", zone),
            subject_id="actor_person_id",
            closed_at="happened_at",
            org_id="actor_org_id",
        )
        .with_columns(period=pl.col("day").dt.to_string("%Y-%m"))
        .sort("closed_at", "org_id", nulls_last=True)
        .unique([*KEY, "issue_id"], keep="last", maintain_order=True)
    )


def of_others(
    closes: pl.DataFrame, cases: pl.DataFrame, acts: pl.DataFrame
) -> pl.DataFrame:
    """Closes of cases that their closer has neither found nor handled.

    Args:
        closes: `told_closes`.
        cases: issue_id, reporter_person_id, handling_mode_code; a case that is not
            among them was deleted.
        acts: issue_id, person_id: who reported or handled a case by the trail, or by
            an attempt of handling.
    """
    found = cases.select("issue_id", subject_id="reporter_person_id")
    done = acts.select("issue_id", subject_id="person_id")
    own = pl.concat([found, done]).drop_nulls()
    is_sent = pl.col("handling_mode_code").ne_missing(ON_THE_SPOT)
    return closes.join(
        cases.filter(is_sent), on="issue_id", how="semi", maintain_order="left"
    ).join(own, on=["issue_id", "subject_id"], how="anti", maintain_order="left")


def in_a_hurry(closes: pl.DataFrame, limits: Thresholds) -> pl.DataFrame:
    """Closes that lie in a span of `close_minutes` with `close_cases` of one closer."""
    span, at = f"{limits.close_minutes}m", "closed_at"
    told = closes.group_by(*KEY, at).agg(cases=pl.len()).sort(at)
    # A span begins with a close; a close is in a hurry if a full span reaches it.
    begun = told.rolling(at, period=span, offset="0m", closed="both", group_by=KEY)
    full = begun.agg(is_full=pl.col("cases").sum() >= limits.close_cases)
    reached = full.sort(at).rolling(at, period=span, closed="both", group_by=KEY)
    hurried = reached.agg(pl.col("is_full").any()).filter("is_full")
    return closes.join(hurried, on=[*KEY, at], how="semi", maintain_order="left")


def hurried_closers(closes: pl.DataFrame, limits: Thresholds) -> pl.DataFrame:
    """Closers of cases of others in a hurry, as `HURRIED`.

    Args:
        closes: `of_others`.
        limits: the city's.

    Returns:
        one row per month and closer: the first such day, cases, and the organisation
        for which most of them were closed, as far as the trail names one.
    """
    hurried = in_a_hurry(closes, limits)
    named = (
        hurried.drop_nulls("org_id")
        .group_by(*KEY, "org_id")
        .agg(cases=pl.len())
        .sort("cases", "org_id", descending=[True, False])
        .unique(KEY, keep="first", maintain_order=True)
    )
    return (
        hurried.group_by(KEY)
        .agg(since_on=pl.col("day").min(), amount=pl.len().cast(pl.Int64))
        .join(named, on=list(KEY), how="left")
        .select(list(HURRIED))
    )


def mass_closers(
    hurried: pl.DataFrame, orgs: pl.DataFrame, terrain: Terrain
) -> pl.DataFrame:
    """The list, each closer where his organisation lies; else he has no place.

    Args:
        hurried: `hurried_closers`.
        orgs: rows of dataset org.
        terrain: the roster on the days of the months.
    """
    on_file = (
        on_day(terrain.roster.persons, terrain.days)
        .select("period", subject_id="person_id", filed_org="org_id")
        .unique(KEY, keep="any")
    )
    places = org_places(orgs, terrain.places, terrain.days)
    placed = (
        hurried.join(on_file, on=list(KEY), how="left")
        .with_columns(org_id=pl.coalesce("org_id", "filed_org"))
        .drop("filed_org")
        .join(places, on=["period", "org_id"], how="left")
    )
    return on_list("flag_closed", placed)
