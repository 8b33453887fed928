"""Submissions over HTTP: every status that is promised, and who may see what."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator

import pytest
from support.push_city import TITLES, as_csv, as_json, as_lines, as_xlsx, case
from support.push_server import CASES, CSV, Met

from hub.sharing.submissions.routes import XLSX
from hub.storage.audit_reading import AuditReading

PAGE = "/api/v1/submissions/s00000001/page"


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

    page = met.ask("GET", PAGE)
    english = met.ask("GET", f"{PAGE}?lang=en")
    told = met.ask("GET", "/api/v1/submissions/s00000001").json()

    assert told["state"] == "refused"
    assert "整批退回" in page.text
    assert "P14" in page.text
    assert "缺少字段：上报人、上报时间、更新时间、" in page.text
    assert "missing: 上报人, 上报时间, 更新时间, " in english.text
    # What the operator is told to do is nothing that the district could.
    assert "did not come" in told["error"]["message"]
    for text in (page.text, english.text):
        assert "did not come" not in text
        assert "feed.columns" not in text


def test_the_english_page_is_english_but_for_the_senders_own_titles(met: Met) -> None:
    body = as_csv([case(1, 上报时间="2026-13-01 08:00:00")])
    name = {"Content-Disposition": "attachment; filename=cases.csv"}
    met.ask("POST", CASES, content=body, headers=CSV | name)
    met.push.run()

    page = met.ask("GET", PAGE).text
    english = met.ask("GET", f"{PAGE}?lang=en").text

    assert "上报时间（上报时间）" in page
    assert "cases.csv 第2行" in page
    assert "Reported at (上报时间)" in english
    assert "cases.csv row 2" in english
    chinese = set(re.findall(r"[\u4e00-\u9fff、（）]+", english))
    assert chinese <= {"中文", *TITLES}


@pytest.mark.parametrize(
    ("key", "status", "chinese", "english"),
    [
        (None, 401, "需要密钥", "A key is needed"),
        ("strange", 404, "没有这份回执", "There is no such receipt"),
    ],
)
def test_a_browser_is_refused_by_a_page_and_a_program_by_a_problem(
    met: Met, key: str | None, status: int, chinese: str, english: str
) -> None:
    met.ask("POST", CASES, content=as_csv([case(1)]), headers=CSV)
    html = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}

    page = met.ask("GET", PAGE, key=key, headers=html)
    other = met.ask("GET", f"{PAGE}?lang=en", key=key, headers=html)
    told = met.ask("GET", PAGE, key=key)

    assert (page.status_code, other.status_code, told.status_code) == (status,) * 3
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert chinese in page.text
    assert english in other.text
    assert "://" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    # The status itself is for programs, whoever asks.
    status_told = met.ask("GET", PAGE.removesuffix("/page"), key=key, headers=html)
    assert status_told.headers["Content-Type"] == "application/problem+json"
    assert told.headers["Content-Type"] == "application/problem+json"
    # By the challenge the browser asks for the key.
    challenges = page.headers.get_list("WWW-Authenticate")
    assert challenges == told.headers.get_list("WWW-Authenticate")
    assert any(one.startswith("Basic") for one in challenges) is (status == 401)


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("text/csv", b"a,b\nx,13900001111\n"),
        (XLSX, as_xlsx([{"a": "13900001111"}], ["a"])),
    ],
)
def test_a_table_without_any_known_title_is_refused_at_once(
    met: Met, media: str, body: bytes
) -> None:
    told = met.ask("POST", CASES, content=body, headers=CSV | {"Content-Type": media})

    assert (told.status_code, told.json()["code"]) == (422, "submission_unreadable")
    detail = told.json()["detail"]
    assert "表头中没有约定的字段" in detail
    assert "上报时间, 更新时间" in detail
    assert "13900001111" not in detail
    assert met.push.run() == []


def test_what_is_too_large_is_said_so_that_a_clerk_understands(met: Met) -> None:
    told = met.ask("POST", CASES, content=b"x" * ((1 << 20) + 1), headers=CSV)

    assert "超过 1 MB 的上限" in told.json()["detail"]
    assert "inflated" not in told.json()["detail"]
