"""A small city whose September 2026 is over, and what may still arrive about it.

What lives here: its cases and roster, a release of them, and deliveries that come
too late. What does not: assertions.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from support.small_city import PLATFORM, ROSTER, sending, small_house, write_city

from hub.flow.assessment.policies import GivenPolicy, read_policy
from hub.flow.city_run import finish_run
from hub.flow.house import House
from hub.flow.run import Window, run_partner
from hub.storage.releases import Release

MONTH = "2026-09"
FIRST = datetime(2026, 10, 2, 2, tzinfo=UTC)
LATE = datetime(2026, 10, 20, 2, tzinfo=UTC)
LISTED = datetime(2026, 8, 31, 2, tzinfo=UTC)
CALENDAR = '\n[calendar]\nholidays = "CN"\nshifts = ["08:00-12:00"]\n'
HERE = "POLYGON((114.3 30.5, 114.4 30.5, 114.4 30.6, 114.3 30.6, 114.3 30.5))"
AREAS = [
    {"id": "A1", "name": "一", "street": "420102001", "boundary": HERE},
    {"id": "A2", "name": "二", "street": "420102002"},
    {"id": "A3", "name": "三", "street": "420103001"},
]
PEOPLE = [
    {"id": "P1", "name": "甲", "area": "A1", "since": "2026-01-01"},
    {"id": "P3", "name": "丙", "area": "A3", "since": "2026-01-01"},
]
POLICY = """\
[policy]
id = "plain"
version = 1
title_zh = "办法"
title_en = "a policy"
level = "DISTRICT_UNIT"
valid_from = "2021-08-31"

[[dimension]]
id = "cases"
title_zh = "案件"
title_en = "cases"
weight = 1

[[dimension.item]]
id = "on_time"
title_zh = "按期处置"
title_en = "handled in time"
value = { metric = "on_time_handling_rate" }
rule = { kind = "rate", weight = 100 }

[[dimension.item]]
id = "discipline"
title_zh = "纪律"
title_en = "discipline"
rule = { kind = "manual" }
"""


def case(key: str, **told: Any) -> dict[str, Any]:
    """A case of the first street, handled in time; `told` says what is otherwise."""
    return {
        "id": key,
        "changed": "2026-09-20 12:00:00",
        "category": "0110",
        "street": "420102001",
        "district": "420102",
        "state": "5",
        "reported": "2026-09-10 08:00:00",
        "accepted": "2026-09-10 08:10:00",
        "registered": "2026-09-10 08:20:00",
        "dispatched": "2026-09-10 08:30:00",
        "handled": "2026-09-10 12:00:00",
        "deadline": "2026-09-11 08:00:00",
        "lon": "114.3501",
        "lat": "30.5531",
        "op": "U",
        **told,
    }


CASES = [
    case("1"),
    case("2", handled="2026-09-12 12:00:00"),
    case("3", state="3", handled=None),
    case("4", street="420103001", district="420103", lon=None, lat=None),
]
# Known too late for the first revision: case 3 was handled in time after all, case 2
# is gone, and case 5 was never told.
LATE_CASES = [
    case("3", changed="2026-10-19 12:00:00"),
    case("2", op="D", changed="2026-10-19 12:00:00"),
    case("5", changed="2026-10-19 12:00:00"),
]


def plain_policy() -> GivenPolicy:
    """A policy of units: cases handled in time, less what people take away."""
    return read_policy(POLICY, Path("plain.toml"))


def city_folder(folder: Path) -> Path:
    """The declaration of the city."""
    city = write_city(folder / "city", platform=PLATFORM, roster=ROSTER)
    about = city / "city.toml"
    about.write_text(about.read_text() + CALENDAR)
    return city


def closed_month(folder: Path) -> House:
    """A hub that has a release of the month, made after its end."""
    city_folder(folder)
    house = small_house(folder, FIRST)
    deliver(house, FIRST, CASES)
    return house


def copied(closed: Path, folder: Path) -> House:
    """A copy of what `closed_month` left in a folder, opened on the same day."""
    shutil.copytree(closed, folder, dirs_exist_ok=True)
    return later(folder, FIRST)


def deliver(house: House, at: datetime, cases: list[dict[str, Any]]) -> Release:
    """Run the city once: these cases, and the roster as ever; the release of it."""
    sent: dict[str, list[tuple[datetime, list[object]]]] = {
        "areas": [(LISTED, list(AREAS))],
        "people": [(LISTED, list(PEOPLE))],
        "cases": [(at, list(cases))],
    }
    served = sending(house, sent)
    for partner in ("roster", "platform"):
        run_partner(served, house.city.partners[partner], Window())
    _, release = finish_run(served)
    return release


def later(folder: Path, at: datetime = LATE) -> House:
    """The same hub at another time, as another process would open it."""
    return small_house(folder, at)
