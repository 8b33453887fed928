"""A month is drafted on the working day that the city names, and never frozen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from support.drop_city import drop_day, file_city

from hub.assets.automation.drafts import KEY, STEP, draft_day, draft_job
from hub.assets.house_resource import HouseResource
from hub.assets.running import run_city
from hub.definitions import build_defs
from hub.errors import MisuseError
from hub.flow.assessment.revisions import frozen_months
from hub.flow.house import open_house
from hub.flow.release import find_release
from hub.partners.loader import load_city
from hub.settings import Settings, lent


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        yield found


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2026, 10, 15), date(2026, 10, 8)),  # after the week of the National Day
        (date(2026, 8, 1), date(2026, 8, 3)),  # 1 August is a Saturday
        (date(2026, 9, 30), date(2026, 9, 1)),
    ],
)
def test_wuhan_drafts_on_the_first_working_day(today: date, due: date) -> None:
    assert draft_day(load_city("wuhan"), today) == due


def test_a_city_without_a_calendar_drafts_on_the_first(tmp_path: Path) -> None:
    city = load_city(file_city(tmp_path / "city"))

    assert draft_day(city, date(2026, 10, 15)) == date(2026, 10, 1)


def test_the_schedule_asks_for_the_month_that_has_ended_on_that_day_alone(
    instance: dg.DagsterInstance,
) -> None:
    schedule = (
        build_defs(load_city("wuhan"))
        .get_repository_def()
        .get_schedule_def("assessment_draft")
    )
    told: dict[int, Any] = {}
    for day in (1, 7, 8, 9):
        at = datetime(2026, 10, day, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
        context = dg.build_schedule_context(instance, scheduled_execution_time=at)
        (told[day],) = schedule(context)  # type: ignore[misc, union-attr]

    asked = {d: one for d, one in told.items() if isinstance(one, dg.RunRequest)}
    assert list(asked) == [8]
    assert asked[8].run_config == {"ops": {STEP: {"config": {"period": "2026-09"}}}}
    assert asked[8].run_key == "2026-09"


def test_a_draft_tells_its_release_and_keeps_nothing(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    settings = Settings(
        home=tmp_path / "home",
        city=str(file_city(tmp_path / "city")),
        now=datetime(2026, 10, 2, tzinfo=UTC),
    )
    drop_day(tmp_path / "drop", 20)
    with lent({"SMALL_DROP": str(tmp_path / "drop")}):
        run_city(settings, record="nothing")

    done = draft(settings, instance, "2026-09")

    (made,) = done.asset_materializations_for_node(STEP)
    assert draft(settings, instance).success  # the last month that has ended
    house = open_house(settings)
    release = find_release(house, None)
    assert made.asset_key == KEY
    assert made.metadata["release"].value == release.id
    assert made.metadata["remarks"].value == ["NO_POLICY"]
    rows: Any = made.metadata["rows"].value
    assert rows["figure"] > 0
    assert frozen_months(house) == set()


def test_a_month_that_cannot_be_drafted_is_not_tried_again(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    settings = Settings(
        home=tmp_path / "home",
        city=str(file_city(tmp_path / "city")),
        now=datetime(2026, 10, 2, tzinfo=UTC),
    )

    with pytest.raises(dg.Failure, match="release") as caught:
        draft(settings, instance, "2026-09")

    assert caught.value.allow_retries is False
    assert isinstance(caught.value.__cause__, MisuseError)


def draft(
    settings: Settings, instance: dg.DagsterInstance, period: str = ""
) -> dg.ExecuteInProcessResult:
    """A run that nobody sits beside."""
    return draft_job().execute_in_process(
        instance=instance,
        resources={"house": HouseResource.of(settings)},
        run_config={"ops": {STEP: {"config": {"period": period}}}},
        tags={"hub/unattended": "true"},
    )
