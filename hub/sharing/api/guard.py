"""Around every request: not too many at once, no failure that tells more than it may.

What lives here: the outermost layer of the server. What does not: quotas of a caller
(`quotas`), the hub's own errors (`problems`). What an unexpected failure says may hold
values; so only its kind and place are logged.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Mapping

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.sharing.api.counts import REQUESTS, SECONDS
from hub.sharing.api.problems import FAILED, Refusal, answer
from hub.sharing.api.quotas import Quotas
from hub.telling import log_fields

LOG = logging.getLogger("hub.serve")
Told = Callable[[Refusal, str], Response]
ALWAYS = frozenset({"/healthz", "/readyz", "/metrics"})
# Whoever asks may name any method; each would be a figure of its own for ever.
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


class Guard:
    """An ASGI application around another one.

    Args:
        app: the one that answers.
        quotas: how many requests are worked on.
        told: beginnings of paths, and how a refusal is told under them.
    """

    def __init__(
        self, app: ASGIApp, quotas: Quotas, told: Mapping[str, Told] | None = None
    ) -> None:
        self._app = app
        self._quotas = quotas
        self._told = told or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.monotonic(), 0

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            if scope["path"] in ALWAYS:
                await self._app(scope, receive, told)
            else:
                with self._quotas.working():
                    await self._app(scope, receive, told)
        except Refusal as refusal:
            await self._answer(refusal, scope["path"])(scope, receive, told)
        except Exception as problem:  # noqa: BLE001 - its text may hold values
            place = traceback.extract_tb(problem.__traceback__)[-1]
            LOG.error("%s at %s:%s", type(problem).__name__, place.name, place.lineno)
            if status == 0:
                failed = Refusal(500, "failed", FAILED)
                await self._answer(failed, scope["path"])(scope, receive, told)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            method = scope["method"] if scope["method"] in METHODS else "other"
            seconds = time.monotonic() - begun
            REQUESTS.labels(method, route, status).inc()
            SECONDS.labels(route).observe(seconds)
            log_fields(
                LOG.name,
                logging.INFO,
                "request served",
                {
                    "method": method,
                    "route": route,
                    "status": status,
                    "seconds": round(seconds, 4),
                },
            )

    def _answer(self, refusal: Refusal, path: str) -> Response:
        for begin, form in self._told.items():
            if path.startswith(begin):
                return form(refusal, path)
        return answer(refusal)
