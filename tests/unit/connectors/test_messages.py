"""What lands of a message: its bytes, and what its sender wrote on it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from support.declared import feed

from hub.connectors import messages
from hub.connectors.decode.messages import WRITTEN
from hub.connectors.messages import Message, message_of, parts_of

MB = 1 << 20


def pack(*given: Message, **declared: Any) -> list[Any]:
    return list(parts_of(given, feed(**declared), "q", largest=MB))


def lines(body: bytes) -> list[Any]:
    return [orjson.loads(line) for line in body.splitlines()]


def test_what_is_written_on_a_message_is_what_its_sender_wrote() -> None:
    method = SimpleNamespace(exchange="", routing_key="cg.cases", redelivered=True)
    headers = {"x-delivery-count": 2, "area": "东", "none": None}
    plain = dict.fromkeys(WRITTEN) | {"message_id": "m", "headers": headers}

    made = message_of(method, SimpleNamespace(**plain), b"{}")

    written = {"message_id": "m", "exchange": "", "routing_key": "cg.cases"}
    assert made == Message(written | {"headers.area": "东"}, b"{}")


def test_values_that_json_does_not_know_are_written_plainly() -> None:
    at = datetime(2026, 10, 1, tzinfo=UTC)
    fields = {"headers.at": at, "headers.n": Decimal("1.10"), "headers.b": b"\xff"}

    (part,) = pack(Message(fields, b"{}"))

    written = lines(part.body)[0]["fields"]
    assert written == {
        "headers.at": 1790812800,
        "headers.n": "1.10",
        "headers.b": "/w==",
    }


def test_a_part_is_full_at_some_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "PART_BYTES", 250)

    parts = pack(*(Message({}, b'"%d"' % n + b" " * 60) for n in range(7)))

    assert [part.meta.origin["messages"] for part in parts] == ["3", "3", "1"]
    assert [part.meta.sequence for part in parts] == [0, 1, 2]


def test_nothing_is_one_empty_part() -> None:
    (part,) = pack()

    assert (part.body, part.meta.origin["messages"]) == (b"", "0")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"d": [{"id": 1.10, "pw": "x"}]}', {"body": '{"d":[{"id":1.10}]}'}),
        (b'{"d": {"id": 1, "pw": "x"}}', {"body": '{"d":{"id":1}}'}),
        (b'{"pw": "x"}', {"cut": "a body that cannot be read"}),
        (b'{"pw": "x"', {"cut": "a body that cannot be read"}),
        (b"\xff\xff", {"cut": "a body that cannot be read"}),
    ],
)
def test_fields_that_must_never_land_do_not(body: bytes, expected: object) -> None:
    (part,) = pack(Message({}, body), never_land=("pw",), read={"records": "d"})

    assert lines(part.body) == [{"fields": {}} | expected]  # type: ignore[operator]


def test_fields_of_xml_are_cut_in_its_text() -> None:
    read = {"format": "xml", "records": "a.c"}
    body = "<a><c id='1' pw='x'><no>甲</no></c></a>".encode("gbk")

    (part,) = pack(
        Message({}, body), never_land=("@pw",), read=read, encoding="gb18030"
    )

    assert part.meta.cut == {"@pw": 1}
    assert b"pw" not in part.body
