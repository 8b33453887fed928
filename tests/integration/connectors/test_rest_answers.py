"""What an answer says of itself: verdict, form, encoding, day."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from support.declared import feed
from support.partner_server import Reply, serve
from support.rest_partner import ids, read

from hub.errors import BatchRefused, SourceRejected

NUMBERED = feed(
    read={
        "path": "/cases",
        "records": "data.list",
        "page": {
            "kind": "number",
            "size_param": "size",
            "size": 10,
            "total": "data.total",
        },
        "verdict": {"field": "code", "good": ["0"], "message": "msg"},
    }
)


def test_an_error_with_http_200_is_an_error() -> None:
    said = {"code": 500, "msg": "身份证 440306199001011234 查询失败" + "长" * 100}

    with (
        serve(lambda _: Reply(said)) as server,
        pytest.raises(SourceRejected) as rejected,
    ):
        read(server, NUMBERED)

    told = str(rejected.value)
    assert told.startswith("qiaokou/cases: could not read /cases: its verdict in code")
    assert "查询失败" in told
    assert "440306199001011234" not in told
    assert len(told) < 250


@pytest.mark.parametrize(
    ("verdict", "answer"),
    [
        ({"field": "hasError", "good": ["false"]}, {"hasError": False, "rows": []}),
        ({"field": "info.success", "good": ["true"]}, {"info": {"success": True}}),
        ({"field": "status", "good": ["200"]}, {"status": "200"}),
        ({"field": "code", "good": ["null"]}, {"code": None}),
    ],
)
def test_verdicts_are_compared_as_text(
    verdict: dict[str, Any], answer: dict[str, Any]
) -> None:
    one = feed(read={"path": "/c", "records": "rows", "verdict": verdict})

    with serve(lambda _: Reply({"rows": []} | answer)) as server:
        (part,) = read(server, one)

    assert part.body


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"rows": []}, "no code"),
        ({"code": 0, "data": {"total": 0}}, "nothing instead of a list"),
        ({"code": 0, "data": {"total": 3, "list": None}}, "null instead of a list"),
        ({"code": 0, "data": {"total": 1, "list": {}}}, "an object instead of a list"),
        ({"code": 0, "data": {"list": []}}, "no total"),
        (b"<!DOCTYPE html><html>login</html>", "an HTML page"),
        (b"<return>1</return>", "XML"),
        (b'{"code": NaN}', "NaN"),
        (b'{"code":0,"data":{"list":["\xff"]}}', "not in utf-8"),
    ],
)
def test_an_answer_that_is_none_is_rejected_with_a_sentence(
    body: object, message: str
) -> None:
    with (
        serve(lambda _: Reply(body)) as server,
        pytest.raises(SourceRejected, match=message),
    ):
        read(server, NUMBERED)


def test_null_is_an_empty_list_only_where_the_total_says_so() -> None:
    said = {"code": 0, "data": {"total": 0, "list": None}}

    with serve(lambda _: Reply(said)) as server:
        parts = read(server, NUMBERED)

    assert ids(parts) == []
    assert len(parts) == 1


def test_a_declared_encoding_is_used() -> None:
    body = '[{"id":1,"no":"硚口区"}]'.encode("gb18030")
    one = feed(read={"path": "/c"}, encoding="gbk")

    with serve(lambda _: Reply(body)) as server:
        (part,) = read(server, one)

    assert (part.body, part.meta.encoding) == (body, "gb18030")
    assert ids([part]) == ["1"]


def test_fields_that_must_never_land_are_cut_at_any_depth_and_counted() -> None:
    one = feed(
        read={"path": "/c", "records": "rows"},
        never_land=["password", "staff.idCard", "absent"],
    )
    rows = [
        {"id": 1, "password": "p1", "staff": [{"idCard": "4403"}, {"idCard": None}]},
        {"id": 2, "staff": {"idCard": "4404", "name": "甲"}},
        {"id": 3, "password": None},
    ]
    sent = json.dumps({"rows": rows}).encode()

    with serve(lambda _: Reply(sent)) as server:
        (part,) = read(server, one)

    assert isinstance(part.body, bytes)
    assert json.loads(part.body) == {
        "rows": [
            {"id": 1, "staff": [{}, {}]},
            {"id": 2, "staff": {"name": "甲"}},
            {"id": 3},
        ]
    }
    assert part.meta.cut == {"password": 2, "staff.idCard": 3, "absent": 0}
    assert part.meta.received_sha256 == hashlib.sha256(sent).hexdigest()


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ({"header": "Date"}, datetime(2026, 9, 1, 2, 3, 4, tzinfo=UTC)),
        (
            {"header": "X-Day", "format": "%Y%m%d"},
            datetime(2026, 9, 1, 16, tzinfo=UTC),
        ),
        ({"envelope": "meta.asOf"}, datetime(2026, 9, 3, 4, tzinfo=UTC)),
        (
            {"envelope": "meta.ms", "format": "epoch_ms"},
            datetime(2026, 9, 1, tzinfo=UTC),
        ),
    ],
)
def test_an_answer_can_name_its_own_day(
    as_of: dict[str, str], expected: datetime
) -> None:
    one = feed(read={"path": "/c", "records": "rows"}, as_of=as_of)
    answered = Reply(
        {"rows": [], "meta": {"asOf": "2026-09-03T12:00:00", "ms": 1788220800000}},
        headers={"Date": "Tue, 01 Sep 2026 02:03:04 GMT", "X-Day": "20260902"},
    )

    with serve(lambda _: answered) as server:
        (part,) = read(server, one)

    assert part.meta.as_of == expected


def test_an_answer_that_does_not_name_its_day_is_refused() -> None:
    one = feed(read={"path": "/c", "records": "rows"}, as_of={"envelope": "day"})

    with (
        serve(lambda _: Reply({"rows": []})) as server,
        pytest.raises(BatchRefused, match="date the delivery by day"),
    ):
        read(server, one)
