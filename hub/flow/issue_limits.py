"""The work calendar and the limits of steps, as figures about cases need them.

What lives here: reading calendar, rules and zone classes, as they are now or as a
release pinned them, and asking for the limits by rule of every step but the handling:
that one linking has worked out, with suspensions and extensions. What does not: the
arithmetic (`hub.metrics.worktime`).
"""

from __future__ import annotations

import polars as pl

from hub.flow.house import House
from hub.flow.issue_tables import Versions, read_table
from hub.metrics.worktime.computed_limits import computed_limits
from hub.metrics.worktime.work_minutes import WorkMinutes, work_minutes
from hub.schemas import dataset

STEPS = ("ACCEPT", "VERIFY", "REGISTER", "DISPATCH", "CHECK")
TASKS = {"VERIFY_TASK": "verify_task_at", "CHECK_TASK": "check_task_at"}
ZONES = ("area_id", "zone_class_name", "valid_from_on", "valid_to_on")


def read_work(house: House, versions: Versions | None = None) -> WorkMinutes | None:
    """The city's working time; None where it has no calendar."""
    city = house.city
    days = (
        city.work_calendar(house.now().year)
        if versions is None
        else _pinned(house, "work_calendar", versions)
    )
    if days.is_empty():
        return None
    return work_minutes(days, calendar_code=city.calendar, zone=city.timezone)


def read_step_limits(
    house: House,
    issues: pl.DataFrame,
    events: pl.DataFrame,
    work: WorkMinutes | None,
    versions: Versions | None = None,
) -> pl.DataFrame | None:
    """Limits by rule: issue_id, step_code, computed_limit_at; None where no rule is.

    Args:
        house: the hub.
        issues: with the columns that `computed_limits` asks for.
        events: their events; the last VERIFY_TASK and CHECK_TASK start clocks.
        work: the calendar.
        versions: table version by dataset, as a release pins them.
    """
    city = house.city
    rules = (
        city.reference("time_limit")
        if versions is None
        else _pinned(house, "time_limit", versions)
    ).filter(pl.col("step_code").is_in(STEPS))
    if rules.is_empty() or work is None:
        return None
    asked = issues
    for action, column in TASKS.items():
        sent = events.filter(pl.col("action_code") == action)
        asked = asked.join(
            sent.group_by("issue_id").agg(pl.col("happened_at").max().alias(column)),
            on="issue_id",
            how="left",
            maintain_order="left",
        )
    return computed_limits(
        asked,
        rules,
        read_table(house, "area", ZONES, versions=versions),
        work,
        settings=city.limits,
        standard=city.standard_category_system,
        steps=STEPS,
    ).select("issue_id", "step_code", "computed_limit_at")


def _pinned(house: House, name: str, versions: Versions) -> pl.DataFrame:
    columns = list(dataset(name).polars_schema())
    return read_table(house, name, columns, versions=versions)
