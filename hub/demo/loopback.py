"""A small HTTP server on the loopback, run in a thread while a context is open.

What lives here: binding, starting and stopping. The socket listens before the
thread begins, so that whoever connects first simply waits for the answer. What
does not: what is answered (`platform`, `district_api`).
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from starlette.applications import Starlette

HOST = "127.0.0.1"
PATIENCE_SECONDS = 5


@contextmanager
def serve(app: Starlette) -> Iterator[str]:
    """Serve an application; gives its base address, such as `http://127.0.0.1:4711`.

    Connections that are still open are cut when the context ends.
    """
    listener = socket.create_server((HOST, 0))
    port = listener.getsockname()[1]
    config = uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = Thread(
        target=server.run,
        kwargs={"sockets": [listener]},
        name=f"demo:{port}",
        daemon=True,
    )
    thread.start()
    try:
        yield f"http://{HOST}:{port}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)
        listener.close()
