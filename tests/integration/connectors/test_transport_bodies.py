"""Bodies that break off, lie or explode, and what is sent and logged of us."""

from __future__ import annotations

import gzip
import logging
import zlib

import pytest
from support.declared import feed, partner
from support.faulty_partner import ALL, GOOD, LARGE, fetch, in_turn, raw
from support.partner_server import PartnerServer, Reply, Request, packed, serve
from support.rest_partner import Clock

from hub.connectors.base import Part
from hub.connectors.rest import RestConnector
from hub.errors import SourceRejected, SourceUnavailable
from hub.settings import Settings

PACKED = gzip.compress(LARGE)
TWO = gzip.compress(LARGE[:100]) + gzip.compress(LARGE[100:])


@pytest.mark.parametrize(
    "whole",
    [
        raw(PACKED, "gzip"),
        raw(TWO, "gzip"),
        raw(PACKED + b"\0" * 512, "gzip"),
        raw(PACKED, "x-gzip"),
        raw(LARGE, "identity"),
        raw(LARGE),
    ],
    ids=["gzip", "two members", "zero padding", "x-gzip", "identity", "plain"],
)
def test_a_whole_body_arrives_whole(whole: Reply) -> None:
    with serve(lambda _: whole) as server:
        (part,) = fetch(server.url)

    assert part.body == LARGE
    assert server.requests[0].headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    "broken",
    [
        raw(PACKED[: len(PACKED) // 2], "gzip"),
        raw(PACKED[:-8], "gzip"),
        raw(PACKED[:-1], "gzip"),
        raw(PACKED[:-8] + b"\0\0\0\0" + PACKED[-4:], "gzip"),
        raw(PACKED + b"rubbish", "gzip"),
        raw(PACKED + PACKED[:20], "gzip"),
        raw(LARGE, "gzip"),
        raw(zlib.compress(LARGE), "gzip"),
        raw(LARGE[:-1]),
        raw(b""),
        Reply(
            LARGE[:-30],
            headers={"Content-Length": str(len(LARGE)), "Connection": "close"},
        ),
    ],
    ids=[
        "half",
        "no trailer",
        "half a trailer",
        "wrong checksum",
        "rubbish behind",
        "half a second member",
        "not gzip",
        "zlib",
        "one byte short without a length",
        "nothing",
        "shorter than its length",
    ],
)
def test_a_broken_body_is_never_taken_and_tried_again(broken: Reply) -> None:
    with serve(in_turn(broken, broken, Reply(GOOD))) as server:
        parts = fetch(server.url)

    assert [part.body for part in parts] == [b'[{"id": 1}]']
    assert len(server.requests) == 3


def test_a_body_that_stays_broken_is_unavailable() -> None:
    with (
        serve(lambda _: raw(PACKED[:-9], "gzip")) as server,
        pytest.raises(SourceUnavailable, match="gzip body breaks off, 3 attempts"),
    ):
        fetch(server.url)


def test_a_bomb_is_stopped_at_the_cap() -> None:
    bomb = gzip.compress(b"[" + b" " * (64 << 20) + b"]")

    with (
        serve(lambda _: raw(bomb, "gzip")) as server,
        pytest.raises(SourceRejected, match="larger than 1 MB"),
    ):
        fetch(server.url, max_body_mb=1)

    assert len(server.requests) == 1


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip"])
def test_packing_that_was_not_asked_for_is_final(coding: str) -> None:
    with (
        serve(lambda _: raw(b"?", coding)) as server,
        pytest.raises(SourceRejected, match="packed as"),
    ):
        fetch(server.url)


def test_nothing_of_the_environment_is_trusted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    with serve(lambda _: Reply(GOOD)) as server:
        parts = fetch(server.url)

    assert len(parts) == 1


def test_no_log_line_holds_a_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    with serve(
        lambda _: Reply(packed(GOOD), headers={"Content-Encoding": "gzip"})
    ) as s:
        fetch(s.url)

    assert "c4nary" not in caplog.text


def test_the_pace_is_kept_over_all_requests() -> None:
    clock = Clock()
    rows = [[{"id": n}] for n in range(4)]

    def answer(request: Request) -> Reply:
        page = int(request.params["page"])
        return Reply(rows[page - 1] if page <= 4 else [])

    def whole(server: PartnerServer) -> list[Part]:
        one = feed(read={"path": "/c", "page": {"kind": "number", "size": 1}})
        source = {
            "connector": "rest",
            "base_url": server.url,
            "limits": {"per_minute": 3},
        }
        with RestConnector(partner(source, one), Settings(), sleep=clock.sleep) as c:
            return list(c.read(one, ALL, sweep_keys=None))

    with serve(answer) as server:
        whole(server)

    assert len(server.requests) == 5
    assert len(clock.slept) == 2
    assert all(55 < seconds <= 120 for seconds in clock.slept)
