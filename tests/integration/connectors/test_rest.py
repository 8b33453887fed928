"""REST listings against a real server on loopback: pages, windows, verdicts."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from support.declared import feed, partner
from support.partner_server import PartnerServer, Reply, Request, serve

from hub.connectors.auth import signature
from hub.connectors.base import Delivery, Part
from hub.connectors.decode import Wanted, decode
from hub.connectors.rest import RestConnector
from hub.errors import BatchRefused, SourceRejected
from hub.partners.spec import Feed
from hub.settings import Settings

NOW = datetime(2026, 9, 28, 12, tzinfo=UTC)
ALL = Delivery("all", until=NOW)
ROWS = [{"id": n, "no": f"C{n}"} for n in range(25)]


class Clock:
    """Sleeps that take no time and are remembered."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Take note and go on."""
        self.slept.append(seconds)


def connector(
    server: PartnerServer, one: Feed, *, clock: Clock | None = None, **source: Any
) -> RestConnector:
    declared = partner(
        {"connector": "rest", "base_url": server.url} | source,
        one,
    )
    settings = Settings(now=NOW, environment={"TOKEN": "t0p-secret", "KEY": "hub"})
    return RestConnector(declared, settings, sleep=(clock or Clock()).sleep)


def read(
    server: PartnerServer,
    one: Feed,
    delivery: Delivery = ALL,
    *,
    keys: Iterator[pl.Series] | None = None,
    clock: Clock | None = None,
    **source: Any,
) -> list[Part]:
    with connector(server, one, clock=clock, **source) as open_connector:
        return list(open_connector.read(one, delivery, sweep_keys=keys))


def ids(parts: list[Part]) -> list[str]:
    wanted = Wanted(frozenset({"id"}), {})
    found: list[str] = []
    for part in parts:
        assert isinstance(part.body, bytes)
        for rows in decode(io.BytesIO(part.body), part.meta, wanted):
            found += rows.frame["id"].to_list()
    return found


def numbered(request: Request, *, total: bool = True, cap: int = 10**6) -> Reply:
    """Pages by number, as a polite partner gives them."""
    size = min(int(request.params.get("size", 10)), cap)
    start = (int(request.params["page"]) - 1) * size
    data: dict[str, Any] = {"list": ROWS[start : start + size]}
    if total:
        data["total"] = len(ROWS)
    return Reply({"code": 0, "data": data})


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
UNCOUNTED = feed(
    read={
        "path": "/cases",
        "records": "data.list",
        "page": {"kind": "number", "size_param": "size", "size": 10},
    }
)


def test_pages_by_number_end_at_the_declared_total() -> None:
    with serve(numbered) as server:
        parts = read(server, NUMBERED)

    assert ids(parts) == [str(n) for n in range(25)]
    assert [part.meta.sequence for part in parts] == [0, 1, 2]
    assert len(server.requests) == 3
    assert parts[1].meta.origin == {"path": "/cases", "page": "2"}


def test_a_page_lands_as_it_was_sent() -> None:
    body = '{"code":0,"data":{"total":1,"list":[{"id": 1.10, "no":"甲"}]}}'.encode()

    with serve(lambda _: Reply(body)) as server:
        (part,) = read(server, NUMBERED)

    assert part.body == body
    assert part.meta.received_sha256 == hashlib.sha256(body).hexdigest()
    assert (part.meta.media, part.meta.encoding) == ("json", "utf-8")
    assert ids([part]) == ["1.10"]


@pytest.mark.parametrize("cap", [4, 10, 25])
def test_a_page_size_capped_in_silence_loses_nothing(cap: int) -> None:
    with serve(lambda r: numbered(r, total=False, cap=cap)) as server:
        parts = read(server, UNCOUNTED)

    assert ids(parts) == [str(n) for n in range(25)]


def test_the_page_behind_a_short_one_may_be_gone() -> None:
    def answer(request: Request) -> Reply:
        if request.params["page"] == "1":
            return Reply({"data": {"list": ROWS[:3]}})
        return Reply({"detail": "Invalid page."}, status=404)

    with serve(answer) as server:
        parts = read(server, UNCOUNTED)

    assert ids(parts) == ["0", "1", "2"]


def test_a_page_that_is_gone_in_the_middle_fails_the_delivery() -> None:
    def answer(request: Request) -> Reply:
        return numbered(request) if request.params["page"] == "1" else Reply(status=404)

    with (
        serve(answer) as server,
        pytest.raises(SourceRejected, match="HTTP 404"),
    ):
        read(server, NUMBERED)


def test_pages_by_offset_go_on_by_the_rows_received() -> None:
    def answer(request: Request) -> Reply:
        start = int(request.params["start"])
        return Reply(ROWS[start : start + 7])

    one = feed(
        read={"path": "/c", "page": {"kind": "offset", "param": "start", "size": 10}}
    )
    with serve(answer) as server:
        parts = read(server, one)

    assert ids(parts) == [str(n) for n in range(25)]
    starts = [request.params["start"] for request in server.requests]
    assert starts == ["0", "7", "14", "21"]


CURSOR = feed(
    read={
        "path": "/cases",
        "records": "rows",
        "page": {"kind": "cursor", "param": "next", "cursor": "next"},
    }
)


def test_an_empty_page_with_a_cursor_goes_on() -> None:
    pages = {
        None: {"rows": ROWS[:2], "next": "a"},
        "a": {"rows": [], "next": "b"},
        "b": {"rows": ROWS[2:3], "next": None},
    }

    with serve(lambda r: Reply(pages[r.params.get("next")])) as server:
        parts = read(server, CURSOR)

    assert ids(parts) == ["0", "1", "2"]
    assert "next" not in server.requests[0].params


def test_cursors_that_go_in_a_circle_refuse_the_batch() -> None:
    def answer(request: Request) -> Reply:
        n = len(server.requests)
        return Reply({"rows": [{"id": n}], "next": "a" if n % 2 else "b"})

    with serve(answer) as server, pytest.raises(BatchRefused, match="circle"):
        read(server, CURSOR)

    assert len(server.requests) == 3


def test_the_same_page_again_and_again_refuses_the_batch() -> None:
    """T3: a wrong paging name is ignored and page 1 comes for ever."""
    with (
        serve(lambda _: Reply({"data": {"list": ROWS[:10]}})) as server,
        pytest.raises(BatchRefused, match="identical"),
    ):
        read(server, UNCOUNTED)

    assert len(server.requests) == 2


@pytest.mark.parametrize(("sent", "declared"), [(24, 25), (25, 24)])
def test_a_total_that_does_not_match_refuses_the_batch(
    sent: int, declared: int
) -> None:
    def answer(request: Request) -> Reply:
        start = (int(request.params["page"]) - 1) * 10
        rows = ROWS[:sent][start : start + 10]
        return Reply({"code": 0, "data": {"list": rows, "total": declared}})

    with serve(answer) as server, pytest.raises(BatchRefused, match="B07") as refused:
        read(server, NUMBERED)

    assert f"{declared} rows are declared and {sent} came" in str(refused.value)


def test_a_total_that_counts_the_page_is_seen_through() -> None:
    """T8: the declared total is the size of the page."""

    def answer(request: Request) -> Reply:
        start = (int(request.params["page"]) - 1) * 10
        rows = ROWS[start : start + 10]
        return Reply({"code": 0, "data": {"list": rows, "total": len(rows)}})

    with serve(answer) as server, pytest.raises(BatchRefused, match="own count"):
        read(server, NUMBERED)


def test_a_last_page_served_again_behind_the_end_is_no_fault() -> None:
    def answer(request: Request) -> Reply:
        return Reply({"code": 0, "data": {"list": ROWS[:10], "total": 10}})

    with serve(answer) as server:
        parts = read(server, NUMBERED)

    assert len(ids(parts)) == 10
    assert [part.meta.sequence for part in parts] == [0]


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


WINDOW = {"from": "updatedFrom", "to": "updatedTo"}


def spans(server: PartnerServer) -> list[tuple[str, str]]:
    return [
        (request.params["updatedFrom"], request.params["updatedTo"])
        for request in server.requests
    ]


def test_a_window_is_asked_for_in_the_partners_zone_overlapping_and_split() -> None:
    window = WINDOW | {"overlap": "2h", "chunk": "1d"}
    one = feed(read={"path": "/c", "window": window})
    delivery = Delivery(
        "w",
        since=datetime(2026, 9, 26, 16, tzinfo=UTC),
        until=datetime(2026, 9, 28, 4, 0, 0, 1, tzinfo=UTC),
    )

    with serve(lambda _: Reply([])) as server:
        parts = read(server, one, delivery)

    assert spans(server) == [
        ("2026-09-26 22:00:00", "2026-09-27 22:00:00"),
        ("2026-09-27 22:00:00", "2026-09-28 12:00:01"),
    ]
    assert parts[0].meta.origin["from"] == "2026-09-26 22:00:00"


def test_create_time_only_interfaces_are_read_again_as_far_as_they_reach() -> None:
    one = feed(read={"path": "/c", "window": WINDOW | {"reach": "30d"}})
    since = datetime(2026, 9, 27, 16, tzinfo=UTC)

    with serve(lambda _: Reply([])) as server:
        read(server, one, Delivery("w", since=since, until=NOW))

    assert spans(server) == [("2026-08-29 00:00:00", "2026-09-28 20:00:00")]


def test_a_first_run_names_its_bounds_too() -> None:
    """T1: without bounds some platforms answer with 30 days and look complete."""
    one = feed(read={"path": "/c", "window": WINDOW | {"chunk": "1d"}})

    with serve(lambda _: Reply([])) as server:
        read(server, one, ALL)

    assert spans(server) == [("1970-01-01 08:00:00", "2026-09-28 20:00:00")]


def test_deliveries_are_one_per_run_and_named_by_their_window() -> None:
    windowed = feed(read={"path": "/c", "window": WINDOW})
    whole = feed(read={"path": "/c"})
    since = datetime(2026, 9, 27, tzinfo=UTC)

    with serve(lambda _: Reply([])) as server, connector(server, whole) as one:
        (bounded,) = one.deliveries(
            windowed, since=since, until=None, seen=lambda *_: True
        )
        (everything,) = one.deliveries(
            whole, since=since, until=None, seen=lambda *_: True
        )

    assert bounded == Delivery(
        "2026-09-27T00:00:00Z..2026-09-28T12:00:00Z", since=since, until=NOW
    )
    assert everything == Delivery("start..2026-09-28T12:00:00Z", until=NOW)


def test_a_body_template_carries_pages_and_bounds() -> None:
    one = feed(
        read={
            "method": "POST",
            "path": "/records/page",
            "records": "result",
            "body": {
                "condition": {"createTime": ["{from}", "{to}"], "ids": "{keys}"},
                "paging": {"pageIndex": "{page}", "pageSize": "{size}"},
                "sorts": [{"mode": "Ascending", "fields": ["createTime"]}],
            },
            "page": {"kind": "number", "size": 10, "total": "totalCount"},
            "window": WINDOW,
            "verdict": {"field": "hasError", "good": ["false"]},
        }
    )

    def answer(request: Request) -> Reply:
        page = request.body["paging"]
        start = (page["pageIndex"] - 1) * page["pageSize"]
        rows = ROWS[start : start + page["pageSize"]]
        return Reply({"hasError": False, "result": rows, "totalCount": 25})

    since = datetime(2026, 9, 28, tzinfo=UTC)
    with serve(answer) as server:
        parts = read(server, one, Delivery("w", since=since, until=NOW))

    assert len(ids(parts)) == 25
    assert server.requests[1].body == {
        "condition": {"createTime": ["2026-09-28 08:00:00", "2026-09-28 20:00:00"]},
        "paging": {"pageIndex": 2, "pageSize": 10},
        "sorts": [{"mode": "Ascending", "fields": ["createTime"]}],
    }


def test_live_and_history_listings_make_one_delivery() -> None:
    one = feed(read={"paths": ["/live", "/history"]})

    with serve(lambda r: Reply([{"id": r.path}])) as server:
        parts = read(server, one)

    assert ids(parts) == ["/live", "/history"]
    assert [part.meta.sequence for part in parts] == [0, 1]


def test_open_cases_are_swept_by_key_in_groups_of_exact_size() -> None:
    one = feed(
        read={
            "path": "/cases",
            "window": WINDOW,
            "sweep": {"path": "/cases/by-id", "param": "ids", "size": 3},
        }
    )
    keys = iter([pl.Series(["1", "2"]), pl.Series(["3", "4", "5"])])

    def answer(request: Request) -> Reply:
        asked = request.params.get("ids", "")
        return Reply([{"id": key} for key in asked.split(",") if key])

    with serve(answer) as server:
        parts = read(server, one, keys=keys)

    assert ids(parts) == ["1", "2", "3", "4", "5"]
    swept = server.asked("/cases/by-id")
    assert [request.params for request in swept] == [{"ids": "1,2,3"}, {"ids": "4,5"}]
    assert parts[1].meta.origin == {"path": "/cases/by-id", "page": "1", "sweep": "0"}


DETAIL = {
    "path": "/records/info?id={key}",
    "records": "data.trail",
    "into": "trail",
}


def test_details_are_merged_into_their_rows_digits_and_all() -> None:
    one = feed(read={"path": "/cases", "records": "rows", "detail": DETAIL})
    listing = b'{"rows": [{"id": 7.0, "n": 1.10}, {"id": "8/9"}, {"no": 3}], "t": 1e3}'

    def answer(request: Request) -> Reply:
        if request.path == "/cases":
            return Reply(listing)
        step = (
            f'{{"data": {{"trail": [{{"of": "{request.params["id"]}", "x": 0.50}}]}}}}'
        )
        return Reply(step.encode())

    with serve(answer) as server:
        (part,) = read(server, one, limits={"concurrency": 3})

    assert part.body == (
        b'{"rows":[{"id":7.0,"n":1.10,"trail":[{"of":"7.0","x":0.50}]},'
        b'{"id":"8/9","trail":[{"of":"8/9","x":0.50}]},{"no":3}],"t":1e3}'
    )
    assert part.meta.received_sha256 == hashlib.sha256(listing).hexdigest()
    assert len(server.asked("/records/info")) == 2


def test_a_detail_that_cannot_be_had_fails_the_delivery() -> None:
    one = feed(read={"path": "/cases", "detail": DETAIL})

    def answer(request: Request) -> Reply:
        if request.path == "/cases":
            return Reply([{"id": "SECRET-KEY"}])
        return Reply({"data": {}})

    with serve(answer) as server, pytest.raises(SourceRejected) as rejected:
        read(server, one)

    assert "nothing at data.trail" in str(rejected.value)
    assert "SECRET-KEY" not in str(rejected.value)


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


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("algorithm", "upper"), [("md5", True), ("sha256", False), ("hmac-sha256", False)]
)
def test_a_signed_request_is_one_that_the_partner_can_verify(
    method: str, algorithm: str, upper: bool
) -> None:
    stamps = ("appkey", "timestamp", "nonce")

    def answer(request: Request) -> Reply:
        given = {name: request.headers[name] for name in stamps}
        given["appKey"] = given.pop("appkey")
        body = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in (request.body or {}).items()
        }
        expected = signature(
            request.params | body | given,
            "t0p-secret",
            algorithm=algorithm,
            upper=upper,
        )
        good = expected == request.headers["sign"]
        return Reply(ROWS[:1]) if good else Reply(status=403)

    one = feed(
        read={
            "method": method,
            "path": "/c?v=2",
            "params": {"district": "硚口"},
            "page": {"kind": "none"},
            "body": {"deep": 1, "flag": True} if method == "POST" else {},
        }
    )
    auth = {
        "kind": "signed",
        "key": "env:KEY",
        "secret": "env:TOKEN",
        "algorithm": algorithm,
        "upper": upper,
        "timestamp": "milliseconds",
    }
    with serve(answer) as server:
        parts = read(server, one, auth=auth)

    assert ids(parts) == ["0"]
    assert len(server.requests[0].headers["timestamp"]) == 13


def test_every_attempt_is_signed_anew() -> None:
    def answer(_request: Request) -> Reply:
        return Reply(status=503) if len(server.requests) < 3 else Reply([])

    auth = {"kind": "signed", "key": "env:KEY", "secret": "env:TOKEN"}
    with serve(answer) as server:
        read(server, feed(read={"path": "/c"}), auth=auth)

    assert len({request.headers["nonce"] for request in server.requests}) == 3
    assert len({request.headers["sign"] for request in server.requests}) == 3


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        (
            {"kind": "bearer", "token": "env:TOKEN"},
            "authorization",
            "Bearer t0p-secret",
        ),
        (
            {"kind": "basic", "username": "env:KEY", "password": "env:TOKEN"},
            "authorization",
            "Basic aHViOnQwcC1zZWNyZXQ=",
        ),
        (
            {"kind": "api_key", "header": "X-Token", "token": "env:TOKEN"},
            "x-token",
            "t0p-secret",
        ),
    ],
)
def test_credentials_come_from_the_environment(
    auth: dict[str, str], header: str, value: str
) -> None:
    with serve(lambda _: Reply([])) as server:
        read(server, feed(read={"path": "/c"}), auth=auth)

    assert server.requests[0].headers[header] == value


@pytest.mark.parametrize("known", [["1", "2", "3"], ["1", "2"], []])
def test_an_interface_that_does_not_page_by_key_can_be_swept(known: list[str]) -> None:
    one = feed(
        read={
            "path": "/cases",
            "page": {"kind": "number", "size": 10},
            "sweep": {"path": "/by-id", "size": 3},
        }
    )

    def answer(request: Request) -> Reply:
        asked = request.params.get("ids", "").split(",")
        return Reply([{"id": key} for key in asked if key in known])

    with serve(answer) as server:
        parts = read(server, one, keys=iter([pl.Series(["1", "2", "3"])]))

    assert ids(parts) == known
    assert len(server.asked("/by-id")) == (2 if len(known) == 2 else 1)


def test_a_key_in_a_path_is_one_segment_of_it() -> None:
    detail = {"path": "/info/{key}", "records": "d", "into": "d"}
    one = feed(read={"path": "/cases", "detail": detail})

    def answer(request: Request) -> Reply:
        if request.path == "/cases":
            return Reply([{"id": "../8/9?x=甲"}])
        return Reply({"d": request.path})

    with serve(answer) as server:
        (part,) = read(server, one)

    assert isinstance(part.body, bytes)
    assert json.loads(part.body)[0]["d"] == "/info/..%2F8%2F9%3Fx%3D%E7%94%B2"
