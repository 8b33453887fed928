"""The road chiefs' system: its sign-in and its numbers for instants."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import polars as pl
import pytest

from hub.demo.systems.base import Surroundings
from hub.demo.systems.lzz.system import TOKEN_USES, USER, WORD, Lzz

EVER = {"from": 0, "to": 9_999_999_999_999, "pageSize": 1000}


@pytest.fixture
def system(tmp_path: Path, ground: Surroundings) -> Iterator[tuple[Lzz, httpx.Client]]:
    lzz = Lzz(ground)
    with ExitStack() as opening:
        url = lzz.start(tmp_path, opening)["HUB_DEMO_LZZ_URL"]
        client = httpx.Client(base_url=url, trust_env=False)
        yield lzz, opening.enter_context(client)


def sign_in(client: httpx.Client, word: str = WORD) -> dict[str, object]:
    answer = client.post("/auth/login", json={"username": USER, "password": word})
    found = answer.json()
    if found["data"]:
        client.headers["Authorization"] = f"Bearer {found['data']['token']}"
    return dict(found)


def rows_of(client: httpx.Client, name: str) -> pl.DataFrame:
    rows: list[object] = []
    for number in range(1, 20):
        asked = {**EVER, "pageNum": number}
        data = client.get(f"/api/{name}/list", params=asked).json()["data"]
        rows += data["rows"]
        if len(rows) >= data["total"]:
            break
    return pl.DataFrame(rows, infer_schema_length=None)


def test_a_token_passes_for_fewer_requests_than_it_says(
    system: tuple[Lzz, httpx.Client],
) -> None:
    lzz, client = system
    lzz.deliver(1)
    assert sign_in(client, "wrong")["code"] == 403
    sign_in(client)

    asked = {**EVER, "pageNum": 1}
    codes = [
        client.get("/api/case/list", params=asked).json()["code"]
        for _ in range(TOKEN_USES + 1)
    ]

    assert codes == [200] * TOKEN_USES + [401]


def test_a_patrol_that_is_told_late_is_planned_until_then(
    system: tuple[Lzz, httpx.Client],
) -> None:
    lzz, client = system

    def statuses(day: int) -> dict[str, str]:
        lzz.deliver(day)
        sign_in(client)
        told = rows_of(client, "patrol").select("patrolId", "status")
        return dict(told.rows())

    evening, next_day = statuses(1), statuses(2)

    planned = {key for key, status in evening.items() if status == "计划"}
    assert planned
    assert {next_day[key] for key in planned} <= {"完成", "未巡", "请假"}


def test_what_chiefs_find_is_closed_within_minutes(
    system: tuple[Lzz, httpx.Client],
) -> None:
    lzz, client = system
    lzz.deliver(3)
    sign_in(client)

    cases = rows_of(client, "case").filter(
        (pl.col("closedTs") > 0) & (pl.col("foundTs") > 10**12)
    )

    minutes = (pl.col("closedTs") - pl.col("foundTs")) / 60_000
    assert cases.select(minutes.max()).item() < 60


def test_second_looks_name_cases_of_the_platform(
    system: tuple[Lzz, httpx.Client],
) -> None:
    lzz, client = system
    lzz.deliver(3)
    sign_in(client)

    looks = rows_of(client, "recheck")

    assert looks["cityCaseId"].str.len_chars().unique().to_list() == [18]
    assert set(looks["result"]) == {"合格", "不合格", "无法判断"}
