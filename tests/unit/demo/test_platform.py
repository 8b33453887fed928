"""The platform's interface over HTTP, asked as a client would."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from hub.demo.days import told_at
from hub.demo.loopback import serve
from hub.demo.platform import BASE, Platform
from hub.demo.surroundings import Surroundings
from hub.demo.world import World

DAY_1 = {
    "createTimeBegin": "2026-09-30 00:00:00",
    "createTimeEnd": "2026-10-01 00:00:00",
}


@pytest.fixture(scope="module")
def platform(world: World, around: Surroundings) -> Platform:
    return Platform(world, around, token="good")


@pytest.fixture(scope="module")
def client(platform: Platform) -> Iterator[httpx.Client]:
    with (
        serve(platform.app()) as url,
        httpx.Client(
            base_url=url + BASE, headers={"Authorization": "Bearer good"}
        ) as client,
    ):
        yield client


def _ask(
    client: httpx.Client,
    path: str,
    condition: dict[str, Any],
    page: int = 1,
    size: int = 1000,
) -> dict[str, Any]:
    body = {"condition": condition, "paging": {"pageIndex": page, "pageSize": size}}
    answer = client.post(path, json=body)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_every_case_of_a_day_stands_in_one_of_the_two_listings(
    platform: Platform, client: httpx.Client
) -> None:
    platform.set_clock(told_at(2))

    live = _ask(client, "/records/page", DAY_1)
    history = _ask(client, "/hisrecords/page", DAY_1)

    keys = [row["id"] for row in live["result"] + history["result"]]
    assert len(keys) == len(set(keys)) == 200
    assert live["totalCount"] + history["totalCount"] == 200
    assert {row["eventStateId"] for row in history["result"]} == {"6", "7"}


def test_closed_cases_move_to_the_history_on_the_next_day(
    platform: Platform, client: httpx.Client
) -> None:
    platform.set_clock(told_at(1))
    before = _ask(client, "/hisrecords/page", DAY_1)
    closed = {
        row["id"]
        for row in _ask(client, "/records/page", DAY_1)["result"]
        if row["eventStateId"] == "7"
    }
    platform.set_clock(told_at(2))
    after = {row["id"] for row in _ask(client, "/hisrecords/page", DAY_1)["result"]}

    assert before["result"] == []
    assert closed
    assert closed <= after


def test_clock_may_go_back(platform: Platform, client: httpx.Client) -> None:
    platform.set_clock(told_at(1))
    first = _ask(client, "/records/page", DAY_1)
    platform.set_clock(told_at(3))
    platform.set_clock(told_at(1))

    assert _ask(client, "/records/page", DAY_1) == first
    assert first["tag"] == "2026-09-30 23:59:00"


def test_pages_repeat_a_row_at_their_borders(
    platform: Platform, client: httpx.Client
) -> None:
    platform.set_clock(told_at(1))

    pages = [
        _ask(client, "/records/page", DAY_1, page=page, size=80) for page in (1, 2, 3)
    ]

    rows = [[row["id"] for row in page["result"]] for page in pages]
    assert rows[0][-1] == rows[1][0]
    assert len({key for page in rows for key in page}) == 200
    assert sum(map(len, rows)) == pages[-1]["totalCount"] == 201


def test_without_a_filter_only_thirty_days_come(
    platform: Platform, client: httpx.Client
) -> None:
    platform.set_clock(told_at(3))

    assert _ask(client, "/records/count", {})["result"] == len(
        _ask(client, "/records/page", {})["result"]
    )


def test_the_date_of_an_answer_is_the_instant_told_of(
    platform: Platform, client: httpx.Client
) -> None:
    platform.set_clock(told_at(2))

    answer = client.post("/records/count", json={"condition": DAY_1})

    assert parsedate_to_datetime(answer.headers["date"]) == told_at(2)


def test_sweep_by_ids_ignores_create_time(
    platform: Platform, client: httpx.Client
) -> None:
    platform.set_clock(told_at(3))
    ids = ["420126093000000001", "420126100200000001", "nobody"]

    found = [
        row["id"]
        for path in ("/records/page", "/hisrecords/page")
        for row in _ask(client, path, {"ids": ids})["result"]
    ]

    assert sorted(found) == ids[:2]


def test_detail_holds_the_trail_up_to_now(
    platform: Platform, client: httpx.Client, world: World
) -> None:
    platform.set_clock(told_at(3))
    key = world.cases["case_id"][5]

    detail = client.get("/records/info", params={"id": key}).json()["result"]

    life = world.life_of(5, told_at(3))
    assert detail["id"] == key
    assert len(detail["trail"]) == sum(step.item is not None for step, _ in life)
    assert detail["trail"][0]["fromProperty"] == 1


def test_a_case_of_tomorrow_does_not_exist_yet(
    platform: Platform, client: httpx.Client
) -> None:
    platform.set_clock(told_at(1))

    answer = client.get("/records/info", params={"id": "420126100100000001"}).json()

    assert answer["hasError"] is True


@pytest.mark.parametrize(
    "condition",
    [
        {"updateTimeBegin": "2026-09-30 00:00:00"},
        {"createTimeBegin": "2026-09-31 00:00:00"},
        {"createTimeBegin": 5},
        {"ids": {"a": 1}},
    ],
)
def test_a_wrong_filter_is_an_error_with_http_200(
    platform: Platform, client: httpx.Client, condition: dict[str, Any]
) -> None:
    platform.set_clock(told_at(1))

    answer = _ask(client, "/records/page", condition)

    assert answer["hasError"] is True
    assert answer["message"]
    assert answer["result"] is None


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer old"}])
def test_a_missing_or_expired_token_is_an_error_with_http_200(
    platform: Platform, client: httpx.Client, header: dict[str, str]
) -> None:
    platform.set_clock(told_at(1))

    answer = httpx.post(
        f"{client.base_url}records/page", json={"condition": DAY_1}, headers=header
    )

    assert answer.status_code == 200
    assert answer.json()["hasError"] is True


def test_defects_are_told_as_they_are(
    platform: Platform, client: httpx.Client, world: World
) -> None:
    platform.set_clock(told_at(1))
    rows = {row["id"]: row for row in _ask(client, "/records/page", DAY_1)["result"]}
    marked = world.known(told_at(1)).drop_nulls("defect")

    told = {
        defect: rows[case_id]
        for defect, case_id in marked.select("defect", "case_id").rows()
    }

    assert told["state"]["eventStateId"] == told["state_once"]["eventStateId"] == "2"
    assert told["date"]["instTime"] == "2026-09-31 08:15:00"
    assert told["created"]["createTime"] == ""
    assert told["street"]["streetCode"].endswith("999")
    assert float(told["swapped"]["longitude"]) < float(told["swapped"]["latitude"])
