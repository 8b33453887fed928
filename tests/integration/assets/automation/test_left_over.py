"""A run that died and was not started anew is asked for once more, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.test_utils import freeze_time
from dagster._time import get_current_datetime
from support.automated_city import districts

from hub.assets.keys import raw_key
from hub.definitions import build_defs
from hub.partners.city import City

DAYS = {
    "dagster/asset_partition_range_start": "2026-10-01",
    "dagster/asset_partition_range_end": "2026-10-02",
}
OURS = {"hub/unattended": "true", "hub/partner": "d1", "hub/cycle": "pull_d1", **DAYS}


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        yield found


@pytest.fixture
def city(tmp_path: Path) -> City:
    return districts(tmp_path / "city", "d1")


def died(
    instance: dg.DagsterInstance, city: City, run_id: str, **tags: str
) -> dg.DagsterRun:
    """A run of the district that has ended badly."""
    d1 = city.partners["d1"]
    run = dg.DagsterRun(
        job_name="pull",
        run_id=run_id,
        tags=OURS | tags,
        status=dg.DagsterRunStatus.FAILURE,
        asset_selection=frozenset({raw_key(d1, d1.feeds[0])}),
    )
    instance.add_run(run)
    return run


def asked(
    instance: dg.DagsterInstance, city: City, after: timedelta = timedelta(minutes=2)
) -> list[dg.RunRequest]:
    """What one tick asks for, some time from now."""
    defs = build_defs(city)
    sensor = defs.get_repository_def().get_sensor_def("left_over")
    context = dg.build_sensor_context(instance, definitions=defs)
    with freeze_time(get_current_datetime() + after):
        told: Any = sensor(context)
    return list(told.run_requests or [])


def test_it_is_asked_for_with_its_days_and_steps(
    instance: dg.DagsterInstance, city: City
) -> None:
    run = died(instance, city, "0001")

    (request,) = asked(instance, city)

    assert request.run_key == "after 0001"
    assert set(request.asset_selection or ()) == run.asset_selection
    assert request.tags == OURS | {"hub/asked_again": "1"}


def test_dagster_is_given_the_time_to_start_it_anew_itself(
    instance: dg.DagsterInstance, city: City
) -> None:
    died(instance, city, "0001")

    assert asked(instance, city, timedelta(seconds=20)) == []


@pytest.mark.parametrize(
    "tags",
    [
        {"dagster/auto_retry_run_id": "0002"},
        {"dagster/failure_reason": "STEP_FAILURE"},
        {"dagster/retry_number": "3"},
        {"hub/asked_again": "3"},
        {"hub/unattended": "false"},
    ],
    ids=["started anew", "failed by itself", "retried", "asked again", "attended"],
)
def test_it_is_not_asked_for_where_it_is_no_use(
    instance: dg.DagsterInstance, city: City, tags: dict[str, str]
) -> None:
    died(instance, city, "0001", **tags)

    assert asked(instance, city) == []


def test_what_died_days_ago_is_history(
    instance: dg.DagsterInstance, city: City
) -> None:
    died(instance, city, "0001")

    assert asked(instance, city, timedelta(hours=25)) == []
