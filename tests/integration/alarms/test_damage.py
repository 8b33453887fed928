"""A14: damaged free text, from what the ledger tells of it; worked out by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from support.alarm_batches import delivered, told
from support.alarm_city import AlarmCity
from support.alarm_looks import NOON, declare

from hub.storage.control import write
from hub.storage.tables import BATCH_RULE


@pytest.fixture(autouse=True)
def _tuesday(city: AlarmCity) -> None:
    city.now = NOON + timedelta(days=1)


def damage(city: AlarmCity, number: int, **columns: int) -> None:
    """Findings of damaged free text, by column."""
    rows = [
        {"batch": number, "rule": "P22", "severity": "warn", "dataset": "issue",
         "column": name, "count": count}
        for name, count in columns.items()
    ]  # fmt: skip
    with write(city.house.control.engine) as connection:
        connection.execute(sa.insert(BATCH_RULE), rows)


def test_damage_is_told_above_the_declared_share_only(city: AlarmCity) -> None:
    number = delivered(city, 1, received=200, accepted=200)
    damage(city, number, description=30, address_text=12)

    assert told(city, "A14") == {}  # 30 of 200 rows is 15 %, and not above it
    damage(city, number, evaluation_text=31)

    found = told(city, "A14")
    assert (found["damaged"], found["count"], found["share"]) == (31, 200, "16%")
    assert found["batch"] == found["delivery"] == f"b{number:08d}"


def test_few_rows_are_never_damage(city: AlarmCity) -> None:
    damage(city, delivered(city, 1, received=19, accepted=19), description=19)

    assert told(city, "A14") == {}


def test_deliveries_of_a_day_count_together(city: AlarmCity) -> None:
    first = delivered(city, 1, received=60, accepted=60)
    damage(city, first, description=12)
    damage(
        city, delivered(city, 1, received=40, accepted=40, name="d1b"), description=8
    )

    found = told(city, "A14")

    assert (found["damaged"], found["count"]) == (20, 100)
    assert found["batch"] == f"b{first:08d}"


def test_it_clears_with_the_next_day_and_with_a_replay(city: AlarmCity) -> None:
    number = delivered(city, 1)
    damage(city, number, description=50)
    assert told(city, "A14")["damaged"] == 50
    delivered(city, 1, kind="replay", parent=number, name="again")
    assert told(city, "A14") == {}

    damage(city, delivered(city, 2), description=60)
    assert told(city, "A14")["damaged"] == 60
    delivered(city, 3)
    assert told(city, "A14") == {}


def test_what_a_feed_declares_counts_for_it(city: AlarmCity) -> None:
    damage(city, delivered(city, 1), description=50)
    assert told(city, "A14") != {}

    line = 'deadline = "22:30"'
    declare(city, line, f"{line}\nalarm = {{ damaged_share = 0.5 }}")
    assert told(city, "A14") == {}
    declare(city, "damaged_share = 0.5", 'off = ["A14"]')
    damage(city, delivered(city, 2), description=99)
    assert told(city, "A14") == {}
