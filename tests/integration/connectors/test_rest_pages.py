"""Pages of a real server on loopback: every row once, or no batch at all."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import parse_qsl

import pytest
from support.declared import feed
from support.partner_server import Reply, Request, serve
from support.rest_partner import ROWS, ids, read

from hub.errors import BatchRefused, SourceRejected


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


@pytest.mark.parametrize("kind", ["number", "offset"])
def test_a_listing_that_shrinks_is_read_again(kind: str) -> None:
    """A row leaves the list while we read, and the rest moves up past us."""
    rows = list(ROWS)

    def answer(request: Request) -> Reply:
        if len(server.requests) == 2:
            del rows[0]
        at = int(request.params["page"])
        start = at if kind == "offset" else (at - 1) * 10
        data = {"list": rows[start : start + 10], "total": len(rows)}
        return Reply({"data": data})

    one = feed(
        read={
            "path": "/cases",
            "records": "data.list",
            "page": {"kind": kind, "size": 10, "total": "data.total"},
        }
    )
    with serve(answer) as server:
        parts = read(server, one)

    assert set(ids(parts)) == {str(n) for n in range(25)}
    assert [part.meta.sequence for part in parts] == list(range(7))


def test_a_listing_that_never_stops_shrinking_refuses_the_batch() -> None:
    def answer(request: Request) -> Reply:
        start = (int(request.params["page"]) - 1) * 10
        left = ROWS[: 25 - len(server.requests) % 3]
        return Reply(
            {"code": 0, "data": {"list": left[start:][:10], "total": len(left)}}
        )

    with (
        serve(answer) as server,
        pytest.raises(BatchRefused, match="total fell") as said,
    ):
        read(server, NUMBERED)

    assert "3 times in a row" in str(said.value)


def test_a_form_carries_templates_names_and_credentials() -> None:
    def answer(request: Request) -> Reply:
        asked = dict(parse_qsl(request.sent.decode(), strict_parsing=True))
        start = (int(asked["page.no"]) - 1) * 10
        seen.append(asked)
        return Reply(ROWS[start : start + 10])

    seen: list[dict[str, str]] = []
    one = feed(
        read={
            "method": "POST",
            "send": "form",
            "path": "/c",
            "page": {"kind": "number", "param": "page.no", "size": 10},
            "body": {"w": "硚口&=+", "n": "{size}", "p": "{password}", "on": True},
        }
    )
    auth = {"kind": "template", "username": "env:KEY", "password": "env:TOKEN"}
    with serve(answer) as server:
        parts = read(server, one, auth=auth)

    assert ids(parts) == [str(n) for n in range(25)]
    kinds = {request.headers["content-type"] for request in server.requests}
    assert kinds == {"application/x-www-form-urlencoded"}
    assert seen[1] == {
        "w": "硚口&=+",
        "n": "10",
        "p": "t0p-secret",
        "on": "true",
        "page.no": "2",
    }
