"""Schedules: every partner is read when its file says.

What lives here: one schedule per partner and cycle, in the city's zone, for what has
come since the feeds were last read. What does not: files and submissions that come by
themselves (`drops`, `pushes`); for those a schedule is the net below.

A schedule that was late, or a hub that stood still for days, leaves no gap: a run
begins where the last one that entered core has ended.
"""

from collections.abc import Iterator

import dagster as dg

from hub.assets.automation.cycles import (
    CYCLE,
    Cycle,
    Steps,
    cycles_of,
    days_read,
    keys_of,
    requests,
)
from hub.assets.house_resource import HouseResource
from hub.partners.city import City
from hub.partners.spec import Partner

Asked = Iterator[dg.RunRequest | dg.SkipReason]
# Runs that have not begun to read.
WAITING = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED]


def pull_schedules(
    city: City, partner: Partner, steps: Steps, status: dg.DefaultScheduleStatus
) -> list[dg.ScheduleDefinition]:
    """The schedules of one partner."""
    return [_schedule(city, cycle, steps, status) for cycle in cycles_of(city, partner)]


def _schedule(
    city: City, cycle: Cycle, steps: Steps, status: dg.DefaultScheduleStatus
) -> dg.ScheduleDefinition:
    partner = cycle.partner
    feeds = ", ".join(feed.name for feed in cycle.feeds)

    @dg.schedule(
        name=cycle.name,
        cron_schedule=cycle.cron,
        execution_timezone=city.timezone,
        target=dg.AssetSelection.assets(*keys_of(steps, partner, cycle.feeds)),
        default_status=status,
        description=f"{partner.title}: 按时取数 (reads {feeds})",
    )
    def pull(context: dg.ScheduleEvaluationContext, house: HouseResource) -> Asked:
        if waiting := _waiting(context, cycle):
            # A partner that hangs for a night is not asked once per hour of it.
            yield dg.SkipReason(f"run {waiting} of this cycle still waits")
            return
        opened = house.open()
        until = opened.settings.now or context.scheduled_execution_time
        days = days_read(opened, cycle, until)
        opened.control.close()
        yield from requests(
            steps,
            partner,
            cycle.feeds,
            run_key=context.scheduled_execution_time.isoformat(),
            cycle=cycle.name,
            days=days,
        )

    return pull


def _waiting(context: dg.ScheduleEvaluationContext, cycle: Cycle) -> str | None:
    """A run of the cycle that has not begun; an instance in memory has no queue."""
    if context.instance_ref is None:
        return None
    runs = context.instance.get_runs(
        dg.RunsFilter(tags={CYCLE: cycle.name}, statuses=WAITING), limit=1
    )
    return runs[0].run_id if runs else None
