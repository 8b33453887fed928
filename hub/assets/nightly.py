"""Every night: the audit log is signed, and sources are asked how much they have.

What lives here: the asset `upkeep/audit` and its schedule, which comes every night
since an end that no root witnesses can be cut off; and `upkeep/counts`, which holds
the counts of the last days against what came of them (T1, alarm A18). What does not:
signing (`hub.storage.audit`), when it may be done unasked (`hub.flow.audit_signing`),
comparing (`hub.flow.reconcile.day_counts`), what is done once a week (`upkeep`, which
does both as well: all of the group is its job).
"""

import dagster as dg

from hub.assets.house_resource import HouseResource
from hub.assets.keys import UPKEEP
from hub.assets.own_schedules import STOPPED, own_schedule
from hub.errors import HubError
from hub.flow.audit_signing import sign_written
from hub.flow.reconcile.day_counts import compare_city
from hub.partners.city import City

AUDIT_KEY = dg.AssetKey(["upkeep", "audit"])
COUNTS_KEY = dg.AssetKey(["upkeep", "counts"])
WHEN = "10 0 * * *"  # just after the day that it witnesses
COUNTED_AT = "10 5 * * *"  # the night's feeds are in, the morning's figures not made


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
    city: City, status: dg.DefaultScheduleStatus = STOPPED
) -> dg.ScheduleDefinition:
    """The nightly run, on the city's clock.

    Args:
        city: whose clock.
        status: whether it runs by itself from the start.
    """
    return own_schedule(
        "audit",
        dg.AssetSelection.assets(AUDIT_KEY),
        cron=WHEN,
        city=city,
        status=status,
        description="每晚签名 (a root of the audit log)",
    )


def counts_asset() -> dg.AssetsDefinition:
    """The step that asks; a source that is down is told, and fails nothing."""

    @dg.asset(
        key=COUNTS_KEY,
        group_name=UPKEEP,
        tags={"layer": UPKEEP},
        kinds={"python"},
        description="来源计数核对 (what sources count of the last days, and what came)",
    )
    def upkeep_counts(house: HouseResource) -> dg.MaterializeResult[None]:
        found = compare_city(house.open())
        short = {
            f"{one.partner}/{one.feed} {day.day}": day.missing
            for one in found
            for day in one.days
            if day.missing
        }
        problems = [one.problem for one in found if one.problem is not None]
        return dg.MaterializeResult(
            metadata={
                "feeds": len(found),
                "days": sum(len(one.days) for one in found),
                "rows_missing": dg.MetadataValue.json(short),
                "not_asked": dg.MetadataValue.json(problems),
            }
        )

    return upkeep_counts


def counts_schedule(
    city: City, status: dg.DefaultScheduleStatus = STOPPED
) -> dg.ScheduleDefinition:
    """The nightly comparison, on the city's clock.

    Args:
        city: whose clock.
        status: whether it runs by itself from the start.
    """
    return own_schedule(
        "counts",
        dg.AssetSelection.assets(COUNTS_KEY),
        cron=COUNTED_AT,
        city=city,
        status=status,
        description="每晚核对来源计数 (counts of the last days against the sources)",
    )
