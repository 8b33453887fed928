"""The sensor that looks every few minutes and calls who must be called.

What lives here: the tick, and what Dagster knows of the last run that was to make a
release. What does not: rules, messages and channels
(`hub.alarms`), which `hub alarm check` uses in just the same way.

    Definitions(…, sensors=[alarm_sensor(city)])
"""

from __future__ import annotations

import dagster as dg

from hub.alarms.checking import check
from hub.alarms.sending import Patience, send_waiting
from hub.alarms.sight import Sight
from hub.alarms.waiting import note_run
from hub.assets.house_resource import HouseResource
from hub.assets.keys import RELEASE_KEY
from hub.assets.senses import SENSES
from hub.partners.city import City

SECONDS = 300
# A tick may not take a minute; what a channel does not take waits for the next.
ONCE = Patience(attempts=1)


def failed_release_run(instance: dg.DagsterInstance) -> str | None:
    """Short id of the newest run that was to make a release, if it failed."""
    planned = instance.get_latest_planned_materialization_info(RELEASE_KEY)
    run = instance.get_run_by_id(planned.run_id) if planned else None
    if run is None or run.status != dg.DagsterRunStatus.FAILURE:
        return None
    return run.run_id[:8]


def alarm_sensor(
    city: City, status: dg.DefaultSensorStatus = dg.DefaultSensorStatus.RUNNING
) -> dg.SensorDefinition:
    """The sensor `alarms`; it starts no run."""

    @dg.sensor(
        name="alarms",
        minimum_interval_seconds=SECONDS,
        default_status=status,
        description=f"{city.title}：报警检查与发送 (looks, opens, clears, sends)",
    )
    def alarms(
        context: dg.SensorEvaluationContext, house: HouseResource
    ) -> dg.SkipReason:
        opened = house.open()
        try:
            sight = Sight(opened, opened.now(), SENSES)
            note_run(sight, failed_release_run(context.instance), sight.now)
            checked = check(opened, SENSES)
            turns = send_waiting(opened, patience=ONCE)
        finally:
            opened.control.close()
        changed = ", ".join(f"{len(n)} {kind}" for kind, n in checked.changes.items())
        sent = sum(one.sent for one in turns)
        waiting = sum(one.waiting for one in turns)
        failed = [f"{one.channel}: {one.error}" for one in turns if one.error]
        told = f"{len(checked.open)} open; {changed}; {sent} sent, {waiting} waiting"
        blind = [f"{code} could not look: {why}" for code, why in checked.blind.items()]
        return dg.SkipReason("; ".join([told, *failed, *blind]))

    return alarms
