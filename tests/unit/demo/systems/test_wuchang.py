"""武昌区's SOAP service: who may ask, and in what its answers are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from hub.demo.days import FORM, ZONE, span_of
from hub.demo.systems.base import Surroundings
from hub.demo.systems.wuchang import PASSWORD, USER, WRONG_DAY, Wuchang

CALL = """<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">
<soap:Body><q:getCases xmlns:q="urn:demo"><from>{}</from><to>{}</to>
<pageNo>1</pageNo><pageSize>{}</pageSize></q:getCases></soap:Body></soap:Envelope>"""


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, ground: Surroundings
) -> Iterator[tuple[Wuchang, str]]:
    system = Wuchang(ground)
    with ExitStack() as opening:
        folder = tmp_path_factory.mktemp("wuchang")
        yield system, system.start(folder, opening)["HUB_DEMO_WUCHANG_URL"]


def _call(
    service: tuple[Wuchang, str], day: int, *, size: int = 100, password: str = PASSWORD
) -> httpx.Response:
    system, url = service
    system.deliver(day)
    span = (one.astimezone(ZONE).strftime(FORM) for one in span_of(day))
    return httpx.post(
        f"{url}/services/CaseService",
        content=CALL.format(*span, size).encode(),
        auth=(USER, password),
    )


def test_a_wrong_password_is_a_fault(service: tuple[Wuchang, str]) -> None:
    refused = _call(service, 1, password="x")

    assert refused.status_code == 500
    assert "soap:Fault" in refused.text


def test_too_large_a_page_is_refused_with_http_200(
    service: tuple[Wuchang, str],
) -> None:
    refused = _call(service, 1, size=100_000)

    assert refused.status_code == 200
    assert "<code>40001</code>" in refused.content.decode("gb18030")


@pytest.mark.parametrize("day", [1, WRONG_DAY])
def test_answers_are_gbk_whatever_they_say(
    service: tuple[Wuchang, str], day: int
) -> None:
    body = _call(service, day).content

    told = body.decode("gb18030")
    declared = "UTF-8" if day == WRONG_DAY else "GBK"
    assert told.count(f'encoding="{declared}"') == 2
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_times_are_spelt_in_several_ways_and_texts_hold_control_signs(
    service: tuple[Wuchang, str],
) -> None:
    told = _call(service, 1).content.decode("gb18030")

    times = re.findall("<reported>(.*?)</reported>", told)
    for part in ("午", "时", "："):
        assert any(part in one for one in times)
    assert "\x0b" in told
    assert "&lt;" in told
