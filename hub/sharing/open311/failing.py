"""Refusals in GeoReport's own error form, and all that this view does not do.

What lives here: the route that tells every failure as GeoReport does, and the one that
catches what no route of the view is. What does not: the hub's problems
(`hub.sharing.api.problems`): its handlers speak, and only the form is another.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Coroutine
from inspect import iscoroutinefunction
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hub.sharing.api.problems import UNKNOWN, Refusal
from hub.sharing.api.service import Service
from hub.sharing.open311.form import error

PREFIX = "/open311/v2"
OWN = ("content-type", "content-length", "cache-control")
FAILED = "The server failed; its operator finds more in its log."
LOG = logging.getLogger("hub.serve")
WRITES = ("POST", "PUT", "PATCH", "DELETE")
READ_ONLY = "This view is read-only: report a problem where the city takes reports."


class GeoRoute(APIRoute):
    """A route whose refusals have the form that a reader of GeoReport knows."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with its failures told."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await inner(request)
            except Exception as problem:  # noqa: BLE001 - its text may hold values
                return error(await _told(request, problem), request.url.path)

        return handle


async def _told(request: Request, problem: Exception) -> Refusal:
    """What the hub's own handler does and says about a failure.

    Of one that none expects only kind and place are logged, as the guard does.
    """
    handlers = request.app.exception_handlers
    kinds = [one for one in type(problem).__mro__ if one in handlers]
    if not kinds or kinds[0] is Exception:
        place = traceback.extract_tb(problem.__traceback__)[-1]
        LOG.error("%s at %s:%s", type(problem).__name__, place.name, place.lineno)
        return Refusal(500, "failed", FAILED)
    handler = handlers[kinds[0]]
    if iscoroutinefunction(handler):
        answer = await handler(request, problem)
    else:
        answer = await run_in_threadpool(handler, request, problem)
    said = orjson.loads(answer.body)
    headers = {name: value for name, value in answer.headers.items() if name not in OWN}
    return Refusal(answer.status_code, said["code"], said["detail"], headers)


def rest(service: Service) -> APIRouter:
    """What no other route takes: nothing is there, and nothing is written."""
    routes = APIRouter(prefix=PREFIX, route_class=GeoRoute)

    @routes.api_route("/{rest:path}", methods=["GET", *WRITES], include_in_schema=False)
    def other(request: Request) -> Response:
        service.caller(request)
        if request.method == "GET":
            raise Refusal(404, "unknown", UNKNOWN)
        raise Refusal(405, "method_not_allowed", READ_ONLY, {"Allow": "GET"})

    return routes
