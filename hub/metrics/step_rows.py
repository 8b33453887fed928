"""Steps of dispatch as rows to be counted: one per event that sends a case on.

What lives here: what became of a case after it was sent to somebody (R25, R26), and
whether it went sideways within the street office or up (R33, R34). What does not:
definitions (`entries.steps`), reading events (`hub.flow.step_facts`).

A receiver answers by the first ACCEPT or HANDLE of his after the step, whatever
happens in between. An inferred event has no time of its own and answers nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

import polars as pl

from hub.metrics.evidence import named

DISPATCH = "DISPATCH"
ANSWERS = {"ACCEPT": "accepted_at", "HANDLE": "answered_at"}
STREET_DIGITS = 9


class StepFacts(NamedTuple):
    """Rows of the datasets; see `step_rows` for the columns."""

    events: pl.DataFrame
    places: pl.DataFrame
    orgs: pl.DataFrame
    posts: pl.DataFrame


def step_rows(facts: StepFacts, *, as_of: datetime, zone: str) -> pl.DataFrame:
    """Every DISPATCH of `events`, in the month in which it happened.

    Args:
        facts: events: event_id, issue_id, action_code, happened_at, actor_person_id,
            actor_org_id, target_org_id, target_person_id, deadline_at, is_inferred;
            places: issue_id, area_id, community_code, street_code, district_code;
            orgs: org_id, division_code, one row each; posts: rows of assignment.
        as_of: instant of knowledge.
        zone: the city's.

    Returns:
        period, subject ("step"), subject_id, the place with org_id (the receiver) and
        chief_person_id (the sender, where he is a road chief), by_chief,
        to_co_govern, has_limit, in_limit, is_due, horizontal, vertical, and the
        running minutes accept_minutes and handle_minutes, null where not answered.
    """
    day = pl.col("happened_at").dt.convert_time_zone(zone).dt.date()
    steps = (
        facts.events.filter(pl.col("action_code") == DISPATCH)
        .with_columns(day=day)
        .join(facts.places, on="issue_id", how="left")
    )
    for kind, at in ANSWERS.items():
        steps = steps.join(
            _answers(steps, facts.events, kind, at), on="event_id", how="left"
        )
    chief = _held(facts.posts, "ROAD_CHIEF", steps, "actor_person_id", "by_chief")
    helper = _held(facts.posts, "CO_GOVERN", steps, "target_person_id", "to_co_govern")
    streets = facts.orgs.select(
        org_id="org_id", street=pl.col("division_code").str.head(STREET_DIGITS)
    )
    own = pl.coalesce("from_street", pl.when("by_chief").then("street_code"))
    other = pl.col("to_street")
    is_street = other.str.len_chars() == STREET_DIGITS
    told = (
        steps.join(chief, on="event_id", how="left")
        .join(helper, on="event_id", how="left")
        .join(
            streets.rename({"street": "from_street"}),
            left_on="actor_org_id",
            right_on="org_id",
            how="left",
        )
        .join(
            streets.rename({"street": "to_street"}),
            left_on="target_org_id",
            right_on="org_id",
            how="left",
        )
        .with_columns(pl.col("by_chief", "to_co_govern").fill_null(value=False))
    )
    limit = pl.col("deadline_at")
    instant = pl.lit(as_of.astimezone(UTC)).cast(pl.Datetime("us", "UTC"))
    sideways = is_street & (own == other)
    return told.select(
        pl.col("day").dt.to_string("%Y-%m").alias("period"),
        *named("step", "event_id"),
        "area_id",
        "community_code",
        "street_code",
        "district_code",
        "by_chief",
        "to_co_govern",
        org_id="target_org_id",
        chief_person_id=pl.when("by_chief").then("actor_person_id"),
        has_limit=limit.is_not_null(),
        in_limit=(pl.col("answered_at") <= limit).fill_null(value=False),
        is_due=(pl.col("answered_at").is_not_null() | (limit < instant)).fill_null(
            value=False
        ),
        horizontal=sideways.fill_null(value=False),
        vertical=(~sideways & own.is_not_null()).fill_null(value=False),
        accept_minutes=_minutes("accepted_at"),
        handle_minutes=_minutes("answered_at"),
    )


def _answers(
    steps: pl.DataFrame, events: pl.DataFrame, kind: str, at: str
) -> pl.DataFrame:
    """event_id and the first answer of that kind by its receiver."""
    given = events.filter(
        pl.col("action_code") == kind, ~pl.col("is_inferred").fill_null(value=False)
    ).select(
        "issue_id",
        by_org="actor_org_id",
        by_person="actor_person_id",
        then="happened_at",
    )
    is_his = (pl.col("by_org") == pl.col("target_org_id")).fill_null(value=False) | (
        pl.col("by_person") == pl.col("target_person_id")
    ).fill_null(value=False)
    return (
        steps.select(
            "event_id", "issue_id", "happened_at", "target_org_id", "target_person_id"
        )
        .join(given, on="issue_id")
        .filter(is_his & (pl.col("then") >= pl.col("happened_at")))
        .group_by("event_id")
        .agg(pl.col("then").min().alias(at))
    )


def _held(
    posts: pl.DataFrame, role: str, steps: pl.DataFrame, person: str, flag: str
) -> pl.DataFrame:
    """event_id and `flag` where the person held a post of that role on the day."""
    until = pl.col("end_on")
    return (
        steps.select("event_id", "day", person_id=person)
        .join(
            posts.filter(pl.col("role_code") == role).select(
                "person_id", "start_on", "end_on"
            ),
            on="person_id",
        )
        .filter(
            (pl.col("start_on") <= pl.col("day"))
            & (until.is_null() | (until > pl.col("day")))
        )
        .select("event_id")
        .unique()
        .with_columns(pl.lit(value=True).alias(flag))
    )


def _minutes(at: str) -> pl.Expr:
    return (pl.col(at) - pl.col("happened_at")).dt.total_minutes()
