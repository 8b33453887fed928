"""How 武汉经开区 answers: a key, numbered pages, instants in odd clothes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import polars as pl
import pytest

from hub.demo.days import told_at
from hub.demo.systems.base import Surroundings
from hub.demo.systems.jingkai import KEY, Jingkai
from hub.demo.systems.own import TIMES


@pytest.fixture
def client(ground: Surroundings, tmp_path: Path) -> Iterator[httpx.Client]:
    system = Jingkai(ground)
    with ExitStack() as opening:
        given = system.start(tmp_path, opening)
        system.deliver(2)
        url = given["HUB_DEMO_JINGKAI_URL"]
        yield opening.enter_context(httpx.Client(base_url=url, trust_env=False))


def _asked(day: int, number: int = 1, size: int = 10) -> dict[str, int]:
    since, until = (int(told_at(at).timestamp()) for at in (day - 1, day))
    return {"from": since, "to": until, "pageNo": number, "pageSize": size}


def _items(client: httpx.Client, day: int, number: int = 1) -> list[dict[str, str]]:
    asked = _asked(day, number)
    answer = client.get("/api/Case/List", params=asked, headers={"X-API-Key": KEY})
    return list(answer.json()["result"]["items"])


def test_without_the_key_nothing_is_told(client: httpx.Client) -> None:
    assert client.get("/api/Case/List", params=_asked(1)).status_code == 401


def test_pages_follow_each_other(client: httpx.Client) -> None:
    keys = [item["CaseID"] for number in (1, 2) for item in _items(client, 2, number)]

    assert len(keys) == len(set(keys)) == 20


def test_instants_are_framed_and_stamps_are_seconds(client: httpx.Client) -> None:
    items = _items(client, 2)

    assert any(item["ReportTime"].startswith("/Date(") for item in items)
    assert all(item["Stamp"].isdecimal() for item in items)


def test_some_cases_get_a_new_stamp_every_evening(ground: Surroundings) -> None:
    system = Jingkai(ground)
    first, second = (system._known(day) for day in (2, 3))
    both = first.join(second, on="case_id", suffix=":then")
    times = [name for name in first.columns if name in TIMES]
    is_same = pl.all_horizontal(
        pl.col(name).eq_missing(pl.col(f"{name}:then")) for name in times
    )

    stamped = both.filter(is_same & (pl.col("changed_at") != pl.col("changed_at:then")))

    assert len(stamped)
