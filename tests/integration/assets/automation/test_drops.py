"""A file is taken when it is complete, once, and none is missed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from support.automated_city import district
from support.drop_city import HEAD, case_line
from support.small_city import write_city

from hub.assets.house_resource import HouseResource
from hub.assets.keys import raw_key
from hub.definitions import build_defs
from hub.flow.house import open_house
from hub.partners.city import City
from hub.partners.loader import load_city
from hub.settings import Settings

NOW = datetime(2026, 10, 2, tzinfo=UTC)
READ = 'files = "cases_*.csv"'


class Looking:
    """The sensor of one district, with what it remembers."""

    def __init__(self, folder: Path, read: str = READ) -> None:
        self.drop = folder / "drop"
        self.drop.mkdir()
        text = district("west").replace(READ, read)
        write_city(folder / "city", west=text)
        self.settings = Settings(
            home=folder / "home",
            city=str(folder / "city"),
            now=NOW,
            environment={"SMALL_DROP": str(self.drop)},
        )
        self.city: City = load_city(str(folder / "city"))
        self.cursor: str | None = None

    def put(self, day: int, *, age: int = 3600) -> Path:
        """A day's file that was last changed so many seconds ago."""
        path = self.drop / f"cases_202609{day:02}.csv"
        path.write_text(HEAD + case_line(day, day) + "\n")
        then = path.stat().st_mtime - age
        os.utime(path, (then, then))
        return path

    def look(self, instance: dg.DagsterInstance) -> dg.SensorResult:
        """One tick of a daemon that has just been started."""
        defs = build_defs(self.city)
        sensor = defs.get_repository_def().get_sensor_def("drops_west")
        with dg.build_sensor_context(
            instance,
            cursor=self.cursor,
            resources={"house": HouseResource.of(self.settings)},
            definitions=defs,
        ) as context:
            told: Any = sensor(context)
        self.cursor = told.cursor
        return told  # type: ignore[no-any-return]

    def asks(self, instance: dg.DagsterInstance) -> int:
        """How many runs one tick asks for."""
        return len(self.look(instance).run_requests or [])


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        yield found


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMALL_DROP", str(tmp_path / "drop"))


def test_two_files_in_one_look_are_one_run_and_not_asked_for_again(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    looking = Looking(tmp_path)
    nothing = looking.look(instance)
    looking.put(20)
    looking.put(21)

    asked = [looking.asks(instance) for _ in range(3)]

    assert not nothing.run_requests
    assert asked == [1, 0, 0]


def test_the_run_that_is_asked_for_takes_both_files(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    looking = Looking(tmp_path)
    looking.put(20)
    looking.put(21)
    (asked,) = looking.look(instance).run_requests or []
    defs = build_defs(looking.city)
    job = defs.get_repository_def().get_job("__ASSET_JOB")

    done = job.get_subset(
        asset_selection=set(asked.asset_selection or [])
    ).execute_in_process(
        instance=instance,
        tags=dict(asked.tags),
        resources={"house": HouseResource.of(looking.settings)},
    )

    assert done.success
    batches = open_house(looking.settings).ledger.batches()
    assert [(b.state, b.name) for b in batches] == [
        ("merged", "cases_20260921.csv"),
        ("merged", "cases_20260920.csv"),
    ]
    assert looking.asks(instance) == 0


def test_a_file_that_comes_while_the_run_waits_is_asked_for(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    looking = Looking(tmp_path)
    looking.put(20)
    first = looking.look(instance).run_requests or []
    looking.put(21)

    second = looking.look(instance).run_requests or []

    assert len(first) == len(second) == 1
    assert first[0].run_key != second[0].run_key


def test_a_file_that_is_still_being_written_waits(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    looking = Looking(tmp_path, f'{READ}\nsettle = "5m"')
    looking.put(20, age=0)
    early = looking.asks(instance)
    looking.put(20, age=301)

    assert (early, looking.asks(instance)) == (0, 1)


def test_a_file_without_its_marker_waits_for_it(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    looking = Looking(tmp_path, f'{READ}\ndone = ".ok"')
    path = looking.put(20)
    early = looking.asks(instance)
    path.with_name(f"{path.name}.ok").touch()

    assert (early, looking.asks(instance)) == (0, 1)


def test_a_file_that_is_sent_again_with_other_content_is_asked_for(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    looking = Looking(tmp_path)
    looking.put(20)
    assert looking.asks(instance) == 1

    looking.put(20, age=1800)

    assert looking.asks(instance) == 1


def test_a_folder_that_is_not_mounted_is_told_and_asks_for_nothing(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    looking = Looking(tmp_path)
    looking.put(20)
    assert looking.asks(instance) == 1
    looking.drop.rename(tmp_path / "elsewhere")
    gone = looking.look(instance)
    (tmp_path / "elsewhere").rename(looking.drop)

    back = looking.look(instance)

    assert "there is no such folder" in (gone.skip_reason.skip_message or "")
    assert not gone.run_requests
    assert not back.run_requests


def test_a_request_names_the_step_of_the_feed_and_who_asks(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    looking = Looking(tmp_path)
    looking.put(20)

    (asked,) = looking.look(instance).run_requests or []

    west = looking.city.partners["west"]
    assert raw_key(west, west.feeds[0]) in (asked.asset_selection or [])
    assert asked.tags["hub/partner"] == "west"
    assert asked.tags["hub/unattended"] == "true"
