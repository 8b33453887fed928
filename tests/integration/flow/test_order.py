"""Any order of the days, and any day twice, ends in the same digests."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.small_city import PLATFORM, ROSTER, sending, small_house
from support.thorough import of

from hub.flow.city_run import finish_run
from hub.flow.house import House
from hub.flow.release import find_release
from hub.flow.run import Window, run_partner

NOW = datetime(2026, 10, 9, tzinfo=UTC)
# Without a change time the day of the delivery dates every row.
UNDATED = PLATFORM.replace('changed = "changed"\n', "")
PARTNERS = {"platform": UNDATED, "roster": ROSTER}
Day = dict[str, tuple[datetime, list[object]]]


def at(day: int) -> datetime:
    return datetime(2026, 9, 30, 15, 59, tzinfo=UTC) + timedelta(days=day)


def case(key: str, state: str, **more: object) -> dict[str, object]:
    return {
        "id": key,
        "category": "0110",
        "street": "420102001",
        "district": "420102",
        "lon": "114.3051",
        "lat": "30.5931",
        "state": state,
        "reported": "2026-10-01 08:00:00",
        "op": "U",
        **more,
    }


def step(name: str, action: str, on: str) -> dict[str, str]:
    return {"step": name, "action": action, "at": f"2026-10-{on}"}


def area(valid: str = "114 30, 115 30, 115 31, 114 31, 114 30") -> dict[str, object]:
    return {
        "id": "a1",
        "name": "一片",
        "street": "420102001",
        "boundary": f"POLYGON(({valid}))",
    }


def person(key: str, area_id: str = "a1", name: str = "张") -> dict[str, object]:
    return {"id": key, "name": name + key, "area": area_id, "since": "2026-09-01"}


def days() -> list[Day]:
    dispatched = {"dispatched": "2026-10-01 09:00:00"}
    closed = {
        **dispatched,
        "handled": "2026-10-02 10:00:00",
        "closed": "2026-10-02 16:00:00",
    }
    return [
        {
            "areas": (at(1), [area()]),
            "people": (at(1), [person("p1"), person("p2")]),
            "cases": (
                at(1),
                [
                    case("1", "1"),
                    case("2", "4", **dispatched),
                    case("3", "4", **dispatched),
                    case("4", "1", street="420199001"),
                    case("5", "1"),
                ],
            ),
        },
        {
            "areas": (at(2), [area(), {**area(), "id": "a2"}]),
            "people": (at(2), [person("p1"), person("p3", "a2")]),
            "cases": (
                at(2),
                [
                    case(
                        "1",
                        "4",
                        **dispatched,
                        trail=[step("a", "dispatch", "01 09:00:00")],
                    ),
                    case(
                        "2",
                        "6",
                        **closed,
                        trail=[
                            step("a", "handle", "02 10:00:00"),
                            step("b", "close", "02 16:00:00"),
                        ],
                    ),
                    case("5", "1", op="D"),
                ],
            ),
        },
        {
            "areas": (at(3), [{**area(), "name": "一片改名"}]),
            "people": (at(3), [person("p1", name="李"), person("p2")]),
            "cases": (
                at(3),
                [
                    case(
                        "1",
                        "5",
                        **dispatched,
                        handled="2026-10-03 10:00:00",
                        trail=[
                            step("a", "dispatch", "01 09:30:00"),
                            step("b", "handle", "03 10:00:00"),
                        ],
                    ),
                    case("2", "4", **closed),
                    case("3", "4", **dispatched),
                    case("5", "1"),
                ],
            ),
        },
    ]


def take(house: House, day: Day, *, is_last: bool) -> None:
    served = sending(house, {name: [sent] for name, sent in day.items()})
    for partner in ("platform", "roster"):
        run_partner(served, house.city.partners[partner], Window())
    finish_run(house, figures=is_last)


def digests(
    folder: Path, order: tuple[int, ...], partners: dict[str, str]
) -> dict[str, str]:
    house = small_house(folder, NOW, **partners)
    told = days()
    for nth, number in enumerate(order, start=1):
        take(house, told[number], is_last=nth == len(order))
    release = find_release(house, None)
    return {one.dataset: one.digest for one in release.datasets}


TWICE = (0, 0, 1, 1, 2, 2, 0)
ORDERS = [TWICE, *[*itertools.permutations(range(3))][:0:-1]][: of(6, 2)]


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return digests(tmp_path_factory.mktemp("straight"), (0, 1, 2), PARTNERS)


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_order_and_repetition_change_no_digest(
    straight: dict[str, str], tmp_path: Path, order: tuple[int, ...]
) -> None:
    assert digests(tmp_path, order, PARTNERS) == straight


def test_a_deletion_that_says_only_its_key_may_come_before_its_row(
    tmp_path: Path,
) -> None:
    lenient = UNDATED.replace(
        "[feed.read]", "[feed.expect]\nmax_deleted_share = 1.0\n\n[feed.read]", 1
    )
    gone: list[object] = [{**dict.fromkeys(case("1", "1")), "id": "1", "op": "D"}]
    told: list[tuple[datetime, list[object]]] = [
        (at(1), [case("1", "1")]),
        (at(40), gone),
        (at(80), [case("1", "4")]),
    ]

    found = []
    for order in itertools.permutations(range(3)):
        house = small_house(tmp_path / str(order), NOW, platform=lenient)
        for number in order:
            served = sending(house, {"cases": [told[number]]})
            (batch,) = run_partner(served, house.city.partners["platform"], Window())
            assert batch.state == "merged"
        finish_run(house, figures=False)
        release = find_release(house, None)
        found.append({one.dataset: one.digest for one in release.datasets})

    assert all(one == found[0] for one in found)
