"""Readers that ask one thing after the other over connections that stay open.

What lives here: the child that `python -m benchmarks sharing` starts for its load,
with as little of its own as can be, and a server that answers bytes, to know what the
child itself can do. What does not: what is asked for (a file of paths).

    python -m benchmarks.load ask FILE       FILE: url, headers, paths, readers, seconds
    python -m benchmarks.load answer BYTES   prints its port
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import httptools
import uvloop


class Reader(asyncio.Protocol):
    """One connection: sends, takes the answer, notes how long it was, sends again."""

    def __init__(self, requests: list[bytes], seed: int, until: float) -> None:
        self._requests = requests
        self._chance = random.Random(seed)
        self._until = until
        self.taken: list[float] = []
        self.wrong = 0
        self.read = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        self.read += len(data)
        self._parser.feed_data(data)

    def connection_lost(self, _: Exception | None) -> None:
        """Count an answer that did not come."""
        if not self.done.done():
            self.wrong += time.perf_counter() < self._until
            self.done.set_result(None)

    def on_message_complete(self) -> None:
        """Note how long it was, and go on."""
        now = time.perf_counter()
        self.taken.append(now - self._begun)
        self.wrong += self._parser.get_status_code() != 200
        if now < self._until:
            self._ask()
        else:
            self.done.set_result(None)
            self._transport.close()

    def _ask(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._begun = time.perf_counter()
        self._transport.write(self._chance.choice(self._requests))  # type: ignore[attr-defined]


async def ask(given: dict[str, object]) -> dict[str, float]:
    """All readers for some seconds; what they met."""
    address = urlsplit(str(given["url"]))
    lines = "".join(f"{name}: {value}\r\n" for name, value in given["headers"].items())  # type: ignore[attr-defined]
    requests = [
        f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\n{lines}\r\n".encode()
        for path in given["paths"]  # type: ignore[attr-defined]
    ]
    begun = time.perf_counter()
    until = begun + float(given["seconds"])  # type: ignore[arg-type]
    loop = asyncio.get_running_loop()
    readers = []
    for seed in range(int(given["readers"])):  # type: ignore[call-overload]
        _, one = await loop.create_connection(
            lambda seed=seed: Reader(requests, seed, until),  # type: ignore[misc]
            address.hostname,
            address.port,
        )
        readers.append(one)
    await asyncio.gather(*(one.done for one in readers))
    wall = time.perf_counter() - begun
    taken = sorted(second for one in readers for second in one.taken)
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "requests": len(taken),
        "per_second": len(taken) / wall,
        "p50": taken[len(taken) // 2] if taken else 0.0,
        "p99": taken[len(taken) * 99 // 100] if taken else 0.0,
        "wrong": sum(one.wrong for one in readers),
        "bytes": sum(one.read for one in readers),
        "cpu": (spent.ru_utime + spent.ru_stime) / wall,
    }


class Answer(asyncio.Protocol):
    """Answers every request with the same bytes."""

    def __init__(self, body: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\n\r\n"
        self._reply = head.encode() + body

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be ready."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer."""
        # A reader sends one small request and waits: it comes in one piece.
        if data.endswith(b"\r\n\r\n"):
            self._transport.write(self._reply)  # type: ignore[attr-defined]


async def answer(size: int) -> None:
    """Serve until the process is ended."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answer(b"x" * size), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


def main(job: str, given: str) -> None:
    if job == "answer":
        uvloop.run(answer(int(given)))
    else:
        told = uvloop.run(ask(json.loads(Path(given).read_text())))
        sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
