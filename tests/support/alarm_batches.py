"""Deliveries that only the ledger knows, one by one, for tests of single alarms.

What lives here: one more delivery of the eastern district, and what an alarm says.
What does not: the city with its quiet past (`alarm_city`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa
from support.alarm_city import AlarmCity, at
from support.alarm_looks import DAY, seen

from hub.storage.batches import CaseCounts
from hub.storage.control import write
from hub.storage.tables import BATCH

YESTERDAY = DAY - timedelta(days=1)  # the last day of the quiet past


def delivered(city: AlarmCity, day: int, **given: object) -> int:
    """One more delivery, so many days after the quiet past; its number."""
    on = YESTERDAY + timedelta(days=day)
    values: dict[str, object] = {
        "partner": "east",
        "feed": "cases",
        "kind": "delivery",
        "name": f"d{day}",
        "as_of": at(on, "00:00"),
        "landed_at": at(on, "23:10"),
        "state": "merged",
        "received": 100,
        "accepted": 100,
        "quarantined": 0,
        "duplicate": 0,
        "created_at": at(on, "23:10"),
        "updated_at": at(on, "23:10"),
    }
    with write(city.house.control.engine) as connection:
        query = sa.insert(BATCH).values(values | given).returning(BATCH.c.number)
        return int(connection.execute(query).scalar_one())


def with_cases(
    city: AlarmCity,
    day: int,
    cases: int,
    *,
    hours: Mapping[int, int] | None = None,
    lacking: int | None = None,
    **given: object,
) -> int:
    """A delivery of cases: by hour of their report, and without a deadline."""
    number = delivered(city, day, received=cases, accepted=cases, **given)
    profile = tuple((hours or {}).get(n, 0) for n in range(24))
    counts = CaseCounts(cases, profile, lacking)
    city.house.ledger.record_cases(number, counts)
    return number


def told(city: AlarmCity, rule: str) -> dict[str, object]:
    """What an alarm says; nothing where it is not open."""
    alarm = seen(city.house).get(rule)
    return dict(alarm.seen) if alarm else {}
