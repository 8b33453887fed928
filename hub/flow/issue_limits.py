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


class StepLimits:
    """Limits by rule of the steps of cases, for as many cases as one likes.

    Args:
        house: the hub.
        work: the calendar.
        versions: table version by dataset, as a release pins them.
    """

    def __init__(
        self, house: House, work: WorkMinutes | None, versions: Versions | None = None
    ) -> None:
        self._city, self._work = house.city, work
        rules = (
            self._city.reference("time_limit")
            if versions is None
            else _pinned(house, "time_limit", versions)
        )
        self._rules = rules.filter(pl.col("step_code").is_in(STEPS))
        self._zones = pl.DataFrame()
        if self._rules.height and work is not None:
            self._zones = read_table(house, "area", ZONES, versions=versions)

    def of(self, issues: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame | None:
        """issue_id, step_code, computed_limit_at; None where no rule is.

        Args:
            issues: with the columns that `computed_limits` asks for.
            events: their events; the last VERIFY_TASK and CHECK_TASK start clocks.
        """
        if self._rules.is_empty() or self._work is None:
            return None
        asked = issues
        for action, column in TASKS.items():
            sent = events.filter(pl.col("action_code") == action)
            last = sent.group_by("issue_id").agg(
                pl.col("happened_at").max().alias(column)
            )
            asked = asked.join(last, on="issue_id", how="left", maintain_order="left")
        return computed_limits(
            asked,
            self._rules,
            self._zones,
            self._work,
            settings=self._city.limits,
            standard=self._city.standard_category_system,
            steps=STEPS,
        ).select("issue_id", "step_code", "computed_limit_at")


def _pinned(house: House, name: str, versions: Versions) -> pl.DataFrame:
    columns = list(dataset(name).polars_schema())
    return read_table(house, name, columns, versions=versions)
