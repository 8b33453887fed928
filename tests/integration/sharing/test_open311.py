"""The Open311 view as its readers meet it: rows, rights, traces and refusals."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from support.open311_home import CASES, DAY, EAST, PATHS, SECRET, View

IDS = [one["issue_id"] for one in CASES]
# The trail of each case in public words, by hand.
TOLD = {
    0: ["open", "investigating", "investigating", "action_scheduled", "in_progress"],
    1: ["open"],
    2: [
        "open", "investigating", "investigating", "action_scheduled", "planned",
        "unchanged",
    ],
    3: [
        "open", "investigating", "investigating", "action_scheduled",
        "internal_referral",
    ],
    4: [
        "open", "investigating", "investigating", "action_scheduled", "in_progress",
        "fixed", "reopen",
    ],
    5: [
        "open", "investigating", "investigating", "action_scheduled", "in_progress",
        "no_further_action",
    ],
    6: ["open"],
    7: ["open"],
    8: ["open", "investigating", "no_further_action"],
    9: ["duplicate"],
    10: [
        "open", "investigating", "investigating", "action_scheduled", "in_progress",
        "closed", "in_progress", "closed",
    ],
}  # fmt: skip


def ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["service_request_id"] for row in answer.json()]


def as_rows(answer: httpx.Response) -> list[dict[str, str | None]]:
    """Rows of an XML document."""
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    return [{one.tag: one.text for one in row} for row in ET.fromstring(answer.content)]


@pytest.mark.parametrize("path", PATHS)
def test_json_and_xml_tell_the_same(view: View, path: str) -> None:
    one, other = view.get(f"{path}.json", key=True), view.get(f"{path}.xml", key=True)

    assert one.headers["content-type"] == "application/json; charset=utf-8"
    if isinstance(one.json(), list):
        told = [
            {
                name: json.dumps(value) if isinstance(value, bool | float) else value
                for name, value in row.items()
                if value is not None
            }
            for row in one.json()
        ]
        found = [
            {name: text or "" for name, text in row.items()} for row in as_rows(other)
        ]
        assert found == told
        assert told
    else:
        root = ET.fromstring(other.content)
        assert [item.tag for item in root] == list(one.json())


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("path", PATHS)
def test_nobody_without_a_key_reads_a_text_a_place_or_a_name(
    view: View, path: str, form: str
) -> None:
    answer = view.get(f"{path}.{form}")

    assert answer.status_code == 200
    for value in (*SECRET.values(), "张三", "1381234", "民族街", "城管所", "已到场"):
        assert value not in answer.text
    if path.startswith(("requests", "servicereq")):
        for field in ("description", "address", "agency_responsible"):
            assert field not in answer.text


def test_a_case_is_told_in_public_words(view: View) -> None:
    (one,) = view.get(f"requests/{4:032x}.json").json()

    assert one == {
        "service_request_id": f"{4:032x}",
        "status": "closed",
        "status_notes": "结案",
        "service_name": "暴露垃圾",
        "service_code": "M-06010",
        "requested_datetime": "2026-09-14T08:00:00+08:00",
        "updated_datetime": "2026-09-14T13:00:00+08:00",
        "expected_datetime": "2026-09-17T08:00:00+08:00",
        "lat": 30.5531,
        "long": 114.3501,
        "media_url": None,
    }


def test_of_a_case_that_is_over_the_end_is_the_last_change(view: View) -> None:
    told = {row["service_request_id"]: row for row in view.get("requests.json").json()}

    assert told[f"{8:032x}"]["updated_datetime"] == "2026-09-19T08:00:00+08:00"
    assert told[f"{3:032x}"]["updated_datetime"] == "2026-09-13T12:00:00+08:00"
    assert told[f"{7:032x}"]["service_code"] is None


def test_text_and_place_go_to_a_grant_and_only_for_its_rows(view: View) -> None:
    rows = view.get("requests.json", key=True).json()
    anybody = view.get("requests.json").json()

    assert len(rows) == len(anybody)
    shown = ("description", "address", "agency_responsible")
    for row, bare, one in zip(rows, anybody, reversed(CASES), strict=True):
        assert {k: v for k, v in row.items() if k not in shown} == bare
        told = tuple(row[name] for name in shown)
        mine = ("张三报：请联系[电话]", "民族街12号某小区", "新城管所")
        assert told == (mine if one["district_code"] == EAST else (None,) * 3)


def test_what_was_said_of_a_step_goes_to_a_grant(view: View) -> None:
    rows = view.get("servicerequestupdates.json", key=True).json()

    said = {row["service_request_id"]: row["description"] for row in rows}
    assert said[f"{2:032x}"] == "办理人[电话]已到场"
    assert said[f"{1:032x}"] is None


def test_every_step_is_told_once_in_its_own_words(view: View) -> None:
    rows = view.get("servicerequestupdates.json").json()

    found: dict[int, list[str]] = {}
    for row in sorted(rows, key=lambda one: one["update_id"]):
        found.setdefault(int(row["service_request_id"], 16), []).append(row["status"])
    # The first step of the old case was before the last ninety days.
    assert found.pop(0) == [*TOLD[0][1:], "closed"]
    assert found == {number: words for number, words in TOLD.items() if number}
    times = [row["updated_datetime"] for row in rows]
    assert times == sorted(times)


def test_nothing_asked_for_is_the_last_ninety_days_newest_first(view: View) -> None:
    assert ids(view.get("requests.json")) == IDS[::-1]


def test_a_span_holds_both_its_ends(view: View) -> None:
    begin, end = CASES[2]["reported_at"], CASES[4]["reported_at"]

    found = view.get(
        "requests.json", start_date=begin.isoformat(), end_date=end.isoformat()
    )
    after = view.get(
        "requests.json", start_date=(begin + timedelta(seconds=1)).isoformat()
    )

    assert ids(found) == IDS[4:1:-1]
    assert ids(after) == IDS[:2:-1]
    old = (DAY - timedelta(days=200)).date().isoformat()
    assert ids(view.get("requests.json", start_date=old, end_date=old)) == [f"{0:032x}"]


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"status": "closed"}, [10, 8, 5, 4]),
        ({"status": "open"}, [9, 7, 6, 3, 2, 1]),
        ({"status": "open,closed", "page_size": 2, "page": 2}, [8, 7]),
        ({"service_code": "C-01001"}, [6]),
        ({"service_code": "M-01001"}, []),  # the same number of the other kind
        ({"service_code": "C-01001,M-06010", "status": "open"}, [9, 6, 3, 2, 1]),
        ({"service_code": "M-06010", "page_size": 1}, [10]),
        ({"service_request_id": f"{4:032x},{0:032x},nothing"}, [4, 0]),
        ({"service_request_id": f"{4:032x}", "status": "open", "page": 1}, [4]),
        ({"jurisdiction_id": "small", "page": 5, "page_size": 2}, [2, 1]),
        ({"page": 6, "page_size": 2}, []),
    ],
)
def test_what_is_asked_for_is_what_comes(
    view: View, asked: dict[str, Any], numbers: list[int]
) -> None:
    assert ids(view.get("requests.json", **asked)) == [f"{n:032x}" for n in numbers]
