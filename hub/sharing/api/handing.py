"""Rows handed over: a page as JSON, or a stream; the audit knows before they leave.

What lives here: answers to an ask that was allowed. What does not: deciding about it
and finding rows (`rows`), forms (`hub.sharing.wire`).
"""

from __future__ import annotations

import hashlib
import io
from asyncio import shield, wrap_future
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from threading import Lock
from types import MappingProxyType
from typing import NamedTuple

import orjson
import polars as pl
from anyio.to_thread import run_sync
from fastapi import Request
from starlette.responses import Response

from hub.sharing.api.asking import LIMIT
from hub.sharing.api.rows import Found
from hub.sharing.api.service import Service
from hub.sharing.api.streamed import Counted, Streamed, asked_range, span_of
from hub.sharing.api.tokens import Token
from hub.sharing.shelf.asking import After
from hub.sharing.wire import COLUMNAR, FORMS, Rows, encoded
from hub.storage.audit import Begun
from hub.storage.audit_entries import Outcome

BITE = 20_000  # rows found and taken at a time
LENGTHS = 256  # streams whose length is remembered
UNCHANGED = Outcome(result="delivered", reason="not modified", row_count=0)


class Made(NamedTuple):
    """An answer that waits for the audit; `headers` beside those of every answer."""

    body: bytes
    status: int
    outcome: Outcome
    headers: Mapping[str, str] = MappingProxyType({})


def headers_of(found: Found) -> dict[str, str]:
    """Headers of every answer with rows."""
    media = FORMS[found.form]
    charset = f"; charset={media.charset}" if media.charset else ""
    return {
        "Content-Type": media.type + charset,
        "ETag": found.etag,
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, Accept",
        "Hub-Release": found.release.id,
    }


async def answer(
    service: Service, request: Request, ask: Callable[[], Found]
) -> Response:
    """Hand over what is asked; its first byte leaves after the audit has it.

    Pages are made by few threads: more of them only get into each other's way. Who
    waits for the disk, for the audit or for rows that are hard to find holds none.

    Args:
        service: the server's.
        request: for the headers, and the address of the next page.
        ask: decides, and raises what keeps it from being handed over.
    """

    def begin() -> tuple[Found, Made | None]:
        found = ask()
        if _is_known(request.headers.get("if-none-match"), found.etag):
            return found, Made(b"", 304, UNCHANGED)
        if found.form != "json":
            return found, None
        places = found.places_soon(_begin(found), _size(found) + 1)
        return found, None if places is None else _page(found, request, places)

    found, made = await run_sync(begin, limiter=service.lane)
    if made is None and found.form != "json":
        return await run_sync(_stream, found, request)
    if made is None:
        places = await run_sync(found.places, _begin(found), _size(found) + 1)
        made = await run_sync(_page, found, request, places, limiter=service.lane)
    # Shielded: what the journal writes it tells, whether somebody still waits or not.
    await shield(wrap_future(service.journal.put(found.handover, made.outcome)))
    headers = {**headers_of(found), **made.headers}
    return Response(made.body, made.status, headers)


def _is_known(header: str | None, etag: str) -> bool:
    if header is None:
        return False
    told = {one.strip().removeprefix("W/") for one in header.split(",")}
    return "*" in told or etag in told


def _size(found: Found) -> int:
    """Rows of a page at most."""
    return found.asked.limit or LIMIT


def _page(found: Found, request: Request, places: list[After]) -> Made:
    limit, headers, token = _size(found), {}, None
    frame = found.told([one.number for one in places[:limit]])
    if len(places) > limit:
        question = found.asked.question(found.allowed.dataset)
        token = found.service.tokens.written(
            Token(found.release.id, question, places[limit - 1])
        )
        following = request.url.include_query_params(after=token)
        headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    body = orjson.dumps(
        {
            "release": found.release.id,
            "as_of": found.release.published_at,
            "columns": found.names,
            "rows": orjson.Fragment(_as_json(frame)),
            "next": token,
        },
        option=orjson.OPT_UTC_Z,
    )
    outcome = Outcome(
        result="delivered",
        row_count=len(frame),
        byte_count=len(body),
        digest=hashlib.sha256(body).hexdigest(),
    )
    return Made(body, 200, outcome, headers)


def _as_json(frame: pl.DataFrame) -> bytes:
    """Rows as a list of objects; never as text, which would be decoded and encoded."""
    out = io.BytesIO()
    frame.write_json(out)
    return out.getvalue()


def _stream(found: Found, request: Request) -> Response:
    asked = asked_range(
        request.headers.get("range"), request.headers.get("if-range"), found.etag
    )
    # The first rows are found before anything is said: what fails now fails whole.
    found.places(_begin(found), 1)
    total = None if asked is None else LENGTHS_KNOWN.of(found)
    span = None if asked is None or total is None else span_of(asked, total)
    journal = found.service.journal
    begun: Begun = journal.begin(found.handover)
    counted = Counted()
    headers = {**headers_of(found), "Accept-Ranges": "bytes"}
    return Streamed(
        pieces(found, counted),
        counted=counted,
        objection=found.objection,
        journal=journal,
        begun=begun,
        seconds=found.service.options.stream_seconds,
        headers=headers,
        span=span,
        total=total,
    )


def pieces(found: Found, counted: Counted) -> Iterator[bytes]:
    """All rows asked for, in the form asked for; the same bytes for the same ETag."""

    def frames() -> Iterator[Rows]:
        for frame in _frames(found):
            counted.rows += len(frame)
            yield frame

    return encoded(found.form, found.empty, frames())


def _begin(found: Found) -> After | None:
    return found.asked.token.after if found.asked.token else None


def _frames(found: Found) -> Iterator[Rows]:
    after, left = _begin(found), found.asked.limit
    is_all = found.allowed.rows.is_all and not found.conditions and found.order is None
    if is_all and left is None:
        for batch in found.shelf.batches(found.reads, after):
            told = found.shown.batch(batch)
            yield told if found.form in COLUMNAR else pl.DataFrame(told)
        return
    while left is None or left > 0:
        places = found.places(after, BITE if left is None else min(left, BITE))
        if not places:
            return
        yield found.rows([one.number for one in places])
        after = places[-1]
        left = None if left is None else left - len(places)


class _Lengths:
    """How long streams are, by ETag: a range of one can only be told with its end."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def of(self, found: Found) -> int:
        """The length; the stream is made once for it where it is not known."""
        with self._lock:
            known = self._known.get(found.etag)
        if known is None:
            known = sum(len(piece) for piece in pieces(found, Counted()))
            with self._lock:
                self._known[found.etag] = known
                while len(self._known) > LENGTHS:
                    self._known.popitem(last=False)
        return known


LENGTHS_KNOWN = _Lengths()
