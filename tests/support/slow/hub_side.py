"""The hub's rows of cases for a batch of towns.

What lives here: calls into the hub. What does not: rows of rosters
(`hub_rosters`), figures (`hub_figures`).
"""

from __future__ import annotations

import polars as pl
from support.slow.towns import Batch

from hub.metrics.issue_loop import LoopRules, as_facts, issue_loop
from hub.metrics.levels import Places
from hub.metrics.worktime.work_minutes import work_minutes

ZONE = "Asia/Shanghai"


def places_of(batch: Batch) -> Places:
    """Units, members and divisions of all towns."""
    return Places(
        units=batch.frame("assessment_unit"),
        members=batch.frame("assessment_unit_member"),
        divisions=batch.frame("division"),
    )


def loop_rows(batch: Batch) -> pl.DataFrame:
    """`issue_loop` of all cases that the month has to do with."""
    days = batch.frame("work_calendar")
    work = work_minutes(days, calendar_code="WUHAN", zone=ZONE)
    posts = batch.frame("assignment").select(
        chief_assignment_id="assignment_id", chief_person_id="person_id"
    )
    facts = as_facts(
        batch.frame("issue").join(posts, on="chief_assignment_id", how="left"),
        batch.frame("review"),
        batch.frame("handling"),
        batch.frame("issue_event"),
    )
    return issue_loop(
        facts,
        places_of(batch),
        [batch.month],
        as_of=batch.as_of,
        rules=LoopRules(zone=ZONE),
        work=work.between,
    )
