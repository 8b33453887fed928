"""Answers in XML and requests in SOAP envelopes, against a server on loopback."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from support.declared import feed
from support.partner_server import Reply, Request, serve
from support.rest_partner import Clock, ids, read

from hub.connectors.base import Delivery, Part
from hub.errors import BatchRefused, SourceRejected, SourceUnavailable

LISTING = "Envelope.Body.getCasesResponse.return"
ENVELOPE = """
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">
  <soap:Body><q:getCases xmlns:q="urn:cg">
    <from>{from}</from>
    <to>{to}</to>
    <ids>{keys}</ids>
    <pageNo>{page}</pageNo><pageSize>{size}</pageSize>
  </q:getCases></soap:Body>
</soap:Envelope>
"""
SOAP: dict[str, Any] = {
    "method": "POST",
    "path": "/services/CaseService",
    "format": "xml",
    "envelope": ENVELOPE,
    "soap_action": "urn:cg#getCases",
    "inner": LISTING,
    "records": f"{LISTING}.Result.cases.case",
    "verdict": {"field": f"{LISTING}.Result.code", "good": ["0"]},
    "page": {"kind": "number", "size": 10, "total": f"{LISTING}.Result.total"},
    "window": {"from": "from", "to": "to"},
    "sweep": "open_issues",
}
WEEK = Delivery(
    "w",
    since=datetime(2026, 9, 21, tzinfo=UTC),
    until=datetime(2026, 9, 28, tzinfo=UTC),
)


def wrapped(content: str, *, cdata: bool = True) -> bytes:
    plain = content.replace("&", "&amp;").replace("<", "&lt;")
    inside = f"<![CDATA[{content}]]>" if cdata else plain
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/">'
        '<SOAP-ENV:Body><ns1:getCasesResponse xmlns:ns1="urn:cg">'
        f"<return>{inside}</return>"
        "</ns1:getCasesResponse></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    ).encode()


def listed(request: Request, *, total: int = 25) -> str:
    page = int(re.findall(rb"<pageNo>(\d+)<", request.sent)[0])
    rows = [f"<case><id>{n}</id></case>" for n in range(total)]
    return (
        '<?xml version="1.0" encoding="GBK"?><Result><code>0</code>'
        f"<total>{total}</total><cases>{''.join(rows[page * 10 - 10 : page * 10])}"
        "</cases></Result>"
    )


def test_soap_pages_by_the_number_inside_the_envelope() -> None:
    with serve(lambda r: Reply(wrapped(listed(r)))) as server:
        parts = read(server, feed(read=SOAP), WEEK)

    assert ids(parts) == [str(n) for n in range(25)]
    assert [part.meta.media for part in parts] == ["xml"] * 3
    first = server.requests[0]
    assert first.headers["content-type"] == "text/xml; charset=utf-8"
    assert first.headers["soapaction"] == '"urn:cg#getCases"'
    assert b"<from>2026-09-21 08:00:00</from>" in first.sent
    assert b"{" not in first.sent
    assert b"<ids>" not in first.sent


def test_a_soap_page_lands_as_it_was_sent() -> None:
    body = wrapped(
        "<Result><code>0</code><total>1</total><cases><case><id>1</id></case></cases>"
        "</Result>",
        cdata=False,
    )
    with serve(lambda _: Reply(body)) as server:
        (part,) = read(server, feed(read=SOAP), WEEK)

    assert part.body == body
    assert part.meta.origin["inner"] == LISTING
    assert ids([part]) == ["1"]


def test_an_empty_list_is_one_with_a_good_verdict() -> None:
    with serve(lambda r: Reply(wrapped(listed(r, total=0)))) as server:
        parts = read(server, feed(read=SOAP), WEEK)

    assert ids(parts) == []


def test_values_are_escaped_inside_the_envelope() -> None:
    with serve(lambda r: Reply(wrapped(listed(r, total=2)))) as server:
        read(server, feed(read=SOAP), WEEK, keys=iter([pl.Series(["a<b", "c&'d"])]))

    sent = server.requests[-1].sent
    assert b"<ids>a&lt;b,c&amp;&apos;d</ids>" in sent
    assert b"<from>" not in sent


def test_soap_1_2_names_its_action_in_the_content_type() -> None:
    newer = ENVELOPE.replace(
        "http://schemas.xmlsoap.org/soap/envelope/",
        "http://www.w3.org/2003/05/soap-envelope",
    )
    with serve(lambda r: Reply(wrapped(listed(r)))) as server:
        read(server, feed(read=SOAP | {"envelope": newer}), WEEK)

    headers = server.requests[0].headers
    assert headers["content-type"] == (
        'application/soap+xml; charset=utf-8; action="urn:cg#getCases"'
    )
    assert "soapaction" not in headers


FAULT_11 = """<s:Envelope xmlns:s="x"><s:Body><s:Fault><faultcode>s:Server</faultcode>
<faultstring>张三 13900001111 查询失败</faultstring></s:Fault></s:Body></s:Envelope>"""
FAULT_12 = """<s:Envelope xmlns:s="x"><s:Body><s:Fault>
<s:Code><s:Value>s:Sender</s:Value>
<s:Subcode><s:Value>cg:NoRight</s:Value></s:Subcode></s:Code>
<s:Reason><s:Text>张三</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>"""


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize(
    ("fault", "code"), [(FAULT_11, "s:Server"), (FAULT_12, "cg:NoRight")]
)
def test_a_fault_is_a_no_told_by_its_code(status: int, fault: str, code: str) -> None:
    with (
        serve(lambda _: Reply(fault.encode(), status=status)) as server,
        pytest.raises(SourceRejected, match=rf"a SOAP fault \({code}\)") as rejected,
    ):
        read(server, feed(read=SOAP), WEEK)

    assert "张三" not in str(rejected.value)
    assert len(server.requests) == 1


@pytest.mark.parametrize("body", [b"<html>502</html>", b"oops", b"<ok/>"])
def test_a_server_error_without_a_fault_is_tried_again(body: bytes) -> None:
    def answer(request: Request) -> Reply:
        if len(server.requests) < 3:
            return Reply(body, status=500)
        return Reply(wrapped(listed(request)))

    with serve(answer) as server:
        parts = read(server, feed(read=SOAP), WEEK)

    assert len(ids(parts)) == 25


PLAIN: dict[str, Any] = {"path": "/c.xml", "format": "xml", "records": "cases.case"}


def answered(body: bytes | str, **given: Any) -> list[Part]:
    sent = body if isinstance(body, bytes) else body.encode()
    read_as = PLAIN | given.pop("read", {})
    with serve(lambda _: Reply(sent)) as server:
        return read(server, feed(read=read_as, **given))


@pytest.mark.parametrize(
    ("named", "codec"),
    [("UTF-8", "utf-8"), ("GBK", "gb18030"), ("UTF-8", "gb18030"), ("GBK", "utf-8")],
)
def test_the_real_encoding_is_found(named: str, codec: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="{named}"?>'
        "<cases><case><id>硚口区民族街</id></case></cases>"
    )

    (part,) = answered(text.encode(codec))

    assert (part.meta.encoding, ids([part])) == (codec, ["硚口区民族街"])


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE cases [<!ENTITY a "b">]><cases>&a;</cases>',
        '<!DOCTYPE cases SYSTEM "http://127.0.0.1:9/x"><cases/>',
        "<cases>" * 200,
    ],
)
def test_hostile_xml_refuses_the_batch(body: str) -> None:
    with pytest.raises(BatchRefused, match="must be plain data"):
        answered(body)


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ("<!DOCTYPE html><html/>", "an HTML page"),
        ("<other/>", "no element cases"),
        ('{"cases": []}', "not XML from line 1"),
        (b"<cases><case>\xff</case></cases>", "neither UTF-8 nor GB18030"),
        ("<cases><case/></casses>", "not XML"),
    ],
)
def test_an_answer_that_is_none_is_rejected(body: bytes | str, seen: str) -> None:
    with pytest.raises(SourceRejected, match=seen):
        answered(body)


def test_an_answer_that_breaks_off_is_tried_again() -> None:
    with pytest.raises(SourceUnavailable, match="no complete XML, 4 attempts"):
        answered("<cases><case><id>1</id></case>")


def test_fields_that_must_never_land_are_cut_from_the_text() -> None:
    body = (
        '<?xml version="1.0" encoding="GBK"?>'
        '<cases><case idCard="4403"><id>1</id><pwd>甲</pwd></case></cases>'
    ).encode("gbk")

    (part,) = answered(body, never_land=["pwd", "@idCard"])

    assert part.body == b"<cases><case><id>1</id></case></cases>"
    assert (part.meta.encoding, part.meta.cut) == ("utf-8", {"pwd": 1, "@idCard": 1})


@pytest.mark.parametrize("size", [1, 3])
def test_a_verdict_that_passes_is_asked_again(size: int) -> None:
    """T5: an error with HTTP 200 once, and a good answer then."""

    def answer(_request: Request) -> Reply:
        code = 503 if len(server.requests) <= size else 0
        return Reply(f"<r><code>{code}</code><c><id>1</id></c></r>".encode())

    verdict = {"field": "r.code", "good": ["0"], "busy": ["503"]}
    one = feed(read=PLAIN | {"records": "r.c", "verdict": verdict})
    clock = Clock()
    with serve(answer) as server:
        parts = read(server, one, clock=clock)

    assert ids(parts) == ["1"]
    assert len(clock.slept) == size


def test_a_verdict_that_does_not_pass_in_time_is_an_outage() -> None:
    verdict = {"field": "r.code", "good": ["0"], "busy": ["503"]}

    with pytest.raises(SourceUnavailable, match=r"verdict in r\.code is 503"):
        answered("<r><code>503</code></r>", read={"verdict": verdict})
