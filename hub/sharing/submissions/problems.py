"""Failures of submissions as problem+json (RFC 9457), never with a value of a row.

What lives here: from a failure to an answer, and the route class that catches it. What
does not: deciding (`desk`).
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

import orjson
import sqlalchemy as sa
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from hub.errors import HubError
from hub.sharing.submissions.refusals import Refusal
from hub.sharing.submissions.refused import for_people
from hub.storage.faults import AuditUnwritable, StorageUnwritable

MEDIA = "application/problem+json"
ACCEPTED = (
    "application/json, application/x-ndjson, text/csv, "
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)
# Seconds until it is worth asking again; what waits is taken in one after another.
AGAIN = {429: "60", 503: "10"}
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ProblemRoute(APIRoute):
    """A route whose failures are answered as problems."""

    def get_route_handler(self) -> Handler:
        """The handler with its failures caught."""
        handle = super().get_route_handler()

        async def caught(request: Request) -> Response:
            try:
                return await handle(request)
            except HubError as error:
                refused = problem(error)
            except sa.exc.SQLAlchemyError:
                # What a driver says may quote a row.
                refused = told(503, "storage_unavailable", _LATER, "Try again later.")
            except RequestValidationError as error:
                names = ", ".join(str(one["loc"][-1]) for one in error.errors())
                step = "Look it up in /openapi.json."
                seen = f"{names} cannot be understood."
                refused = told(400, "parameter", seen, step)
            except ClientDisconnect:
                return Response(status_code=400)
            return for_people(request, refused)

        return caught


_LATER = "The hub cannot answer now."


def problem(error: HubError) -> Response:
    """The answer to a failure."""
    if isinstance(error, Refusal):
        return told(error.status, error.code, error.sentence, error.next_step)
    if isinstance(error, AuditUnwritable | StorageUnwritable) or error.transient:
        return told(503, error.code, _LATER, "Try again later, under the same key.")
    return told(500, error.code, "The hub failed.", "Tell the hub's operator.")


def told(status: int, code: str, detail: str, step: str) -> Response:
    """A problem of that status."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "next": step,
    }
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="hub", charset="UTF-8"'
    if status == 415:
        headers |= {"Accept-Post": ACCEPTED, "Accept-Encoding": "gzip"}
    if status in AGAIN:
        headers["Retry-After"] = AGAIN[status]
    answer = Response(orjson.dumps(body), status, headers, MEDIA)
    if status == 401:
        # A line of its own: browsers take one line for one challenge.
        answer.headers.append("WWW-Authenticate", "Bearer")
    return answer
