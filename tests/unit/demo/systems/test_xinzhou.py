"""新洲区's gateway: signatures, envelopes and what it repeats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from hashlib import md5
from itertools import count
from time import time
from typing import Any

import httpx
import pytest

from hub.demo.days import FORM, ZONE, span_of
from hub.demo.systems.base import Surroundings
from hub.demo.systems.xinzhou import KEY, SECRET, Xinzhou

DAY = 2
NONCES = count()


@pytest.fixture(scope="module")
def url(
    tmp_path_factory: pytest.TempPathFactory, ground: Surroundings
) -> Iterator[str]:
    system = Xinzhou(ground)
    system.deliver(DAY)
    with ExitStack() as opening:
        folder = tmp_path_factory.mktemp("xinzhou")
        yield system.start(folder, opening)["HUB_DEMO_XINZHOU_URL"]


def _headers(body: Mapping[str, str | int], *, upper: bool = True) -> dict[str, str]:
    stamps = {
        "appKey": KEY,
        "timestamp": str(int(time() * 1000)),
        "nonce": f"n{next(NONCES)}",
    }
    fields = {**body, **stamps}
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields)) + SECRET
    sign = md5(text.encode(), usedforsecurity=False).hexdigest()
    return {**stamps, "sign": sign.upper() if upper else sign}


def _ask(url: str, *, upper: bool = True, **more: str | int) -> Any:
    since, until = (one.astimezone(ZONE).strftime(FORM) for one in span_of(DAY))
    body = {"beginTime": since, "endTime": until, "limit": 50, **more}
    at = f"{url}/gateway/results/query"
    return httpx.post(at, json=body, headers=_headers(body, upper=upper)).json()


def test_a_signature_in_lower_case_is_refused_with_http_200(url: str) -> None:
    assert _ask(url, upper=False)["resultInfo"]["success"] is False


def test_too_large_a_page_is_refused(url: str) -> None:
    assert _ask(url, limit=10_000)["resultInfo"]["success"] is False


def test_everything_of_the_day_before_comes_once_more(url: str) -> None:
    data = _ask(url)["resultData"]

    ids = [row["id"] for row in data["items"]]
    assert data["total"] > len(ids) > len(set(ids))


def test_instants_are_those_of_a_script(url: str) -> None:
    for row in _ask(url)["resultData"]["items"]:
        assert row["beginAt"].startswith("/Date(1")
        assert row["updateTime"].endswith(")/")
