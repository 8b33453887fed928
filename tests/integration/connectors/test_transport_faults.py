"""What a hostile or broken server does to a request, and what becomes of it.

Numbers are those of the fault matrix in the reliability notes of the project: each
fault ends in a whole answer, a passing failure, or a final one, and never in rows
that are fewer than the partner sent.
"""

from __future__ import annotations

import gzip
import json
import logging
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import BinaryIO

import pytest
from support.declared import feed, partner
from support.partner_server import PartnerServer, Reply, Request, packed, serve

from hub.connectors.base import Delivery, Part
from hub.connectors.rest import RestConnector
from hub.errors import DeclarationError, HubError, SourceRejected, SourceUnavailable
from hub.settings import Settings

ALL = Delivery("all", until=datetime(2026, 9, 28, tzinfo=UTC))
FEED = feed(read={"path": "/cases", "params": {"access_token": "c4nary"}})
GOOD = [{"id": 1}]
LARGE = json.dumps([{"id": "x" * 50, "n": n} for n in range(500)]).encode()


class Clock:
    """Sleeps that take no time and are remembered."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Take note and go on."""
        self.slept.append(seconds)


def fetch(url: str, *, clock: Clock | None = None, **limits: float) -> list[Part]:
    declared = partner(
        {
            "connector": "rest",
            "base_url": url,
            "limits": {"attempts": 3, "timeout_seconds": 5} | limits,
            "auth": {"kind": "bearer", "token": "env:TOKEN"},
        },
        FEED,
    )
    settings = Settings(environment={"TOKEN": "c4nary-bearer"})
    with RestConnector(declared, settings, sleep=(clock or Clock()).sleep) as one:
        return list(one.read(FEED, ALL, sweep_keys=None))


def in_turn(*replies: Reply) -> Callable[[Request], Reply]:
    """Answers one after the other, the last one for ever."""
    left = list(replies)
    return lambda _request: left.pop(0) if len(left) > 1 else left[0]


def raw(content: bytes, coding: str | None = None) -> Reply:
    """A body without a length, the connection closed behind it."""

    def write(file: BinaryIO) -> None:
        file.write(content)

    headers = {"Content-Encoding": coding} if coding else {}
    return Reply(headers=headers, write=write)


def assert_quiet(error: HubError) -> None:
    """No secret, no query and no header in the sentence."""
    assert "c4nary" not in str(error)
    assert "access_token" not in str(error)
    assert error.partner == "qiaokou"
    assert error.feed == "cases"


def test_throttling_is_obeyed_and_the_page_asked_again() -> None:
    clock = Clock()
    busy = Reply(status=429, headers={"Retry-After": "7"})

    with serve(in_turn(busy, busy, Reply(GOOD))) as server:
        parts = fetch(server.url, clock=clock)

    assert len(parts) == 1
    assert clock.slept == [7, 7]


@pytest.mark.parametrize(
    ("header", "low", "high"),
    [
        ("1000000000", 60, 60),
        (format_datetime(datetime.now(UTC) + timedelta(hours=3)), 60, 60),
        ("Wed, 01 Jan 2020 00:00:00 GMT", 0, 0),
        ("soon", 0.9, 2.1),
        (None, 0.9, 2.1),
    ],
)
def test_waiting_is_never_longer_than_a_minute(
    header: str | None, low: float, high: float
) -> None:
    clock = Clock()
    busy = Reply(status=503, headers={"Retry-After": header} if header else {})

    with serve(in_turn(busy, Reply(GOOD))) as server:
        fetch(server.url, clock=clock)

    assert low <= clock.slept[0] <= high


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_passing_failures_are_tried_again_a_few_times_only(status: int) -> None:
    with (
        serve(lambda _: Reply(status=status)) as server,
        pytest.raises(SourceUnavailable, match=f"HTTP {status}, 3 attempts") as failed,
    ):
        fetch(server.url)

    assert len(server.requests) == 3
    assert_quiet(failed.value)


@pytest.mark.parametrize("status", [400, 404, 405, 410, 413, 415, 422, 501, 505])
def test_final_failures_are_not_tried_again(status: int) -> None:
    with (
        serve(lambda _: Reply(status=status)) as server,
        pytest.raises(SourceRejected, match=f"HTTP {status}") as failed,
    ):
        fetch(server.url)

    assert len(server.requests) == 1
    assert_quiet(failed.value)


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_are_called_by_name(status: int) -> None:
    with (
        serve(lambda _: Reply(status=status)) as server,
        pytest.raises(SourceRejected, match="refused our credentials") as failed,
    ):
        fetch(server.url)

    assert len(server.requests) == 1
    assert_quiet(failed.value)


def test_a_redirect_is_not_followed_and_no_header_leaves_us() -> None:
    with serve(lambda _: Reply(GOOD)) as other:
        there = f"http://localhost:{other.url.rpartition(':')[2]}/c4nary"
        moved = Reply(status=302, headers={"Location": there})
        with (
            serve(lambda _: moved) as server,
            pytest.raises(SourceRejected, match="redirects to localhost") as failed,
        ):
            fetch(server.url)

    assert other.requests == []
    assert_quiet(failed.value)


def test_a_slow_drip_ends_at_the_total_deadline() -> None:
    over = threading.Event()

    def drip(file: BinaryIO) -> None:
        while not over.wait(0.02):
            file.write(b" ")
            file.flush()

    began = time.monotonic()
    with (
        serve(lambda _: Reply(write=drip)) as server,
        pytest.raises(SourceUnavailable, match=r"within 0\.3 s"),
    ):
        fetch(server.url, timeout_seconds=0.3, attempts=1)

    over.set()
    assert time.monotonic() - began < 2


@contextmanager
def rude(behave: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """A server below HTTP."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)

        def run() -> None:
            try:
                while not over.is_set():
                    connection, _ = listener.accept()
                    with connection:
                        behave(connection, over)
            except OSError:
                return

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            # Wake the listener, whatever it waits for.
            socket.create_connection(listener.getsockname(), 1).close()
            thread.join()


def test_a_drip_of_headers_ends_at_the_total_deadline_too() -> None:
    def drip(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not over.wait(0.02):
            connection.sendall(b"x")

    began = time.monotonic()
    with rude(drip) as url, pytest.raises(SourceUnavailable, match="complete answer"):
        fetch(url, timeout_seconds=0.3, attempts=1)

    assert time.monotonic() - began < 2


def test_silence_after_the_headers_is_a_passing_failure() -> None:
    def hang(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(1 << 16)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
        over.wait(3)

    with rude(hang) as url, pytest.raises(SourceUnavailable, match="complete answer"):
        fetch(url, timeout_seconds=0.2, attempts=1)


def test_a_reset_in_the_middle_is_a_passing_failure() -> None:
    def reset(connection: socket.socket, _over: threading.Event) -> None:
        connection.recv(1 << 16)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[1,2")
        linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    with rude(reset) as url, pytest.raises(SourceUnavailable, match="broke off"):
        fetch(url)


def test_a_closed_port_is_a_passing_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(SourceUnavailable, match="could not be reached") as failed:
        fetch(f"http://127.0.0.1:{port}")

    assert_quiet(failed.value)


def test_an_address_without_a_scheme_is_final() -> None:
    with pytest.raises((SourceRejected, DeclarationError)):
        fetch("partner.invalid")


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


def test_a_refused_signature_tells_of_clocks_that_differ() -> None:
    late = format_datetime(datetime.now(UTC) - timedelta(minutes=10))

    with (
        serve(lambda _: Reply(status=401, headers={"Date": late})) as server,
        pytest.raises(SourceRejected, match=r"clock is (599|600|601) s behind ours"),
    ):
        fetch(server.url)
