"""The Dagster code location: everything assembled, nothing decided.

What lives here: the city's declarations turned into one `Definitions`. A partner
file that cannot be read is left out here and shouted about by `hub partner
check`; it takes nobody else down. What does not: assets.
"""

import dagster as dg

from hub.assets.alarm_sensor import alarm_sensor
from hub.assets.automation.assembly import automation_of
from hub.assets.automation.conditions import automated
from hub.assets.city import city_assets
from hub.assets.house_resource import HouseResource
from hub.assets.jobs import city_job, partner_jobs
from hub.assets.nightly import (
    audit_asset,
    audit_schedule,
    counts_asset,
    counts_schedule,
)
from hub.assets.partners import partner_assets
from hub.assets.upkeep import upkeep_assets, upkeep_schedule
from hub.partners.city import City
from hub.partners.loader import load_city
from hub.settings import Settings


def build_defs(city: City | None = None) -> dg.Definitions:
    """The definitions of a city; the environment's city if none is given."""
    settings = Settings()
    city = city or load_city(settings.city)
    active = [one for one in city.partners.values() if one.status == "active"]
    assets = [asset for one in active for asset in partner_assets(city, one)]
    figures = automated(city, city_assets(city))
    upkept = dg.DefaultScheduleStatus["RUNNING" if settings.automation else "STOPPED"]
    begun = automation_of(city, assets, figures, is_on=settings.automation)
    return dg.Definitions(
        assets=[*assets, *figures, *upkeep_assets(), audit_asset(), counts_asset()],
        jobs=[city_job(city), *partner_jobs(active), *begun.jobs],
        schedules=[
            *begun.schedules,
            audit_schedule(city, upkept),
            counts_schedule(city, upkept),
            upkeep_schedule(city, upkept),
        ],
        sensors=[*begun.sensors, alarm_sensor(city, begun.looking)],
        resources={"house": HouseResource()},
        executor=dg.in_process_executor,
    )


defs = build_defs()
