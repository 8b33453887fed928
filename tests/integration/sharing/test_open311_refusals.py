"""What the Open311 view refuses, in GeoReport's form, and the traces it leaves."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from support.open311_home import PATHS, View

from hub.errors import ReleaseGone
from hub.storage.faults import AuditUnwritable


def code(answer: httpx.Response) -> int:
    """The code of an error, which is its status."""
    if answer.headers["content-type"].startswith("text/xml"):
        found = ET.fromstring(answer.content).findtext("error/code")
    else:
        (told,) = answer.json()
        assert set(told) == {"code", "description"}
        found = told["code"]
    assert int(found or 0) == answer.status_code
    return answer.status_code


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("requests", {"start_date": "2026-01-01", "end_date": "2026-09-01"}, 400),
        ("requests", {"start_date": "soon"}, 400),
        ("requests", {"status": "fixed"}, 400),
        ("requests", {"page_size": 1001}, 400),
        ("requests", {"page": 0}, 400),
        ("requests", {"page": "two"}, 400),
        ("requests", {"color": "red"}, 400),
        ("requests", {"service_code": "M-99999"}, 404),
        ("requests", {"service_code": "M-01001"}, 200),
        ("requests", {"jurisdiction_id": "boston"}, 404),
        ("requests/nothing", {}, 404),
        ("services/X-1", {}, 404),
        ("tokens/1", {}, 404),
        ("servicerequestupdates", {"end_date": "x"}, 400),
    ],
)
def test_a_refusal_has_the_form_of_geo_report(
    view: View, path: str, asked: dict[str, Any], status: int, form: str
) -> None:
    answer = view.get(f"{path}.{form}", **asked)

    assert answer.status_code == status
    if status != 200:
        assert code(answer) == status


@pytest.mark.parametrize("path", ["requests.json", "requests.xml", "tokens.json"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_is_written_here(view: View, method: str, path: str) -> None:
    answer = view.send(method, path, params={"api_key": "x"})

    assert code(answer) == 405
    assert answer.headers["allow"] == "GET"


def test_a_wrong_key_is_told_so_in_the_same_form(view: View) -> None:
    told = {"Authorization": "Bearer hub_nothing"}

    assert code(view.send("GET", "requests.xml", headers=told)) == 401
    assert code(view.send("POST", "requests.json", headers=told)) == 401


def test_the_audit_knows_what_left_and_of_which_view(view: View) -> None:
    before = len(view.entries())

    body = view.get("requests.json", key=True, service_request_id=f"{4:032x}")

    fresh = view.entries()[before:]
    assert [(one["dataset"], one["row_count"]) for one in fresh] == [
        ("public_issue", 1), ("issue", 1), ("org", 2),
    ]  # fmt: skip
    assert {one["system"] for one in fresh} == {"qiaokou"}
    assert [one["grant_id"] for one in fresh] == [None, "1", None]
    assert fresh[1]["columns"] == "issue_id,description,address,handling_org_id"
    assert {one["byte_count"] for one in fresh} == {len(body.content)}
    assert f"{4:032x}" not in str(fresh)
    assert '"operator":"in"' in fresh[0]["conditions"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_leaves_a_trace(view: View, path: str) -> None:
    before = len(view.entries())

    view.get(f"{path}.xml")

    assert len(view.entries()) > before


def test_what_cannot_be_written_down_does_not_leave(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> list[int]:
        raise AuditUnwritable("write the audit", seen="no", next_step="later")

    monkeypatch.setattr(view.service.journal._audit, "append", broken)

    answer = view.get("requests.xml")

    assert code(answer) == 503
    assert f"{4:032x}" not in answer.text


@pytest.mark.parametrize("quota", ["_per_minute", "_at_once"])
def test_who_asks_too_much_is_told_in_the_same_form(
    view: View, monkeypatch: pytest.MonkeyPatch, quota: str
) -> None:
    monkeypatch.setattr(view.service.quotas, quota, 0.01 if "per" in quota else 0)
    view.service.quotas._left.clear()

    answer = view.get("services.xml")

    assert code(answer) == 429
    assert int(answer.headers["retry-after"]) >= 1


def test_the_description_of_the_interface_tells_of_the_view(view: View) -> None:
    told = view.send("GET", "http://127.0.0.1/openapi.json").json()["paths"]

    routes = [path for path in told if path.startswith("/open311/v2")]
    assert len(routes) == 6
    assert all(list(told[path]) == ["get"] for path in routes)
    names = {
        one["name"] for one in told["/open311/v2/requests.{form}"]["get"]["parameters"]
    }
    assert {"start_date", "end_date", "page_size", "jurisdiction_id"} <= names


def test_discovery_says_where_it_is(view: View) -> None:
    (endpoint,) = view.get("discovery.json").json()["endpoints"]

    assert endpoint["url"] == "http://127.0.0.1/open311/v2"
    assert endpoint["formats"] == ["application/json", "text/xml"]


def test_a_recalled_release_is_told_so_in_the_same_form(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: object) -> None:
        raise ReleaseGone("read it", seen="r000001 was recalled", next_step="Ask later")

    monkeypatch.setattr(view.service.hand, "release", gone)

    answer = view.get("requests.xml")

    assert code(answer) == 410
    assert "r000001 was recalled" in answer.text


def test_what_nobody_expected_tells_nothing(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise ValueError("13812348000")

    monkeypatch.setattr(view.service.hand, "release", broken)

    answer = view.get("requests.json")

    assert code(answer) == 500
    assert "138" not in answer.text
