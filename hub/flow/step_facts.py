"""Published events that say what became of each dispatch.

What lives here: reading events from a month's first instant on, because an answer may
come later than the month, and what is known of their cases, receivers and senders.
What does not: what they mean (`hub.metrics.step_rows`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import polars as pl

from hub.flow.house import House
from hub.flow.issue_tables import Versions, core_at, files_at, living_rows, read_table
from hub.flow.months import in_spans, month_spans, overlaps
from hub.metrics.step_rows import DISPATCH, StepFacts
from hub.schemas import dataset

EVENT = (
    "event_id",
    "issue_id",
    "action_code",
    "happened_at",
    "actor_person_id",
    "actor_org_id",
    "target_org_id",
    "target_person_id",
    "deadline_at",
    "is_inferred",
)
ACTIONS = (DISPATCH, "ACCEPT", "HANDLE")
PLACES = ("issue_id", "area_id", "community_code", "street_code", "district_code")
POST = ("person_id", "role_code", "start_on", "end_on")
ORG = ("org_id", "division_code", "valid_from_on")


def read_step_facts(
    house: House,
    periods: Sequence[str],
    as_of: datetime,
    versions: Versions | None = None,
) -> StepFacts:
    """Dispatches of the months, and every later answer.

    Args:
        house: the hub.
        periods: months `YYYY-MM`.
        as_of: instant of knowledge.
        versions: table versions of a release; None = the newest.
    """
    months = month_spans(periods, house.city.timezone)
    table, version = core_at(house, "issue_event", versions)
    schema = dataset("issue_event").polars_schema()
    found = [pl.DataFrame(schema={name: schema[name] for name in EVENT})]
    files = []
    if months:
        # Nothing known at `as_of` lies far behind it.
        later = [(months[0][0], max(as_of, months[-1][1]) + timedelta(days=1))]
        files = [
            file
            for file in files_at(table, version)
            if overlaps(file, ("happened_at",), later)
        ]
        wanted = pl.col("action_code").is_in(ACTIONS) & in_spans("happened_at", later)
        found += [
            frame.filter(wanted)
            for frame in living_rows(table, files, list(EVENT), version)
        ]
    events = pl.concat(found)
    sent = events.filter(
        pl.col("action_code") == DISPATCH, in_spans("happened_at", months)
    )
    answers = events.filter(pl.col("action_code") != DISPATCH)
    # An event lies in the month of its case, whoever delivered either.
    in_months = sorted({file.partition["month"] for file in files})
    partitions = [{"month": month} for month in in_months]
    orgs = read_table(house, "org", ORG, versions=versions)
    return StepFacts(
        events=pl.concat(
            [sent, answers.join(sent.select("issue_id"), on="issue_id", how="semi")]
        ),
        places=read_table(
            house, "issue", PLACES, versions=versions, places=partitions
        ).join(sent.select("issue_id"), on="issue_id", how="semi"),
        orgs=orgs.sort("valid_from_on").unique("org_id", keep="last"),
        posts=read_table(house, "assignment", POST, versions=versions),
    )
