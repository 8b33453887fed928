"""Submissions over HTTP: every status that is promised, and who may see what."""

from __future__ import annotations

import asyncio
import base64
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from support.consumers import consumer
from support.push_city import NOW, Push, as_csv, as_json, as_lines, as_xlsx, case

from hub.sharing.submissions.routes import XLSX, router
from hub.storage.audit_reading import AuditReading
from hub.storage.consumer_keys import ConsumerKeys
from hub.storage.consumers import Consumers

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
CASES = "/api/v1/submissions/east/cases"
CSV = {"Content-Type": "text/csv", "Idempotency-Key": "a"}


@dataclass
class Met:
    """A hub, and two clients of its server: the district's and a stranger's."""

    push: Push
    app: FastAPI
    key: str
    strange: str

    def ask(self, method: str, path: str, *, key: str | None = "own", **given: object):
        """One request; `own`, `strange` or no key."""
        told = {"own": self.key, "strange": self.strange}.get(key or "", key)
        headers = dict(given.pop("headers", {}))  # type: ignore[call-overload]
        if told:
            headers.setdefault("Authorization", f"Bearer {told}")

        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://hub"
            ) as client:
                return await client.request(method, path, headers=headers, **given)  # type: ignore[arg-type]

        return asyncio.run(go())


@pytest.fixture
def met(push: Push) -> Met:
    engine = push.house.control.engine
    keys = {}
    for name in ("qiaokou", "hanyang"):
        Consumers(engine).add(consumer(id=name, valid_from=BEGUN))
        key, _ = ConsumerKeys(engine).make(name, by="甲", at=BEGUN)
        keys[name] = key
    app = FastAPI()
    app.include_router(router(push.desk))
    return Met(push, app, keys["qiaokou"], keys["hanyang"])


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
        (CSV | {"Content-Encoding": "gzip"}, b"a", 415),
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


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        (CASES, None, 401),
        (CASES, "hub_nobody_knows", 401),
        (CASES, "strange", 404),
        ("/api/v1/submissions/east/nothing", "own", 404),
        ("/api/v1/submissions/nobody/cases", "own", 404),
    ],
)
def test_only_the_consumer_of_the_partner_file_may_send(
    met: Met, path: str, key: str | None, status: int
) -> None:
    told = met.ask("POST", path, key=key, content=as_csv([case(1)]), headers=CSV)

    assert told.status_code == status
    assert met.push.desk.newest() == []


@pytest.mark.parametrize("tail", ["", "/page", "/workbook"])
def test_a_stranger_learns_nothing_of_a_receipt(met: Met, tail: str) -> None:
    met.ask("POST", CASES, content=as_csv([case(1)]), headers=CSV)

    real = met.ask("GET", f"/api/v1/submissions/s00000001{tail}", key="strange")
    none = met.ask("GET", f"/api/v1/submissions/s00000002{tail}", key="strange")
    anybody = met.ask("GET", f"/api/v1/submissions/s00000001{tail}", key=None)

    assert real.status_code == none.status_code == 404
    assert real.text.replace("s00000001", "s00000002") == none.text
    assert anybody.status_code == 401
    assert "Basic" in anybody.headers["WWW-Authenticate"]


def test_asking_for_rows_of_somebody_else_is_in_the_audit(met: Met) -> None:
    met.ask("POST", CASES, content=as_csv([case(1)]), headers=CSV)

    met.ask("GET", "/api/v1/submissions/s00000001/workbook", key="strange")

    told = AuditReading(met.push.house.control.engine).find(1)
    assert told is not None
    assert (told["system"], told["result"]) == ("hanyang", "refused")


def test_an_unknown_language_is_a_problem(met: Met) -> None:
    met.ask("POST", CASES, content=as_csv([case(1)]), headers=CSV)

    told = met.ask("GET", "/api/v1/submissions/s00000001/page?lang=fr")

    assert (told.status_code, told.json()["code"]) == (400, "parameter")


def test_the_api_describes_itself(met: Met) -> None:
    told = met.ask("GET", "/openapi.json").json()["paths"]

    send = told["/api/v1/submissions/{partner}/{feed}"]["post"]
    assert XLSX in send["requestBody"]["content"]
    assert {"202", "409", "413", "415"} <= send["responses"].keys()


def test_a_revoked_consumer_is_nobody(met: Met) -> None:
    Consumers(met.push.house.control.engine).revoke(
        "qiaokou", by="甲", reason="离任", at=NOW
    )

    told = met.ask("POST", CASES, content=as_csv([case(1)]), headers=CSV)

    assert told.status_code == 401


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


@pytest.fixture
def served(met: Met) -> Iterator[tuple[Met, str]]:
    """The same behind a real server on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        config = uvicorn.Config(met.app, log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        free.listen()
        port = free.getsockname()[1]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [free]})
        thread.start()
        try:
            yield met, f"127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join()


def test_an_upload_that_its_sender_gives_up_leaves_nothing(
    served: tuple[Met, str],
) -> None:
    met, address = served
    host, port = address.split(":")
    head = (
        f"POST {CASES} HTTP/1.1\r\nHost: {address}\r\n"
        f"Authorization: Bearer {met.key}\r\nIdempotency-Key: a\r\n"
        "Content-Type: text/csv\r\nContent-Length: 1000\r\n\r\n编号"
    )
    with socket.create_connection((host, int(port))) as line:
        line.sendall(head.encode())

    with httpx.Client(base_url=f"http://{address}", trust_env=False) as client:
        own = {"Authorization": f"Bearer {met.key}"}
        sent = client.post(CASES, content=as_csv([case(1)]), headers=CSV | own)
        asked = client.get(sent.headers["Location"], headers=own)

    assert sent.status_code == 202
    assert asked.json()["state"] == "received"
    assert len(met.push.run()) == 1
    assert not left_of(met.push.inbox)


def left_of(inbox: Path) -> list[Path]:
    return [path for path in inbox.rglob("*") if path.is_file()]
