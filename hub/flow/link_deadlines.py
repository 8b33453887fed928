"""Deadlines of linked cases: the hub's own beside the partner's, and which counts.

What lives here: what deadlines are worked out with in this city, and the columns and
findings that this gives cases. What does not: the arithmetic (`hub.metrics.worktime`).

A city without limits pays nothing. Limits, shifts or days that change give every case
its deadline anew (T30): `basis` says what they are, `link` when they changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from hub.flow.house import House
from hub.metrics.worktime.computed_limits import computed_limits
from hub.metrics.worktime.differences import deadline_differs
from hub.metrics.worktime.interruptions import read_interruptions
from hub.metrics.worktime.work_minutes import INSTANT, WorkMinutes, work_minutes
from hub.partners.city_spec import Limits
from hub.pipeline.deadlines import settle_deadlines

STEP = "HANDLING"
TASKS = {"VERIFY_TASK": "verify_task_at", "CHECK_TASK": "check_task_at"}
DIFFERS, NOT_FINAL = "T32", "T30"


@dataclass(frozen=True)
class Deadlines:
    """What deadlines are worked out with.

    Attributes:
        limits: rows of dataset time_limit for handling, all versions.
        areas: versions of areas with their zone classes.
        work: the calendar; None where there are no limits.
        settings: the city's.
        standard: system of the standard categories.
    """

    limits: pl.DataFrame
    areas: pl.DataFrame
    work: WorkMinutes | None
    settings: Limits
    standard: str | None


def read_deadlines(house: House, areas: pl.DataFrame) -> Deadlines:
    """Read limits and calendar once for a whole link run.

    Args:
        house: the hub.
        areas: its areas, all versions.
    """
    city = house.city
    limits = city.reference("time_limit").filter(pl.col("step_code") == STEP)
    work = None
    if len(limits):
        days = city.work_calendar(house.now().year)
        work = work_minutes(days, calendar_code=city.calendar, zone=city.timezone)
    zones = areas.select("area_id", "zone_class_name", "valid_from_on", "valid_to_on")
    return Deadlines(limits, zones, work, city.limits, city.standard_category_system)


def derive_deadlines(
    issues: pl.DataFrame, events: pl.DataFrame, told: Deadlines
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Deadline columns of cases, and findings about them: issue_id, rule.

    Args:
        issues: with everything else derived.
        events: their events that count, inferred ones included.
        told: what deadlines are worked out with.
    """
    own = _own(issues, events, told)
    both = issues.select("issue_id", "source_deadline_at").hstack(
        own.select("computed_deadline_at", "time_limit_id", "is_final")
    )
    settled = settle_deadlines(both, counts=told.settings.counts)
    found = [
        both.filter(holds).select("issue_id", rule=pl.lit(rule))
        for rule, holds in (
            (DIFFERS, deadline_differs(told.settings)),
            (NOT_FINAL, ~pl.col("is_final")),
        )
    ]
    columns = settled.hstack(both.select("computed_deadline_at", "time_limit_id"))
    return columns, pl.concat(found)


def _own(issues: pl.DataFrame, events: pl.DataFrame, told: Deadlines) -> pl.DataFrame:
    if told.work is None:
        return issues.select(
            "issue_id",
            computed_deadline_at=pl.lit(None, INSTANT),
            time_limit_id=pl.lit(None, pl.String),
            is_final=pl.lit(None, pl.Boolean),
        )
    found = computed_limits(
        _with_tasks(issues, events, told.settings),
        told.limits,
        told.areas,
        told.work,
        settings=told.settings,
        standard=told.standard,
        steps=[STEP],
        interruptions=read_interruptions(issues, events),
    )
    return found.rename({"computed_limit_at": "computed_deadline_at"})


def _with_tasks(
    issues: pl.DataFrame, events: pl.DataFrame, settings: Limits
) -> pl.DataFrame:
    """Cases with the last sending of a task, where that starts the clock."""
    for action, column in TASKS.items():
        if column in settings.started_by(STEP):
            sent = events.filter(pl.col("action_code") == action)
            last = sent.group_by("issue_id").agg(pl.col("happened_at").max())
            issues = issues.join(
                last.rename({"happened_at": column}),
                on="issue_id",
                how="left",
                maintain_order="left",
            )
    return issues
