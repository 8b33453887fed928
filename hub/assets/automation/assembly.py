"""Everything that begins work by itself, for one city.

What lives here: the schedules and sensors that follow from declarations, put
together. What does not: any of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import dagster as dg

from hub.assets.automation.conditions import city_sensor
from hub.assets.automation.cycles import steps_by_key
from hub.assets.automation.drafts import draft_job, draft_schedule
from hub.assets.automation.drops import drop_sensor
from hub.assets.automation.left_over import left_over_sensor
from hub.assets.automation.pulls import pull_schedules
from hub.assets.automation.pushes import push_sensor
from hub.partners.city import City


class Automation(NamedTuple):
    """What `Definitions` takes, and how its sensors begin."""

    jobs: list[dg.JobDefinition]
    schedules: list[dg.ScheduleDefinition]
    sensors: list[dg.SensorDefinition]
    looking: dg.DefaultSensorStatus


def automation_of(
    city: City,
    partners: Sequence[dg.AssetsDefinition],
    figures: Sequence[dg.AssetsDefinition],
    *,
    is_on: bool,
) -> Automation:
    """The city's schedules and sensors.

    Args:
        city: the declarations.
        partners: steps of partners' feeds.
        figures: the steps core, metric and release, with their conditions.
        is_on: whether they begin switched on.
    """
    begins = "RUNNING" if is_on else "STOPPED"
    schedule = dg.DefaultScheduleStatus[begins]
    sensor = dg.DefaultSensorStatus[begins]
    draft = draft_job()
    steps = steps_by_key(partners)
    everything = steps_by_key([*partners, *figures])
    active = [one for one in city.partners.values() if one.status == "active"]
    looking = [drop_sensor(city, one, steps, sensor) for one in active]
    looking.append(push_sensor(city, active, steps, sensor))
    return Automation(
        [draft],
        [
            *(one for p in active for one in pull_schedules(city, p, steps, schedule)),
            draft_schedule(city, draft, schedule),
        ],
        [
            *(one for one in looking if one is not None),
            city_sensor(city.id, figures, sensor),
            left_over_sensor(everything, sensor),
        ],
        sensor,
    )
