"""Submissions over a real connection that its sender may give up."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from support.push_city import as_csv, case
from support.push_server import CASES, CSV, Met


@pytest.fixture
def served(met: Met) -> Iterator[tuple[Met, str]]:
    """The same behind a real server on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        config = uvicorn.Config(met.app, log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        free.listen()
        port = free.getsockname()[1]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [free]})
        thread.start()
        try:
            yield met, f"127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join()


def test_an_upload_that_its_sender_gives_up_leaves_nothing(
    served: tuple[Met, str],
) -> None:
    met, address = served
    host, port = address.split(":")
    head = (
        f"POST {CASES} HTTP/1.1\r\nHost: {address}\r\n"
        f"Authorization: Bearer {met.key}\r\nIdempotency-Key: a\r\n"
        "Content-Type: text/csv\r\nContent-Length: 1000\r\n\r\n编号"
    )
    with socket.create_connection((host, int(port))) as line:
        line.sendall(head.encode())

    with httpx.Client(base_url=f"http://{address}", trust_env=False) as client:
        own = {"Authorization": f"Bearer {met.key}"}
        sent = client.post(CASES, content=as_csv([case(1)]), headers=CSV | own)
        asked = client.get(sent.headers["Location"], headers=own)

    assert sent.status_code == 202
    assert asked.json()["state"] == "received"
    assert len(met.push.run()) == 1
    assert not left_of(met.push.inbox)


def left_of(inbox: Path) -> list[Path]:
    return [path for path in inbox.rglob("*") if path.is_file()]
