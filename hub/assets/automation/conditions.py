"""When core, figures and release are made, whoever has delivered by then.

What lives here: the conditions on these assets, and the sensor that looks at them.
What does not: the assets (`hub.assets.city`), what came (`pulls`, `drops`, `pushes`).

Dagster's own `eager` and `on_cron` wait for every partner: one silent district would
freeze the figures of a city. So core is made once at the city's hour with whoever is
there, and again where something late or corrected has come, at most as often as the
city says; figures and release follow in the same run. Only a request of our own
counts as an answer to what has come: what comes while core is being made would
otherwise be taken for dealt with when it ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dagster as dg

from hub.assets.automation.unattended import UNATTENDED
from hub.partners.city import City

NAME = "city"
CITY = "hub/city"
EVERY_SECONDS = 30
Condition = dg.AutomationCondition[Any]


def core_condition(city: City) -> Condition:
    """Once at the city's hour; again when something has come since."""
    a, zone, told = dg.AutomationCondition, city.timezone, city.automation
    at_hour = _unanswered(a.cron_tick_passed(told.publish, zone))
    may_again = _unanswered(a.cron_tick_passed(told.again, zone))
    has_come = _unanswered(a.any_deps_updated())
    wanted = at_hour | (~a.missing() & has_come & may_again)
    return (wanted & ~a.in_progress()).with_label(
        f"at {told.publish}, or again at {told.again} after late deliveries"
    )


def following_condition() -> Condition:
    """In the run that makes what it is made of."""
    a = dg.AutomationCondition
    return a.any_deps_match(a.will_be_requested()).with_label("with core")


def _unanswered(trigger: Condition) -> Condition:
    """True from a trigger until our next request, which answers it.

    That a request was made is seen one look later. What came in between is not
    answered by it, and would be forgotten were the two not told apart. The trigger
    stands first: Dagster looks at the rest of a conjunction only where it matters,
    and "newly" means since it last looked.
    """
    a = dg.AutomationCondition
    answered = ~trigger & a.newly_requested()
    return trigger.since(answered | a.initial_evaluation())


def automated(
    city: City, assets: Sequence[dg.AssetsDefinition]
) -> list[dg.AssetsDefinition]:
    """The city's assets with their conditions."""
    core, following = core_condition(city), following_condition()

    def conditioned(spec: dg.AssetSpec) -> dg.AssetSpec:
        is_core = spec.key.path[0] == "core"
        return spec.replace_attributes(
            automation_condition=core if is_core else following
        )

    return [one.map_asset_specs(conditioned) for one in assets]


def city_sensor(
    city_id: str, assets: Sequence[dg.AssetsDefinition], status: dg.DefaultSensorStatus
) -> dg.AutomationConditionSensorDefinition:
    """What looks at the conditions; Dagster's own would begin switched off."""
    return dg.AutomationConditionSensorDefinition(
        name=NAME,
        target=dg.AssetSelection.assets(*(key for one in assets for key in one.keys)),
        minimum_interval_seconds=EVERY_SECONDS,
        default_status=status,
        # The queue lets one such run go at a time: core's own state does not say
        # that figures of the run before are still being made.
        run_tags={UNATTENDED: "true", CITY: city_id},
        description="核心库、指标与发布 (core, figures and release, when they are due)",
    )
