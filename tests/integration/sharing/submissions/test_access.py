"""Who may send, and who learns of what was sent."""

from __future__ import annotations

import pytest
from support.push_city import NOW, as_csv, case
from support.push_server import CASES, CSV, Met

from hub.sharing.submissions.routes import XLSX
from hub.storage.audit_reading import AuditReading
from hub.storage.consumers import Consumers


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
    # Each in a line of its own: a browser takes one line for one challenge.
    lines = anybody.headers.get_list("WWW-Authenticate")
    assert lines == ['Basic realm="hub", charset="UTF-8"', "Bearer"]


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
