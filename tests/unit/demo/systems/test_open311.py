"""How the two Open311 endpoints answer, and what their silence leaves to guess."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import polars as pl
import pytest

from hub.demo.days import midnight
from hub.demo.systems.base import Surroundings
from hub.demo.systems.open311 import Gaoxin, Ssp

SPAN = {
    "start_date": midnight(1).isoformat(),
    "end_date": midnight(4).isoformat(),
}


@pytest.fixture
def urls(ground: Surroundings, tmp_path: Path) -> Iterator[dict[str, str]]:
    with ExitStack() as opening:
        given: dict[str, str] = {}
        for system in (Gaoxin(ground), Ssp(ground)):
            given |= system.start(tmp_path, opening)
            system.deliver(2)
        yield {
            "json": f"{given['HUB_DEMO_SSP_URL']}/requests.json",
            "xml": f"{given['HUB_DEMO_GAOXIN_URL']}/requests.xml",
        }


def _get(url: str, **params: str) -> httpx.Response:
    with httpx.Client(trust_env=False) as client:
        return client.get(url, params=params)


def test_pages_hold_the_requests_of_a_span(urls: dict[str, str]) -> None:
    pages = [
        _get(urls["json"], **SPAN, page=page, page_size="50").json()
        for page in ("1", "2", "9")
    ]
    keys = [one["service_request_id"] for page in pages for one in page]

    assert len(keys) == len(set(keys)) == 100


def test_a_key_overrides_the_rest(urls: dict[str, str]) -> None:
    first = _get(urls["json"], **SPAN).json()[0]["service_request_id"]

    found = _get(urls["json"], service_request_id=f"{first},none").json()

    assert [one["service_request_id"] for one in found] == [first]


def test_more_than_90_days_are_refused(urls: dict[str, str]) -> None:
    answer = _get(urls["json"], **SPAN | {"start_date": "2026-01-01T00:00:00+08:00"})

    assert answer.status_code == 400
    assert answer.json()[0]["code"] == 400


def test_xml_holds_marks_and_control_characters(urls: dict[str, str]) -> None:
    text = _get(urls["xml"], **SPAN, page_size="1000").text
    assert "\x0b" in text

    root = ET.fromstring(text.replace("\x0b", "").replace("\x07", ""))

    assert {one.tag for one in root} == {"request"}
    assert all("<" in str(one.findtext("description")) for one in root)


def test_two_states_say_that_a_request_is_over(ground: Surroundings) -> None:
    told = pl.concat(next(iter(Ssp(ground).told())).rows)

    assert set(told["stage_code"]) == {"DISCOVERED", "CLOSED"}
    assert told["duplicate_of_id"].null_count() < len(told)


def test_a_step_that_no_evening_saw_is_not_inferred(ground: Surroundings) -> None:
    issues, events = (pl.concat(one.rows) for one in Gaoxin(ground).told())
    handled = issues.filter(stage_code="CLOSED")

    unseen = handled.filter(pl.col("handling_mode_code").is_null())

    assert len(unseen)
    assert set(events["action_code"]) == {"DISPATCH", "HANDLE"}
    assert events["is_inferred"].all()
