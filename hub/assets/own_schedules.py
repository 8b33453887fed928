"""Schedules of the hub's own steps: a job of its own, on the city's clock.

What lives here: what they have in common. What does not: the steps (`nightly`,
`upkeep`), schedules of partners and figures (`automation`).
"""

import dagster as dg

from hub.partners.city import City

STOPPED = dg.DefaultScheduleStatus.STOPPED


def own_schedule(
    name: str,
    selection: dg.AssetSelection,
    *,
    cron: str,
    city: City,
    status: dg.DefaultScheduleStatus,
    description: str,
) -> dg.ScheduleDefinition:
    """A schedule with the job that it starts, both of one name.

    Args:
        name: of both.
        selection: what the job makes.
        cron: when, on the city's clock.
        city: whose clock.
        status: whether it runs by itself from the start.
        description: for Dagster's pages.
    """
    return dg.ScheduleDefinition(
        name=name,
        job=dg.define_asset_job(name, selection=selection),
        cron_schedule=cron,
        execution_timezone=city.timezone,
        default_status=status,
        description=description,
    )
