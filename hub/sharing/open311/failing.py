"""Refusals in GeoReport's own error form, and all that this view does not do.

What lives here: the route that tells every failure as GeoReport does, and the one that
catches what no route of the view is. What does not: the hub's problems
(`hub.sharing.api.problems`), from which they are made.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import Response

from hub.errors import HubError
from hub.sharing.api.problems import UNKNOWN, Refusal, told_of
from hub.sharing.api.service import Service
from hub.sharing.open311.form import error

PREFIX = "/open311/v2"
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
            except Refusal as refusal:
                found = refusal
            except RequestValidationError as problem:
                where = ", ".join(str(one["loc"][-1]) for one in problem.errors())
                found = Refusal(400, "parameter", f"It cannot be understood: {where}.")
            except HubError as problem:
                found = told_of(problem)
            return error(found, request.url.path)

        return handle


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
