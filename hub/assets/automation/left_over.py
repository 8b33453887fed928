"""Runs that died and that nobody started anew are asked for once more.

What lives here: one sensor over failed runs. What does not: runs that failed by
themselves; the hub has tried again within them whatever may pass, and the ledger and
an alarm tell of the rest.

Dagster starts a run anew whose process died (`run_retries`), but tries so once: where
the code server is not back yet when the daemon looks, as after a power cut, it gives
up and says so in its log alone. A feed that is read once a day would wait a day.
"""

from datetime import timedelta

import dagster as dg
from dagster._core.events import RunFailureReason
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    AUTO_RETRY_RUN_ID_TAG,
    RETRY_NUMBER_TAG,
    RUN_FAILURE_REASON_TAG,
)
from dagster._time import get_current_datetime

from hub.assets.automation.conditions import CITY
from hub.assets.automation.cycles import CYCLE, PARTNER, Steps
from hub.assets.automation.unattended import UNATTENDED

NAME = "left_over"
TIMES = "hub/asked_again"
MOST = 3
EVERY_SECONDS = 60
# Dagster looks at failed runs every few seconds, and first.
PATIENCE = timedelta(seconds=45)
REACH = timedelta(days=1)
KEPT = (
    UNATTENDED,
    PARTNER,
    CYCLE,
    CITY,
    ASSET_PARTITION_RANGE_START_TAG,
    ASSET_PARTITION_RANGE_END_TAG,
)


def left_over_sensor(
    steps: Steps, status: dg.DefaultSensorStatus
) -> dg.SensorDefinition:
    """The sensor that asks again for what has died."""

    @dg.sensor(
        name=NAME,
        target=dg.AssetSelection.assets(*steps),
        minimum_interval_seconds=EVERY_SECONDS,
        default_status=status,
        description="中断后未重启的运行 (runs that died and were not started anew)",
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        now = get_current_datetime()
        failed = context.instance.get_run_records(
            dg.RunsFilter(
                statuses=[dg.DagsterRunStatus.FAILURE],
                tags={UNATTENDED: "true"},
                updated_after=now - REACH,
            )
        )
        asked = [
            _once_more(record.dagster_run)
            for record in failed
            if _is_left(record.dagster_run, steps)
            and record.update_timestamp < now - PATIENCE
        ]
        return dg.SensorResult(
            run_requests=asked,
            skip_reason=None if asked else "no run that died was left",
        )

    return look


def _is_left(run: dg.DagsterRun, steps: Steps) -> bool:
    """Whether a failed run died, was not started anew, and may still be."""
    tags = run.tags
    tries = int(tags.get(RETRY_NUMBER_TAG, 0)) + int(tags.get(TIMES, 0))
    return (
        tags.get(RUN_FAILURE_REASON_TAG) != RunFailureReason.STEP_FAILURE.value
        and AUTO_RETRY_RUN_ID_TAG not in tags
        and tries < MOST
        and bool(run.asset_selection)
        and set(run.asset_selection or ()) <= set(steps)
    )


def _once_more(run: dg.DagsterRun) -> dg.RunRequest:
    times = int(run.tags.get(TIMES, 0)) + 1
    return dg.RunRequest(
        # One per run that died, whoever looks how often.
        run_key=f"after {run.run_id}",
        asset_selection=sorted(run.asset_selection or ()),
        tags={name: run.tags[name] for name in KEPT if name in run.tags}
        | {TIMES: str(times)},
    )
