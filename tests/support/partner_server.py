"""A partner system on loopback that answers as a test tells it to, faults included."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """What the partner was asked."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: Any
    sent: bytes = b""


@dataclass(frozen=True)
class Reply:
    """What the partner answers.

    `write` takes over everything after the headers; without a length the
    connection is closed behind it.
    """

    body: object = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    write: Callable[[BinaryIO], None] | None = None

    def content(self) -> bytes:
        """The body as bytes; anything but bytes is sent as JSON."""
        if isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body, ensure_ascii=False).encode()


Answer = Callable[[Request], Reply]


@dataclass
class PartnerServer:
    """A running server: its address and everything it was asked."""

    url: str
    answer: Answer
    requests: list[Request] = field(default_factory=list)

    def asked(self, path: str) -> list[Request]:
        """The requests to one path."""
        return [request for request in self.requests if request.path == path]


@contextmanager
def serve(
    answer: Answer, *, context: ssl.SSLContext | None = None
) -> Iterator[PartnerServer]:
    """Run a server on a free port until the block ends, with TLS if it is told how."""
    state = PartnerServer("", answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._reply()

        def do_POST(self) -> None:
            self._reply()

        def _reply(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length", 0))
            sent = self.rfile.read(length)
            request = Request(
                self.command,
                parts.path,
                dict(parse_qsl(parts.query, keep_blank_values=True)),
                {name.lower(): value for name, value in self.headers.items()},
                _read_body(sent),
                sent,
            )
            state.requests.append(request)
            reply = state.answer(request)
            self.send_response_only(reply.status)
            for name, value in reply.headers.items():
                # A header that stands several times is written with line breaks.
                for line in value.split("\n"):
                    self.send_header(name, line)
            if reply.write is None:
                content = reply.content()
                if "Content-Length" not in reply.headers:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                return
            self.send_header("Connection", "close")
            self.close_connection = True
            self.end_headers()
            try:
                reply.write(self.wfile)
            except OSError:
                return  # the client had enough

        def log_message(self, *_args: object) -> None:
            return

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_args: object) -> None:
            return

    server = Server(("127.0.0.1", 0), Handler)
    scheme = "https" if context else "http"
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    state.url = f"{scheme}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _read_body(sent: bytes) -> Any:
    """JSON as its value; a form or an envelope is none, see `Request.sent`."""
    return json.loads(sent) if sent[:1] in (b"{", b"[") else None


def packed(value: object) -> bytes:
    """A value as gzipped JSON."""
    return gzip.compress(json.dumps(value).encode())
