"""Submissions over HTTP: send, ask, look, fetch the rejected rows.

What lives here: headers and bytes on their way to the desk, and its answers on their
way out. What does not: the server, its limits and its documentation, into which this is
mounted; any decision (`desk`).
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, suppress
from email.message import Message
from pathlib import PurePosixPath
from typing import Annotated, BinaryIO

import orjson
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hub.sharing.api.problems import documented
from hub.sharing.asks import Refused, Who
from hub.sharing.callers import Callers
from hub.sharing.submissions.coding import Unpacking, is_packed
from hub.sharing.submissions.desk import SubmissionDesk
from hub.sharing.submissions.page import POLICY, Language, status_page
from hub.sharing.submissions.problems import ProblemRoute
from hub.sharing.submissions.refusals import Busy, FormUnknown, Unauthorised
from hub.sharing.submissions.refused import documented_page
from hub.sharing.submissions.upload import Claim, Upload, too_much
from hub.storage.submissions import Submission

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = {
    "application/json": "json",
    "application/x-ndjson": "jsonl",
    "application/ndjson": "jsonl",
    "application/jsonl": "jsonl",
    "application/jsonlines": "jsonl",
    "text/csv": "csv",
    "application/csv": "csv",
    XLSX: "xlsx",
}
TEXTS = {"json", "jsonl", "csv"}
PATIENCE = 600.0
PIECE = 1 << 18
CLOSED = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
BODIES = {
    "required": True,
    "content": {media: {"schema": {"type": "string"}} for media in FORMS},
}
PACKED = {
    "name": "Content-Encoding",
    "in": "header",
    "required": False,
    "description": "gzip, where the body comes packed; size and digest of the receipt "
    "are those of the body unpacked.",
    "schema": {"type": "string", "enum": ["gzip", "identity"]},
}
Recognise = Callable[[Request], Who]


def router(
    desk: SubmissionDesk,
    *,
    recognise: Recognise | None = None,
    prefix: str = "/api/v1",
    patience: float = PATIENCE,
) -> APIRouter:
    """The routes of submissions.

    Args:
        desk: the door.
        recognise: from a request to who sends it, raising `Unauthorised`; by default
            the consumer of the key in `Authorization: Bearer`, or in Basic as password.
        prefix: of every path.
        patience: seconds that one submission may take to come.
    """
    who_is = recognise or by_key(Callers(desk.house.control.engine))
    made = APIRouter(prefix=prefix, tags=["submissions"], route_class=ProblemRoute)

    @made.post(
        "/submissions/{partner}/{feed}",
        status_code=202,
        responses=documented(400, 401, 404, 409, 413, 415, 422, 429, 503),
        openapi_extra={"requestBody": BODIES, "parameters": [PACKED]},
    )
    async def send(
        request: Request,
        partner: str,
        feed: str,
        idempotency_key: Annotated[str | None, Header()] = None,
    ) -> Response:
        """Send rows of a feed as JSON, NDJSON, CSV or XLSX."""
        who = await run_in_threadpool(who_is, request)
        form, encoding = _form(request)
        packed = is_packed(request.headers.getlist("content-encoding"))
        claim = await run_in_threadpool(
            lambda: desk.claim(
                partner,
                feed,
                who,
                key=idempotency_key,
                form=form,
                encoding=encoding,
                name=_file_name(request),
            )
        )
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) > claim.most:
            raise too_much(claim)
        try:
            async with asyncio.timeout(patience):
                sent = await _take(desk, claim, request, packed=packed)
        except TimeoutError:
            raise Busy(
                "take the submission",
                seen=f"it did not come whole within {patience:g} s",
                next_step="Nothing was kept. Send it again under the same key.",
            ) from None
        desk.received()
        where = f"{prefix}/submissions/{sent.receipt}"
        told = {
            "receipt": sent.receipt,
            "partner": sent.partner,
            "feed": sent.feed,
            "received_at": sent.received_at,
            "bytes": sent.size,
            "sha256": sent.sha256,
            "status": where,
            "page": f"{where}/page",
            "workbook": f"{where}/workbook",
        }
        return _json(told, 202, {"Location": where})

    @made.get("/submissions/{receipt}", responses=documented(400, 401, 404, 429, 503))
    def ask(request: Request, receipt: str) -> Response:
        """Counts and findings of a submission."""
        status = desk.status(receipt, who_is(request))
        return _json(status.as_data(), 200)

    @made.get(
        "/submissions/{receipt}/page",
        response_class=HTMLResponse,
        responses=documented_page(400, 401, 404, 429, 503),
    )
    def look(
        request: Request, receipt: str, lang: Annotated[Language, Query()] = "zh"
    ) -> Response:
        """The same for people."""
        status = desk.status(receipt, who_is(request))
        text = status_page(desk.house, status, lang)
        return HTMLResponse(text, headers=CLOSED | {"Content-Security-Policy": POLICY})

    @made.get(
        "/submissions/{receipt}/workbook",
        response_class=StreamingResponse,
        responses=documented_page(400, 401, 404, 429, 503)
        | {200: {"content": {XLSX: {}}}},
    )
    async def fetch(request: Request, receipt: str) -> Response:
        """The rows that are out today, to be corrected and sent in again."""
        who = await run_in_threadpool(who_is, request)
        address = request.client.host if request.client else None
        opened = desk.workbook(receipt, who, address=address)
        out, _ = await run_in_threadpool(opened.__enter__)
        name = f'attachment; filename="{receipt}.xlsx"'
        return StreamingResponse(
            _pieces(opened, out),
            media_type=XLSX,
            headers=CLOSED | {"Content-Disposition": name},
        )

    return made


def by_key(callers: Callers) -> Recognise:
    """Who sends a request, by the key that it bears."""

    def recognise(request: Request) -> Who:
        found = callers.recognise(_key(request.headers.get("authorization", "")))
        if isinstance(found, Refused):
            raise Unauthorised(
                "recognise the sender",
                seen="there is no valid key",
                next_step="Send Authorization: Bearer with the key of the consumer.",
            )
        return found

    return recognise


def _key(header: str) -> str:
    """The key of a header. A browser asks for it as the password of any user."""
    scheme, _, told = header.partition(" ")
    if scheme.lower() == "bearer":
        return told.strip()
    if scheme.lower() == "basic":
        try:
            plain = base64.b64decode(told.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return ""
        return plain.partition(":")[2]
    return ""


def _form(request: Request) -> tuple[str, str | None]:
    """Form and encoding that a request declares."""
    told = Message()
    told["content-type"] = request.headers.get("content-type", "")
    form = FORMS.get(told.get_content_type())
    if form is None:
        raise FormUnknown(
            "take the submission",
            seen="its Content-Type is none that is taken",
            next_step="Send JSON, NDJSON, CSV or XLSX, and say which.",
        )
    return form, told.get_content_charset() if form in TEXTS else None


def _file_name(request: Request) -> str | None:
    """What the sender calls the file, without its folder."""
    header = request.headers.get("content-disposition")
    if header is None:
        return None
    told = Message()
    # Headers come as Latin-1; many write UTF-8 into them.
    with suppress(UnicodeError):
        header = header.encode("latin-1").decode()
    told["content-disposition"] = header
    name = PurePosixPath((told.get_filename() or "").replace("\\", "/")).name
    return "".join(sign for sign in name if sign.isprintable()) or None


async def _take(
    desk: SubmissionDesk, claim: Claim, request: Request, *, packed: bool
) -> Submission:
    upload = desk.upload(claim)
    await run_in_threadpool(upload.__enter__)
    try:
        taking: Unpacking | Upload = Unpacking(upload, claim) if packed else upload
        async for piece in request.stream():
            if piece:
                await run_in_threadpool(taking.add, piece)
        sent, _ = await run_in_threadpool(taking.finish)
    finally:
        # Not in a thread: it must happen even where the task was given up.
        upload.__exit__(None, None, None)
    return sent


async def _pieces(
    opened: AbstractContextManager[tuple[BinaryIO, int]], out: BinaryIO
) -> AsyncIterator[bytes]:
    try:
        while piece := await run_in_threadpool(out.read, PIECE):
            yield piece
    finally:
        opened.__exit__(None, None, None)


def _json(
    value: object, status: int, headers: dict[str, str] | None = None
) -> Response:
    body = orjson.dumps(value, option=orjson.OPT_UTC_Z)
    return Response(body, status, CLOSED | (headers or {}), "application/json")
