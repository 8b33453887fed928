"""Submissions over HTTP: every status that is promised, and who may see what."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator

import pytest
from support.push_city import as_csv, as_json, as_lines, as_xlsx, case
from support.push_server import CASES, CSV, Met

from hub.sharing.submissions.routes import XLSX
from hub.storage.audit_reading import AuditReading


def test_a_submission_from_its_receipt_to_its_workbook(met: Met) -> None:
    body = as_csv([case(1), case(2, 状态="没听过")])
    name = {"Content-Disposition": "attachment; filename*=UTF-8''%E6%A1%88.csv"}

    sent = met.ask("POST", CASES, content=body, headers=CSV | name)
    where = sent.headers["Location"]
    before = met.ask("GET", where).json()
    met.push.run()
    after = met.ask("GET", where).json()
    book = met.ask("GET", f"{where}/workbook")

    assert (sent.status_code, sent.json()["receipt"]) == (202, "s00000001")
    assert (before["state"], before["received"]) == ("received", None)
    assert after["state"] == "done"
    assert [after[n] for n in ("received", "accepted", "quarantined", "held")] == [
        2, 1, 1, 1,
    ]  # fmt: skip
    (finding,) = after["findings"]
    assert finding["place"] == "案.csv 第3行"
    assert finding["fields"] == ["状态"]
    assert (book.status_code, book.headers["Content-Type"]) == (200, XLSX)
    assert book.content[:2] == b"PK"


def test_a_hand_over_of_rows_is_in_the_audit(met: Met) -> None:
    met.ask("POST", CASES, content=as_csv([case(1, 状态="没听过")]), headers=CSV)
    met.push.run()

    book = met.ask("GET", "/api/v1/submissions/s00000001/workbook")

    engine = met.push.house.control.engine
    told = AuditReading(engine).find(1)
    assert told is not None
    assert told["system"] == "qiaokou"
    assert told["dataset"] == "quarantine/east/cases"
    assert (told["row_count"], told["byte_count"]) == (1, len(book.content))


def test_the_same_key_and_body_give_the_same_receipt(met: Met) -> None:
    first = met.ask("POST", CASES, content=as_csv([case(1)]), headers=CSV)
    again = met.ask("POST", CASES, content=as_csv([case(1)]), headers=CSV)
    other = met.ask("POST", CASES, content=as_csv([case(2)]), headers=CSV)

    assert first.json() == again.json()
    assert again.status_code == 202
    assert other.status_code == 409
    assert other.json()["code"] == "idempotency_conflict"


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("application/json", as_json([case(1)])),
        ("application/json; charset=utf-8", as_json([case(1)])),
        ("application/x-ndjson", as_lines([case(1)])),
        ("text/csv; charset=GB18030", as_csv([case(1)], "gb18030")),
        (XLSX, as_xlsx([case(1)])),
    ],
)
def test_every_form_is_taken_in(met: Met, media: str, body: bytes) -> None:
    told = met.ask("POST", CASES, content=body, headers=CSV | {"Content-Type": media})

    assert told.status_code == 202
    assert met.push.run()[0].accepted == 1


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "text/csv"}, as_csv([case(1)]), 400),
        (CSV | {"Content-Type": "text/html"}, b"<p>", 415),
        (CSV | {"Content-Type": ""}, b"a", 415),
        (CSV | {"Content-Type": "text/csv; charset=no-such"}, b"a", 415),
        (CSV | {"Content-Type": "text/csv; charset=zip"}, b"a", 415),
        (CSV | {"Content-Encoding": "br"}, b"a", 415),
        (CSV | {"Content-Encoding": "gzip, gzip"}, b"a", 415),
        (CSV | {"Content-Encoding": "gzip"}, b"a", 400),
        (CSV | {"Content-Type": "text/csv; charset=utf-8"}, b"a,\xff\n", 422),
        (CSV, b"x" * ((1 << 20) + 1), 413),
    ],
)
def test_a_refusal_is_a_problem_that_says_what_to_do(
    met: Met, headers: dict[str, str], body: bytes, status: int
) -> None:
    told = met.ask("POST", CASES, content=body, headers=headers)

    assert told.status_code == status
    assert told.headers["Content-Type"] == "application/problem+json"
    assert {"title", "status", "code", "detail", "next"} <= told.json().keys()
    assert met.push.run() == []


def test_without_a_length_the_bytes_are_counted(met: Met) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(9):
            yield b"x" * (1 << 17)

    told = met.ask("POST", CASES, content=pieces(), headers=CSV)

    assert told.status_code == 413


def test_the_page_asks_nobody_and_shows_no_value(met: Met) -> None:
    met.ask("POST", CASES, content=as_csv([case(1, 状态="<b>机密")]), headers=CSV)
    waits = met.ask("GET", "/api/v1/submissions/s00000001/page")
    met.push.run()

    page = met.ask("GET", "/api/v1/submissions/s00000001/page")
    english = met.ask("GET", "/api/v1/submissions/s00000001/page?lang=en")

    assert 'http-equiv="refresh"' in waits.text
    assert 'http-equiv="refresh"' not in page.text
    assert '<html lang="zh-CN">' in page.text
    assert 'name="viewport"' in page.text
    assert "下载退回数据" in page.text
    assert "Fetch the rejected rows" in english.text
    assert "机密" not in page.text
    assert "://" not in page.text
    assert "<script" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_browser_may_give_the_key_as_a_password(met: Met) -> None:
    met.ask("POST", CASES, content=as_csv([case(1)]), headers=CSV)
    plain = base64.b64encode(f"district:{met.key}".encode()).decode()

    page = met.ask(
        "GET",
        "/api/v1/submissions/s00000001/page",
        headers={"Authorization": f"Basic {plain}"},
    )

    assert page.status_code == 200


def test_a_refused_whole_says_why_in_chinese(met: Met) -> None:
    met.ask("POST", CASES, content="编号\nA1\n".encode(), headers=CSV)
    met.push.run()

    page = met.ask("GET", "/api/v1/submissions/s00000001/page")
    told = met.ask("GET", "/api/v1/submissions/s00000001").json()

    assert told["state"] == "refused"
    assert "整批退回" in page.text
    assert "P14" in page.text
