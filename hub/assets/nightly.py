"""Every night: what was written to the audit log since the last root is signed.

What lives here: the asset `upkeep/audit` and its schedule, which comes every night
since an end that no root witnesses can be cut off. What does not: signing
(`hub.storage.audit`), when it may be done unasked (`hub.flow.audit_signing`), what is
done once a week (`upkeep`, which signs as well: all of the group is its job).
"""

import dagster as dg

from hub.assets.house_resource import HouseResource
from hub.assets.keys import UPKEEP
from hub.errors import HubError
from hub.flow.audit_signing import sign_written
from hub.partners.city import City

AUDIT_KEY = dg.AssetKey(["upkeep", "audit"])
WHEN = "10 0 * * *"  # just after the day that it witnesses


def audit_asset() -> dg.AssetsDefinition:
    """The step that signs."""

    @dg.asset(
        key=AUDIT_KEY,
        group_name=UPKEEP,
        tags={"layer": UPKEEP},
        kinds={"file"},
        description="审计日志签名 (a signed root of what was written since the last)",
    )
    def upkeep_audit(house: HouseResource) -> dg.MaterializeResult[None]:
        try:
            signed = sign_written(house.open())
        except HubError as error:
            # One sentence at the step; others of the run go on.
            raise dg.Failure(
                error.sentence,
                metadata={"code": error.code, "next": error.next_step},
                allow_retries=False,
            ) from error
        told: dict[str, str | int] = {"entries_signed": signed.entries}
        if signed.root is not None:
            told |= {"entry": signed.root.entry, "key": signed.root.key_id}
        return dg.MaterializeResult(metadata=told)

    return upkeep_audit


def audit_schedule(
    city: City,
    status: dg.DefaultScheduleStatus = dg.DefaultScheduleStatus.STOPPED,
) -> dg.ScheduleDefinition:
    """The nightly run, on the city's clock.

    Args:
        city: whose clock.
        status: whether it runs by itself from the start.
    """
    return dg.ScheduleDefinition(
        name="audit",
        job=dg.define_asset_job("audit", selection=[AUDIT_KEY]),
        cron_schedule=WHEN,
        execution_timezone=city.timezone,
        default_status=status,
        description="每晚签名 (a root of the audit log)",
    )
