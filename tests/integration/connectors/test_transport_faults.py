"""What a hostile or broken server does to a request, and what becomes of it.

Each fault ends in a whole answer, a passing failure or a final one, and never in
fewer rows than the partner sent.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import BinaryIO

import pytest
from support.faulty_partner import GOOD, assert_quiet, fetch, in_turn
from support.partner_server import Reply, serve
from support.rest_partner import Clock

from hub.errors import DeclarationError, SourceRejected, SourceUnavailable


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
    ids=["long", "in three hours", "past", "no time", "none"],
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


def test_a_redirect_elsewhere_is_not_followed_and_no_header_leaves_us() -> None:
    with serve(lambda _: Reply(GOOD)) as other:
        there = f"http://localhost:{other.url.rpartition(':')[2]}/c4nary"
        moved = Reply(status=302, headers={"Location": there})
        with (
            serve(lambda _: moved) as server,
            pytest.raises(SourceRejected, match="leads to localhost") as failed,
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


def test_a_refused_signature_tells_of_clocks_that_differ() -> None:
    late = format_datetime(datetime.now(UTC) - timedelta(minutes=10))

    with (
        serve(lambda _: Reply(status=401, headers={"Date": late})) as server,
        pytest.raises(SourceRejected, match=r"clock is (599|600|601) s behind ours"),
    ):
        fetch(server.url)
