"""The district's cases and its signed interface."""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import httpx
import polars as pl
import pytest

from hub.demo.days import told_at
from hub.demo.district import District, make_district
from hub.demo.district_api import PATH, DistrictApi
from hub.demo.loopback import serve
from hub.demo.places import JIANGHAN
from hub.demo.surroundings import Surroundings
from hub.demo.world import World

WINDOW = {"updatedFrom": "2026-09-30 00:00:00", "updatedTo": "2026-09-30 23:59:00"}


@pytest.fixture(scope="module")
def district(world: World, around: Surroundings) -> District:
    return make_district(7, 200, world, around)


@pytest.fixture(scope="module")
def client(district: District, around: Surroundings) -> Iterator[httpx.Client]:
    api = DistrictApi(district, around, key="us", secret="hush")
    api.set_clock(told_at(1))
    with serve(api.app()) as url, httpx.Client(base_url=url) as client:
        yield client


def _signed(fields: dict[str, str], **changes: str) -> dict[str, str]:
    headers = {
        "appKey": "us",
        "timestamp": str(int(time.time())),
        "nonce": "n",
    } | changes
    text = "&".join(f"{k}={v}" for k, v in sorted((fields | headers).items()))
    sign = hmac.new(b"hush", text.encode(), sha256).hexdigest()
    return headers | {"sign": sign}


def _get(client: httpx.Client, fields: dict[str, str], headers: dict[str, str]) -> Any:
    answer = client.get(PATH, params=fields, headers=headers)
    assert answer.status_code == 200
    return answer.json()


def test_twins_carry_the_number_of_a_sound_case_of_the_platform(
    district: District, world: World
) -> None:
    twins = district.cases.drop_nulls("twin")

    originals = twins.join(world.cases, left_on="twin", right_on="task_no")

    assert len(twins) == len(originals) > 0
    assert set(originals["district"]) == {JIANGHAN}
    assert originals["defect_right"].is_null().all()
    assert (originals["created_at"] > originals["created_at_right"]).all()
    assert (originals["day"] == originals["day_right"]).all()


def test_cursors_lead_through_every_case_changed_in_the_window(
    client: httpx.Client, district: District
) -> None:
    keys, cursor, number = [], None, 0
    while number == 0 or cursor:
        fields = WINDOW | {"limit": "7"} | ({"cursor": cursor} if cursor else {})
        answer = _get(client, fields, _signed(fields, nonce=f"page-{number}"))
        assert answer["code"] == 0
        keys += [row["caseId"] for row in answer["data"]["list"]]
        cursor, number = answer["data"]["next"], number + 1

    assert sorted(keys) == sorted(district.known(told_at(1))["case_id"])
    assert answer["data"]["total"] == len(keys)


def test_rows_are_nested_and_say_when_they_changed(client: httpx.Client) -> None:
    answer = _get(client, WINDOW, _signed(WINDOW, nonce="rows"))

    row = answer["data"]["list"][0]
    assert row["place"]["lng"].startswith("114.")
    assert row["times"]["reported"] <= row["updateTime"]
    assert {one["status"] for one in answer["data"]["list"]} >= {"处置中", "已销号"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"appKey": "them"}, 40101),
        ({"timestamp": "1"}, 40102),
        ({"timestamp": "soon"}, 40102),
        ({"nonce": ""}, 40103),
    ],
)
def test_wrong_credentials_are_refused(
    client: httpx.Client, changes: dict[str, str], code: int
) -> None:
    assert _get(client, WINDOW, _signed(WINDOW, **changes))["code"] == code


def test_a_signature_holds_for_its_own_question_only(client: httpx.Client) -> None:
    headers = _signed(WINDOW, nonce="other")

    answer = _get(client, WINDOW | {"limit": "5"}, headers)

    assert answer["code"] == 40104


def test_a_request_counts_once(client: httpx.Client) -> None:
    headers = _signed(WINDOW, nonce="once")

    first, second = (_get(client, WINDOW, headers) for _ in range(2))

    assert (first["code"], second["code"]) == (0, 40103)


@pytest.mark.parametrize(
    "fields", [{}, WINDOW | {"limit": "9999"}, WINDOW | {"updatedTo": "2026-09-31"}]
)
def test_wrong_questions_are_refused(
    client: httpx.Client, fields: dict[str, str]
) -> None:
    headers = _signed(fields, nonce=f"wrong-{len(fields)}-{fields.get('limit')}")

    assert _get(client, fields, headers)["code"] == 40001


def test_cases_of_a_later_day_are_not_told(district: District) -> None:
    known = district.known(told_at(1))

    assert known["day"].unique().to_list() == [1]
    assert known["changed_at"].max() < told_at(1)  # type: ignore[operator]
    assert known.filter(pl.col("twin").is_not_null()).height > 0
