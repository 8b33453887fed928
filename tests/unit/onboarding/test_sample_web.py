"""One page of an interface on loopback, in JSON and XML."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.partner_server import Reply, Request, serve

from hub.errors import BatchRefused, SourceRejected
from hub.onboarding.sample_web import read_page
from hub.settings import Settings

SETTINGS = Settings(home=Path("unused"), environment={"TOKEN": "t0p"})
PAGE = {"code": 0, "data": {"total": 2, "rows": [{"id": "1"}, {"id": "2"}]}}


def test_a_page_of_json_with_a_token_and_its_query() -> None:
    with serve(lambda _: Reply(PAGE)) as server:
        url = f"{server.url}/api/cases?page=1"

        sample = read_page(url, SETTINGS, token="env:TOKEN")

    [asked] = server.requests
    assert asked.headers["authorization"] == "Bearer t0p"
    assert asked.params == {"page": "1"}
    assert sample.rows["id"].to_list() == ["1", "2"]
    assert (sample.connector, sample.name) == ("rest", "/api/cases")
    assert sample.read == {"records": "data.rows"}


def test_a_page_of_xml() -> None:
    xml = b"<r><case><id>1</id></case><case><id>2</id></case></r>"
    with serve(lambda _: Reply(xml)) as server:
        sample = read_page(f"{server.url}/cases.xml", SETTINGS)

    assert sample.rows["id"].to_list() == ["1", "2"]
    assert sample.read == {"records": "r.case", "format": "xml"}


def test_a_refusal_and_an_empty_page_say_what_to_do() -> None:
    def answer(request: Request) -> Reply:
        if request.path == "/no":
            return Reply({"error": "no"}, status=403)
        return Reply({"rows": []})

    with serve(answer) as server:
        with pytest.raises(SourceRejected):
            read_page(f"{server.url}/no", SETTINGS)
        with pytest.raises(BatchRefused, match="save one to a file"):
            read_page(f"{server.url}/empty", SETTINGS)
