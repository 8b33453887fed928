"""A RabbitMQ that stands for a partner's broker, and a wire that can be cut.

What lives here: finding the broker, queues of a test's own, sending into them, and a
proxy that ends a connection after so many bytes. What does not: reading as the hub
reads (`hub.connectors.queue`).
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

import orjson
import pika
import pytest

LOCAL = "amqp://guest:guest@127.0.0.1:5672/%2F"


def broker_address() -> str:
    """Address of a RabbitMQ, HUB_TEST_AMQP_URL or the one here; else a skip."""
    url = os.environ.get("HUB_TEST_AMQP_URL", LOCAL)
    try:
        pika.BlockingConnection(pika.URLParameters(url)).close()
    except pika.exceptions.AMQPError:
        at = urlsplit(url)
        pytest.skip(f"no RabbitMQ lets us in at {at.hostname}:{at.port}")
    return url


@dataclass(frozen=True)
class Queue:
    """A queue of the partner, and the partner's own connection to fill it."""

    url: str
    name: str
    channel: Any

    def send(self, body: object, **written: Any) -> None:
        """One message; what is not bytes goes as JSON."""
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        properties = pika.BasicProperties(delivery_mode=2, **written)
        self.channel.basic_publish("", self.name, data, properties)

    def send_many(self, bodies: Iterable[object]) -> None:
        """Many messages as JSON, without waiting for word on each."""
        connection = pika.BlockingConnection(pika.URLParameters(self.url))
        channel = connection.channel()
        for body in bodies:
            channel.basic_publish("", self.name, orjson.dumps(body))
        channel.close()
        connection.close()

    def count(self) -> int:
        """Messages that wait and nobody holds."""
        seen = self.channel.queue_declare(self.name, passive=True)
        count = seen.method.message_count
        assert isinstance(count, int)
        return count

    def settle(self, count: int) -> bool:
        """Wait until so many wait: a broker learns of a dead reader in its own time."""
        for _ in range(200):
            if self.count() == count:
                return True
            self.channel.connection.process_data_events(0.05)
        return False


@contextmanager
def fresh_queue(url: str, kind: str = "classic") -> Iterator[Queue]:
    """A durable queue that is gone afterwards."""
    name = f"hub_test_{secrets.token_hex(6)}"
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.confirm_delivery()
    channel.queue_declare(name, durable=True, arguments={"x-queue-type": kind})
    try:
        yield Queue(url, name, channel)
    finally:
        connection.close()
        other = pika.BlockingConnection(pika.URLParameters(url))
        other.channel().queue_delete(name)
        other.close()


class Wire:
    """A way to the broker that a test can cut; every connection goes through it."""

    def __init__(
        self,
        url: str,
        received: int | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Listen; a context manager.

        Args:
            url: the broker.
            received: bytes from the broker after which a connection ends.
            tls: what the near end speaks, and the broker need not.
        """
        self._tls = tls
        at = urlsplit(url)
        self._target = (str(at.hostname), at.port or 5672)
        self._received = received
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        place = f"127.0.0.1:{self._listener.getsockname()[1]}"
        user = at.netloc.rpartition("@")[0]
        scheme = "amqps" if tls else at.scheme
        self.url = at._replace(scheme=scheme, netloc=f"{user}@{place}").geturl()

    def cut(self) -> None:
        """End every connection that there is."""
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_error: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        self.cut()
        for thread in self._threads[1:]:
            thread.join()
        for end in (self._listener, *self._ends):
            end.close()

    def _secured(self, plain: socket.socket) -> socket.socket:
        if self._tls is None:
            return plain
        return self._tls.wrap_socket(plain, server_side=True)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                plain, _ = self._listener.accept()
                self._ends.append(plain)
                try:
                    near = self._secured(plain)
                except ssl.SSLError:
                    continue
                far = socket.create_connection(self._target)
                self._ends += [near, far]
                for way in ((near, far, None), (far, near, self._received)):
                    thread = threading.Thread(target=_pump, args=way)
                    self._threads.append(thread)
                    thread.start()


def _pump(source: socket.socket, sink: socket.socket, left: int | None) -> None:
    with contextlib.suppress(OSError):
        while left is None or left > 0:
            piece = source.recv(4096 if left is None else min(left, 4096))
            if not piece:
                break
            sink.sendall(piece)
            left = left if left is None else left - len(piece)
    for one in (source, sink):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
