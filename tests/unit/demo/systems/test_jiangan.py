"""江岸区's interface: who may ask, and what its numbers look like."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from hub.demo.days import span_of
from hub.demo.systems.base import Surroundings
from hub.demo.systems.jiangan import TOKEN, UNKNOWN_STATE, Jiangan

DAY = 2


@pytest.fixture(scope="module")
def url(
    tmp_path_factory: pytest.TempPathFactory, ground: Surroundings
) -> Iterator[str]:
    system = Jiangan(ground)
    system.deliver(DAY)
    with ExitStack() as opening:
        folder = tmp_path_factory.mktemp("jiangan")
        yield system.start(folder, opening)["HUB_DEMO_JIANGAN_URL"]


@pytest.fixture
def rows(url: str) -> list[dict[str, Any]]:
    return list(_rows(url))


def _ask(url: str, token: str = TOKEN, **more: str) -> Any:
    since, until = (str(int(one.timestamp() * 1000)) for one in span_of(DAY))
    asked = {"since": since, "until": until, "size": "7", **more}
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.get(f"{url}/api/cases", params=asked, headers=headers)
    return json.loads(answer.text, parse_float=str)


def _rows(url: str) -> Iterator[dict[str, Any]]:
    more: dict[str, str] = {}
    while True:
        result = _ask(url, **more)["result"]
        yield from result["rows"]
        if result["next"] is None:
            return
        more = {"cursor": result["next"]}


def test_another_token_is_refused_with_http_200(url: str) -> None:
    assert _ask(url, token="x")["status"] == "401"


def test_bad_pages_and_bounds_are_refused(url: str) -> None:
    assert _ask(url, size="100000")["status"] == "400"
    assert _ask(url, since="yesterday")["status"] == "400"


def test_identifiers_are_numbers_and_one_is_ruined_and_one_missing(
    rows: list[dict[str, Any]],
) -> None:
    ids = [row["id"] for row in rows]

    assert sum(isinstance(one, int) and len(str(one)) == 19 for one in ids) > 10
    assert [one for one in ids if isinstance(one, str) and one.endswith("E+18")]
    assert None in ids


def test_states_and_instants_are_numbers(rows: list[dict[str, Any]]) -> None:
    assert UNKNOWN_STATE in {row["state"] for row in rows}
    assert {0} < {row["archiveTime"] for row in rows}
    assert all(row["reported"] > 10**12 for row in rows)
