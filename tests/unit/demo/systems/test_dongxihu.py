"""How 东西湖区 answers: a sign-in, tokens that end, pages that move on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from support.surroundings import surroundings

from hub.demo.days import FORM, ZONE, span_of
from hub.demo.systems.dongxihu import GOOD_FOR, LEAST_ROWS, Dongxihu

KEYS = {"userName": "hub", "passWord": "demo-dongxihu-password"}
SPAN = span_of(1)
ASKED = {
    "beginTime": SPAN.since.astimezone(ZONE).strftime(FORM),
    "endTime": SPAN.until.astimezone(ZONE).strftime(FORM),
    "limit": "500",
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    system = Dongxihu(surroundings(issues=1000))
    with ExitStack() as opening:
        given = system.start(tmp_path, opening)
        system.deliver(1)
        url = given["HUB_DEMO_DONGXIHU_URL"]
        yield opening.enter_context(httpx.Client(base_url=url, trust_env=False))


def _sign_in(client: httpx.Client) -> dict[str, str]:
    answer = client.post("/auth/login", json=KEYS).json()
    return {"X-Access-Token": answer["data"]["accessToken"]}


def test_a_wrong_password_is_refused_with_200(client: httpx.Client) -> None:
    answer = client.post("/auth/login", json={**KEYS, "passWord": "other"})

    assert answer.status_code == 200
    assert answer.json()["code"] == 1001


def test_a_token_ends_within_a_listing(client: httpx.Client) -> None:
    token = _sign_in(client)

    codes = [
        client.get("/case/query", params=ASKED, headers=token).json()["code"]
        for _ in range(GOOD_FOR + 1)
    ]

    assert codes == [0] * GOOD_FOR + [1002]


def test_pages_are_short_and_move_on_by_a_row(client: httpx.Client) -> None:
    token = _sign_in(client)
    first, second = (
        client.get(
            "/case/query", params={**ASKED, "start": start}, headers=token
        ).json()["data"]
        for start in ("0", str(LEAST_ROWS))
    )

    assert first["totalCount"] == len(first["rows"]) == LEAST_ROWS
    assert first["rows"][-1]["id"] == second["rows"][0]["id"]
