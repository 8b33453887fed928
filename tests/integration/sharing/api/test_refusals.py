"""What cannot be had: one status, one sentence, nothing of the inside, no row."""

from __future__ import annotations

import logging

import pytest
from support import canaries
from support.served import Served, listening, raw_answer
from support.served_answers import CASES, is_problem

from hub.sharing.recall import recall_release


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("columns=nothing", 400, "column"),
        ("columns=", 400, "column"),
        ("columns=issue_id,issue_id", 400, "column"),
        ("columns=reporter_phone", 400, "column"),
        ("nothing=eq.1", 400, "column"),
        ("description=like.*", 400, "masked"),
        ("order=description", 400, "masked"),
        ("order=issue_id.up", 400, "order"),
        ("reported_at=eq.yesterday", 400, "filter"),
        ("reported_at=2026-10-01", 400, "filter"),
        ("extension_minutes=gt.99999999999999999999", 400, "filter"),
        ("lon=eq.nan", 400, "filter"),
        ("is_supervised=eq.1", 400, "filter"),
        ("issue_id=eq.%00", 400, "filter"),
        ("issue_id=like." + "%2A" * 201, 400, "filter"),
        ("issue_id=in.(" + "a," * 500 + "a)", 400, "filter"),
        ("&".join(["issue_id=neq.a"] * 51), 400, "filter"),
        ("limit=0", 400, "limit"),
        ("limit=10001", 400, "limit"),
        ("limit=" + "9" * 400, 400, "limit"),
        ("limit=%D9%A1", 400, "limit"),
        ("limit=1&limit=2", 400, "parameter"),
        ("after=NQ", 400, "after"),
        ("after=%F0%9F%98%80", 400, "after"),
        ("release=r000009", 404, "unknown"),
        ("release=%00", 404, "unknown"),
        ("purpose=其他", 403, "purpose"),
    ],
)
@pytest.mark.parametrize("form", ["application/json", "text/csv"])
def test_what_cannot_be_understood_is_said_in_a_sentence(
    served: Served, query: str, status: int, code: str, form: str
) -> None:
    found = served.get(f"{CASES}?{query}", "east", headers={"Accept": form})

    is_problem(found, status, code)


@pytest.mark.parametrize(
    "token",
    [
        ["r000001", "", 0, None],
        ["r000001", None, 0, None],
        ["r000001", "q", -2, None],
        ["r000001", "q", 2**62, None],
        ["r000001", "q", 0.5, None],
        ["r000001", "q", 0, [1]],
        ["r000001", "q", 0, 2**63],
        ["r000001", "q", 0, -(2**63) - 1],
        {"release": 1, "question": 2, "number": 3, "value": 4},
        5,
        None,
        "text",
    ],
)
def test_a_token_that_nobody_gave_opens_nothing(served: Served, token: object) -> None:
    from base64 import urlsafe_b64encode

    import orjson

    try:
        text = urlsafe_b64encode(orjson.dumps(token)).decode().rstrip("=")
    except TypeError:  # beyond what orjson writes
        text = urlsafe_b64encode(str(token).encode()).decode().rstrip("=")
    found = served.get(f"{CASES}?after={text}", "east")

    is_problem(found, 400, "after")


def test_forms_and_methods_that_are_not_served_are_refused(served: Served) -> None:
    found = served.get(CASES, "east", headers={"Accept": "text/html"})
    is_problem(found, 406, "form")

    for method in ("POST", "PUT", "DELETE", "HEAD", "BREW"):
        refused = served.client.request(method, "/api/v1/datasets")
        assert (refused.status_code, refused.headers["Allow"]) == (405, "GET")
        assert refused.headers["Content-Type"] == "application/problem+json"
    assert "BREW" not in served.get("//metrics").text


def test_bytes_that_are_no_text_are_no_failure(served: Served) -> None:
    key = served.keys["east"]
    with listening(served.app) as port:
        for path in (b"\xff\xfe", b"?issue_id=eq.\xff", b"?issue_id=eq.%ff&limit=1"):
            told = raw_answer(
                port,
                b"GET /api/v1/datasets/issue/rows" + path + b" HTTP/1.1\r\n"
                b"Host: hub\r\nConnection: close\r\n"
                b"Authorization: Bearer " + str(key).encode() + b"\r\n\r\n",
            )
            status = int(told.split()[1])
            assert status in (200, 400, 404), told[:200]
            assert b"Traceback" not in told


def test_a_recalled_release_is_gone_with_the_reason(own: Served) -> None:
    own.house.now()
    recall_release(own.house, "r000001", reason="误发了草稿", author="甲")
    own.service.hand._known.clear()

    for path in (
        f"{CASES}?release=r000001",
        "/datasets/issue?release=r000001",
        "/catalog?release=r000001",
        "/releases/r000001",
        "/metrics/on_time_handling_rate?release=r000001",
        "/metrics/on_time_handling_rate/evidence?period=2026-09&release=r000001",
    ):
        found = own.get(path, "east")
        is_problem(found, 410, "release_gone")
        assert "误发了草稿" in found.json()["detail"]
    told = own.get("/releases").json()[0]
    assert (told["state"], told["reason"]) == ("recalled", "误发了草稿")
    assert own.get("//readyz").status_code == 503


def test_a_server_whose_release_was_recalled_deletes_its_shelves(own: Served) -> None:
    shelves = own.house.settings.home / "serving"
    assert len(list(shelves.iterdir())) > 10
    recall_release(own.house, "r000001", reason="误发", author="甲")

    own.service.hand._let_go()

    assert not list(shelves.iterdir())


def test_what_nobody_foresaw_tells_nothing(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError(canaries.CALLS[0])

    monkeypatch.setattr(served.service, "handover", fail)
    with caplog.at_level(logging.DEBUG):
        found = served.get(CASES, "east")

    is_problem(found, 500, "failed")
    assert "ValueError at fail" in caplog.text
    assert canaries.CALLS[0] not in caplog.text


@pytest.mark.parametrize("asked", ["level=nosuch", "by=nosuch"])
def test_a_level_that_there_is_not_is_no_empty_answer(
    served: Served, asked: str
) -> None:
    refused = served.get(f"/metrics/on_time_handling_rate?{asked}")

    assert refused.status_code == 400
    assert refused.json()["code"] == "parameter"
