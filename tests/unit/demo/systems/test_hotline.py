"""The hotlines' interface, and the step that only their states show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import polars as pl
import pytest

from hub.demo.days import ZONE, span_of
from hub.demo.systems.base import Surroundings
from hub.demo.systems.hotline import Hotline
from hub.demo.systems.hotline.system import TOKEN

DAY = 2


@pytest.fixture(scope="module")
def url(
    tmp_path_factory: pytest.TempPathFactory, ground: Surroundings
) -> Iterator[str]:
    system = Hotline(ground)
    system.deliver(DAY)
    with ExitStack() as opening:
        folder = tmp_path_factory.mktemp("hotline")
        yield system.start(folder, opening)["HUB_DEMO_HOTLINE_URL"]


def _ask(url: str, token: str = TOKEN, **more: str) -> Any:
    since, until = (one.astimezone(ZONE).isoformat() for one in span_of(DAY))
    asked = {"updatedFrom": since, "updatedTo": until, "pageSize": "10", **more}
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{url}/v3/orders", params=asked, headers=headers).json()


def _ids(answer: Any) -> list[str]:
    return [order["order"]["id"] for order in answer["data"]["orders"]["list"]]


def test_another_token_is_refused_with_http_200(url: str) -> None:
    assert _ask(url, token="x")["errcode"] == 401


def test_bounds_without_a_zone_or_pages_too_large_are_refused(url: str) -> None:
    assert _ask(url, updatedFrom="2026-06-29T08:00:00")["errcode"] == 40001
    assert _ask(url, pageSize="100000")["errcode"] == 40001


def test_a_page_by_another_name_is_the_first_one(url: str) -> None:
    assert _ids(_ask(url, page="2")) == _ids(_ask(url))
    assert _ids(_ask(url, pageNo="2")) != _ids(_ask(url))


def test_being_handled_has_no_time(url: str) -> None:
    orders = _ask(url, pageSize="500")["data"]["orders"]["list"]

    states = {order["order"]["state"]["name"] for order in orders}
    assert {"处理中", "办结"} <= states
    assert all("disposeBeginTime" not in order["times"] for order in orders)


def test_the_hub_can_see_each_order_being_handled_once_at_most(
    ground: Surroundings,
) -> None:
    told = {one.dataset: one for one in Hotline(ground).told()}
    (steps,) = told["issue_event"].rows

    assert len(steps) > 10
    assert steps["issue_id"].is_unique().all()
    assert steps.filter(~pl.col("source_id").str.contains("#处理中@")).is_empty()
