"""What a reader of the served city checks of an answer, and what it sees of a stream.

What lives here: problems, and streams that may break off. What does not: what is asked
(the tests).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import httpx
from support import canaries

CASES = "/datasets/issue/rows"
STREAMS = {
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
    "arrow": "application/vnd.apache.arrow.stream",
    "parquet": "application/vnd.apache.parquet",
}
INSIDE = ("Traceback", 'File "', "sqlite", "SQLAlchemy", "polars", "/tmp", "/home")


def is_problem(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert set(told) == {"type", "title", "status", "detail", "code"}
    assert (told["status"], told["code"]) == (status, code)
    assert told["detail"].strip()
    assert len(told["detail"]) < 400
    for word in (*INSIDE, *canaries.SECRETS, *canaries.CALLS, *canaries.REPORTERS):
        assert word not in answer.text


def streamed(
    client: httpx.Client, port: int, path: str, headers: dict[str, str]
) -> tuple[bytes, bool]:
    """Bytes of a stream, and whether it came to its end."""
    got = b""
    url = f"http://127.0.0.1:{port}/api/v1{path}"
    try:
        with client.stream("GET", url, headers=headers) as answer:
            assert answer.status_code in (200, 206)
            for piece in answer.iter_raw():
                got += piece
    except httpx.RemoteProtocolError:
        return got, False
    return got, True


def until(holds: Callable[[], bool]) -> None:
    """Wait for what another thread does; no longer than a slow machine takes."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        threading.Event().wait(0.01)
