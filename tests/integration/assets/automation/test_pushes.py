"""What a partner has sent is taken in, and asked for once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from support.push_city import Push, as_csv, case

from hub.assets.house_resource import HouseResource
from hub.assets.keys import raw_key
from hub.definitions import build_defs


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        yield found


def look(
    push: Push, instance: dg.DagsterInstance, cursor: str | None = None
) -> tuple[list[dg.RunRequest], str]:
    """One tick of the sensor: what it asks for, and what it remembers."""
    defs = build_defs(push.house.city)
    sensor = defs.get_repository_def().get_sensor_def("submissions")
    with dg.build_sensor_context(
        instance,
        cursor=cursor,
        resources={"house": HouseResource.of(push.house.settings)},
        definitions=defs,
    ) as context:
        told: Any = sensor(context)
    return list(told.run_requests or []), told.cursor


def test_submissions_that_wait_are_one_run_and_asked_for_once(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    push = Push.made_in(tmp_path)
    empty, cursor = look(push, instance)
    push.send(as_csv([case(1)]), key="1")
    push.send(as_csv([case(2)]), key="2")

    asked, cursor = look(push, instance, cursor)
    again, _ = look(push, instance, cursor)

    assert empty == again == []
    (request,) = asked
    east = push.house.city.partners["east"]
    assert raw_key(east, east.feed("cases")) in (request.asset_selection or [])
    assert raw_key(east, east.feed("trails")) not in (request.asset_selection or [])


def test_what_comes_before_the_first_was_taken_in_is_asked_for(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    push = Push.made_in(tmp_path)
    push.send(as_csv([case(1)]), key="1")
    first, cursor = look(push, instance)
    push.send(as_csv([case(2)]), key="2")

    second, _ = look(push, instance, cursor)

    assert len(second) == 1
    assert first[0].run_key != second[0].run_key


def test_after_everything_was_taken_in_the_next_one_is_asked_for(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    push = Push.made_in(tmp_path)
    push.send(as_csv([case(1)]), key="1")
    _, cursor = look(push, instance)
    push.run()
    idle, cursor = look(push, instance, cursor)
    push.send(as_csv([case(2)]), key="2")

    asked, _ = look(push, instance, cursor)

    assert idle == []
    assert len(asked) == 1


def test_the_run_that_is_asked_for_takes_them_in(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    push = Push.made_in(tmp_path)
    push.send(as_csv([case(1)]), key="1")
    ((request,), _) = look(push, instance)
    job = build_defs(push.house.city).get_repository_def().get_job("__ASSET_JOB")

    keys = set(request.asset_selection or [])
    done = job.get_subset(asset_selection=keys).execute_in_process(  # type: ignore[arg-type]
        instance=instance,
        tags=dict(request.tags),
        resources={"house": HouseResource.of(push.house.settings)},
    )

    assert done.success
    assert push.core() == {"A001": "420102001"}
