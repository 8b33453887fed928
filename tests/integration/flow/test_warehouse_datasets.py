"""Datasets of releases in the warehouse: what changed is written, and all at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from support.bi_readers import on
from support.closed_month import LATE, LATE_CASES, copied, deliver, later
from support.databases import postgres_database

from hub.flow.house import House
from hub.flow.warehouse import Beside, load_warehouse, open_warehouse
from hub.flow.warehouse_datasets import shared_columns
from hub.schemas import DATASETS
from hub.sharing.placing import PLACES, Via


@pytest.fixture(scope="module")
def later_home(closed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub with a second release, of what came late."""
    folder = tmp_path_factory.mktemp("late")
    copied(closed, folder).control.close()
    made = later(folder, LATE)
    deliver(made, LATE, LATE_CASES)
    made.control.close()
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def house(
    request: pytest.FixtureRequest, later_home: Path, tmp_path: Path
) -> Iterator[House]:
    made = copied(later_home, tmp_path)
    if request.param == "sqlite":
        yield on(made, None)
        return
    with postgres_database(request.getfixturevalue("postgres_url")) as url:
        yield on(made, url)


def keys(connection: sa.Connection) -> set[str]:
    found = connection.execute(sa.text("SELECT source_id FROM issue"))
    return {row[0] for row in found}


def release_in(connection: sa.Connection) -> str:
    told = connection.execute(sa.text("SELECT release FROM warehouse_release"))
    return str(told.scalar_one())


def test_a_reader_sees_one_release_until_the_other_is_whole(house: House) -> None:
    load_warehouse(house, "r000001")
    reader = open_warehouse(house)
    seen: list[tuple[str, set[str]]] = []

    def look(_: object, __: object) -> None:
        with reader.engine.connect().execution_options(hub_reading=True) as other:
            seen.append((release_in(other), keys(other)))

    load_warehouse(house, "r000002", beside=lambda *_: Beside([], look))

    look(None, None)
    reader.close()
    assert seen == [
        ("r000001", {"1", "2", "3", "4"}),
        ("r000002", {"1", "3", "4", "5"}),
    ]


def test_only_parts_that_changed_are_written(house: House) -> None:
    load_warehouse(house, "r000001")

    done, *_ = load_warehouse(house, "r000002")

    written = {
        one.table: (one.written, one.kept)
        for one in done.tables
        if one.table in DATASETS and (one.written or one.removed)
    }
    assert written == {"issue": (1, 0)}


def test_what_conditions_look_at_is_in_everybody_s_table() -> None:
    for name, places in PLACES.items():
        if name not in DATASETS:
            continue
        held = {one.name for one in shared_columns(DATASETS[name])}
        assert {one.column for one in places} <= held, name
        for one in places:
            if isinstance(one, Via):
                other = {each.name for each in shared_columns(DATASETS[one.dataset])}
                assert one.key in other
