"""Every refusal and failure as one problem (RFC 9457), in one sentence.

What lives here: the exception that routes raise, the media type, and what becomes of
the hub's own errors. What does not: deciding (`hub.sharing.decision`). A problem tells
no value of a row, no key, no path, and no more of what exists than the asker may know.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
import sqlalchemy as sa
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from hub.errors import HubError, MisuseError, ReleaseGone
from hub.sharing.asks import Refused
from hub.sharing.shelf import TornShelf
from hub.storage.faults import AuditUnwritable

LOG = logging.getLogger("hub.serve")
MEDIA = "application/problem+json"
AGAIN = 5  # seconds until it is worth asking again
EVERYWHERE = (405, 500)
FAILED = "The server failed; its operator finds more in its log."


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(description="One sentence: what was seen, and what to do.")
    code: str = Field(description="Stable word for programs.", examples=["unknown"])


class Refusal(Exception):
    """A problem that a route ends with.

    Args:
        status: HTTP status.
        code: stable word for programs.
        detail: one sentence for people.
        headers: e.g. Retry-After.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})


UNKNOWN = "There is nothing of this name here, or it is not granted to you."
_SAID: Mapping[str, str] = {
    "unknown": UNKNOWN,
    "unauthorised": "Send a valid key: Authorization: Bearer hub_….",
    "expired": "The key or the consumer has expired; ask the hub's operator.",
    "revoked": "The key or the consumer was revoked; ask the hub's operator.",
    "purpose": "You may have this for another purpose only; add purpose=… with the "
    "purpose that your grant names.",
}


def refusal_of(refused: Refused) -> Refusal:
    """The problem that tells the asker of a refusal, and no more than it may know."""
    if refused.kind in ("column", "masked"):
        named = ", ".join(refused.columns)
        why = (
            "is not there, or not granted to you"
            if refused.kind == "column"
            else "is masked for you, so rows cannot be chosen or ordered by it"
        )
        detail = f"The column {named} {why}."
    else:
        detail = _SAID[refused.kind]
    headers = {"WWW-Authenticate": "Bearer"} if refused.status == 401 else None
    return Refusal(refused.status, refused.kind, detail, headers)


def answer(refusal: Refusal) -> Response:
    """A problem as it is sent."""
    told: dict[str, Any] = Problem(
        type="about:blank",
        title=HTTPStatus(refusal.status).phrase,
        status=refusal.status,
        detail=refusal.detail,
        code=refusal.code,
    ).model_dump()
    headers = {"Cache-Control": "no-store", **refusal.headers}
    return Response(orjson.dumps(told), refusal.status, headers, MEDIA)


def told_of(error: HubError) -> Refusal:
    """One of the hub's own errors as a problem."""
    if isinstance(error, ReleaseGone):
        return Refusal(410, "release_gone", f"{error.seen}. {error.next_step}")
    if isinstance(error, AuditUnwritable):
        again = {"Retry-After": str(AGAIN)}
        said = "The audit log cannot be written, so nothing is handed over. Ask later."
        return Refusal(503, "audit_down", said, again)
    if isinstance(error, MisuseError):
        return Refusal(400, "misuse", f"{error.seen}. {error.next_step}")
    if isinstance(error, TornShelf):
        said = "What this is read from is damaged and is made anew; ask again later."
        return Refusal(503, "not_ready", said, {"Retry-After": str(AGAIN)})
    return Refusal(500, error.code, "The hub could not do this; its operator was told.")


def install(app: FastAPI) -> None:
    """Make every failure of an app a problem."""

    async def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        return answer(error)

    async def hub_error(_: Request, error: Exception) -> Response:
        assert isinstance(error, HubError)
        refusal = told_of(error)
        if refusal.status >= 500:
            LOG.error("%s", error.sentence)
        return answer(refusal)

    async def no_database(_: Request, error: Exception) -> Response:
        # Its text may hold values, so only its kind is told.
        LOG.error("the control database: %s", type(error).__name__)
        said = "The control database does not answer, so nothing is handed over."
        again = {"Retry-After": str(AGAIN)}
        return answer(Refusal(503, "control_down", said, again))

    async def unforeseen(_: Request, error: Exception) -> Response:
        del error  # the guard around the app logs its kind and place
        return answer(Refusal(500, "failed", FAILED))

    async def invalid(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        where = ", ".join(str(one["loc"][-1]) for one in error.errors())
        return answer(Refusal(400, "parameter", f"It cannot be understood: {where}."))

    async def http(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        said = UNKNOWN if error.status_code == 404 else "There is no such method here."
        status, headers = error.status_code, error.headers
        return answer(Refusal(status, HTTPStatus(status).name.lower(), said, headers))

    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(HubError, hub_error)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(sa.exc.SQLAlchemyError, no_database)
    app.add_exception_handler(Exception, unforeseen)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """These statuses, and those of every route, as OpenAPI tells of them."""
    content = {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        for status in sorted({*statuses, *EVERYWHERE})
    }
