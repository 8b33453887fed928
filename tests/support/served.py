"""The served city as its readers meet it: an application, and a server on loopback.

What lives here: opening both over a home, and asking as a consumer by name. What does
not: the home (`served_city`), who may see what (`served_consumers`).
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
import orjson
import uvicorn
from starlette.types import ASGIApp
from support.served_city import ServedCity
from support.served_consumers import add_everybody

from hub.flow.house import House
from hub.flow.release import find_release
from hub.sharing.api.app import make_app
from hub.sharing.api.hand import Hand
from hub.sharing.api.service import Options, Service

MANY = 1_000_000
KEYS = "keys.json"  # beside the home, not in it


class Client:
    """Asks an application within this process, from a loop of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        transport = httpx.ASGITransport(app)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://hub")

    def request(self, method: str, url: str, **more: Any) -> httpx.Response:
        """One answer, whole."""
        asked = self._client.request(method, url, **more)
        told: Future[httpx.Response] = asyncio.run_coroutine_threadsafe(
            asked, self._loop
        )
        return told.result(timeout=120)

    def get(self, url: str, **more: Any) -> httpx.Response:
        """The answer to a GET."""
        return self.request("GET", url, **more)

    def close(self) -> None:
        """Stop the loop."""
        asyncio.run_coroutine_threadsafe(self._client.aclose(), self._loop).result()
        ended = self._loop.shutdown_default_executor()
        asyncio.run_coroutine_threadsafe(ended, self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@dataclass(frozen=True)
class Served:
    """A home that is served, and the keys of its consumers."""

    city: ServedCity
    house: House
    service: Service
    app: ASGIApp
    client: Client
    keys: dict[str, str | None]

    def headers(self, who: str, **more: str) -> dict[str, str]:
        """Headers of an ask by a consumer."""
        key = self.keys[who]
        told = {} if key is None else {"Authorization": f"Bearer {key}"}
        return told | {name.replace("_", "-"): value for name, value in more.items()}

    def get(self, path: str, who: str = "nobody", **more: Any) -> httpx.Response:
        """Ask for something under `/api/v1`, or for a path that begins with `//`."""
        url = path[1:] if path.startswith("//") else f"/api/v1{path}"
        headers = self.headers(who, **more.pop("headers", {}))
        return self.client.get(url, headers=headers, **more)

    def entries(self) -> list[dict[str, Any]]:
        """All entries of the audit log, in their order."""
        import sqlalchemy as sa

        from hub.storage.audit_tables import ENTRY

        with self.house.control.engine.connect() as connection:
            found = connection.execute(sa.select(ENTRY).order_by(ENTRY.c.number))
            return [dict(row) for row in found.mappings()]


def made_ready(city: ServedCity) -> None:
    """Add the consumers and make the release ready, once for all copies."""
    house = city.house()
    keys = orjson.dumps(add_everybody(house))
    (city.folder / KEYS).write_bytes(keys)
    Hand(house).prepare(find_release(house, None))
    house.control.close()


@contextmanager
def served_from(city: ServedCity) -> Iterator[Served]:
    """Serve a home that was made ready."""
    house = city.house()
    keys = orjson.loads((city.folder / KEYS).read_bytes())
    service = Service(house, Options(per_minute=MANY))
    service.hand.prepare(find_release(house, None))
    app = make_app(service)
    client = Client(app)
    try:
        yield Served(city, house, service, app, client, keys)
    finally:
        client.close()
        service.close()
        house.control.close()


@contextmanager
def listening(app: ASGIApp) -> Iterator[int]:
    """The port of a real server of an application, without its lifespan."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        while not server.started:
            threading.Event().wait(0.01)
        try:
            yield int(bound.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


def raw_answer(port: int, request: bytes) -> bytes:
    """All bytes that a server sends to a request before it closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as link:
        link.sendall(request)
        found = b""
        with suppress(ConnectionResetError):
            while piece := link.recv(65_536):
                found += piece
        return found
