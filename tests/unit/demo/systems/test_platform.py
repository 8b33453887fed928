"""The platform: what its interface and its workflow tables do to whoever reads them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest

from hub.demo.days import day_of
from hub.demo.systems.base import Surroundings
from hub.demo.systems.platform.interface import BASE, LOST
from hub.demo.systems.platform.system import BROKEN_DAY, TOKEN, TRAPS, Platform

Ask = Callable[..., Any]
EVER = {"createTimeBegin": "2020-01-01 00:00:00"}


@pytest.fixture
def system(tmp_path: Path, ground: Surroundings) -> Iterator[tuple[Platform, Ask]]:
    """The open system and a way to ask it: path, condition, paging."""
    platform = Platform(ground)
    with ExitStack() as opening:
        env = platform.start(tmp_path, opening)
        client = opening.enter_context(
            httpx.Client(
                base_url=env["HUB_DEMO_PLATFORM_URL"] + BASE,
                headers={"Authorization": f"Bearer {TOKEN}"},
                trust_env=False,
            )
        )

        def ask(path: str, condition: object = None, **paging: int) -> Any:
            body = {"condition": condition or {}, "paging": paging}
            return client.post(path, json=body).json()

        yield platform, ask


def rows_of(ask: Ask, path: str) -> pl.DataFrame:
    """All rows of a listing, told in pages of a thousand."""
    rows: list[Any] = []
    for number in range(1, 10):
        page = ask(path, EVER, pageIndex=number, pageSize=1000)["result"]
        rows += page
        if not page:
            break
    return pl.DataFrame(rows, infer_schema_length=None)


def test_an_error_is_an_answer_with_http_200(system: tuple[Platform, Ask]) -> None:
    platform, ask = system
    platform.deliver(1)

    first, second = ask("/records/page", EVER), ask("/records/page", EVER)

    assert (first["hasError"], first["result"]) == (True, None)
    assert (second["hasError"], len(second["result"])) == (False, 10)


def test_pages_overlap_and_together_hold_every_case(
    system: tuple[Platform, Ask],
) -> None:
    platform, ask = system
    platform.deliver(3)

    rows = rows_of(ask, "/records/page")
    total = ask("/records/count", EVER)["result"]

    assert rows["id"].n_unique() == total
    assert len(rows) > total


def test_a_listing_breaks_off_once_on_a_day_that_is_not_the_last(
    system: tuple[Platform, Ask],
) -> None:
    platform, ask = system
    platform.deliver(BROKEN_DAY)
    page = ask("/records/page", EVER, pageIndex=3, pageSize=1000)
    short = len(rows_of(ask, "/records/page").unique("id"))
    platform.deliver(BROKEN_DAY)
    whole = len(rows_of(ask, "/records/page").unique("id"))

    assert page["totalCount"] > 0
    assert whole - short in (0, LOST)


def test_closed_cases_are_found_in_the_history_from_the_day_after_on(
    system: tuple[Platform, Ask],
) -> None:
    platform, ask = system
    platform.deliver(3)

    live, history = rows_of(ask, "/records/page"), rows_of(ask, "/hisrecords/page")

    assert set(history["eventStateId"]) <= {"6", "7", "2"}
    assert not set(history["id"]) & set(live["id"])


def test_state_two_is_corrected_on_the_next_day_or_never(
    system: tuple[Platform, Ask],
) -> None:
    platform, ask = system

    def gaps(day: int) -> set[str]:
        platform.deliver(day)
        ask("/records/count", EVER)  # perhaps answered with an error (T5)
        both = [rows_of(ask, path) for path in ("/records/page", "/hisrecords/page")]
        return {
            key
            for rows in both
            if len(rows)
            for key in rows.filter(pl.col("eventStateId") == "2")["id"]
        }

    first, second = gaps(1), gaps(3)

    today = f"4201{day_of(1):%y%m%d}"
    kept = {key for key in second if key.startswith(today)}
    assert kept < first


def test_a_detail_holds_the_trail_in_the_product_s_words(
    system: tuple[Platform, Ask],
) -> None:
    platform, ask = system
    platform.deliver(3)
    key = rows_of(ask, "/hisrecords/page")["id"][40]

    trail = json.loads(platform._trail_of(key))

    assert {"stepId", "itemId", "fromProperty", "toProperty", "happenTime"} <= set(
        trail[0]
    )
    assert [step["stepId"] for step in trail] == sorted(s["stepId"] for s in trail)


def test_steps_of_closed_cases_move_and_some_copies_stay(
    tmp_path: Path, system: tuple[Platform, Ask]
) -> None:
    platform, _ = system
    for day in (2, 1, 3, 2):
        platform.deliver(day)

    with closing(sqlite3.connect(tmp_path / "workflow.db")) as connection:

        def keys(table: str) -> set[tuple[int, int]]:
            asked = f"SELECT rec_id, step_id FROM {table}"
            return set(connection.execute(asked).fetchall())

        live, history = keys("to_wf_act_inst"), keys("to_his_wf_act_inst")

    assert history
    assert live & history
    assert live - history


def test_every_trap_is_named_once() -> None:
    assert len(TRAPS) >= 25
    assert all(text for text in TRAPS.values())
