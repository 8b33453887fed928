"""A PostgreSQL server that lets nobody in.

What lives here: as much of the protocol as it takes to refuse a login, in the words
of the real server. What does not: a server that answers; `postgres_url` is one.
"""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ENCRYPTION = {80877103, 80877104}  # may we speak TLS, may we speak GSS


@contextmanager
def refusing(state: str, words: str) -> Iterator[int]:
    """The port of a server that ends every login with this SQLSTATE and message."""
    fields = f"SFATAL\0VFATAL\0C{state}\0M{words}\0\0".encode()
    refusal = b"E" + struct.pack("!i", 4 + len(fields)) + fields

    class Login(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while self._asked() in ENCRYPTION:
                self.wfile.write(b"N")
            self.wfile.write(refusal)

        def _asked(self) -> int:
            (size,) = struct.unpack("!i", self.rfile.read(4))
            (code,) = struct.unpack("!i", self.rfile.read(size - 4)[:4])
            return int(code)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Login) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
