"""A stream that leaves its trace: the last bytes go only when the audit has the end.

What lives here: the response that sends pieces as they are made, stops when the reader
goes, time is up or the right to them has ended, serves the rest of an interrupted
download, and has the end of the hand-over written before the last piece leaves. What
does not: the pieces.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from hub.sharing.api.journal import Journal
from hub.sharing.api.problems import Refusal
from hub.storage.audit import Begun
from hub.storage.audit_entries import Outcome

Asked = tuple[int, int | None] | None
RANGE = re.compile(r"bytes=([0-9]{1,15})-([0-9]{0,15})")


@dataclass
class Counted:
    """Rows that went into the pieces so far."""

    rows: int = 0


class Part(NamedTuple):
    """Bytes that leave together, and the rows in them, those cut in two as well."""

    piece: bytes
    rows: int


class BrokenOff(Exception):
    """The connection is to be closed, so that nobody takes half for the whole."""


def asked_range(header: str | None, if_range: str | None, etag: str) -> Asked:
    """First and last byte that a reader lacks; None for all of them.

    A form of the header that is not served (the last so many, several spans) means
    all, as RFC 9110 allows; so does an If-Range of another version.
    """
    found = RANGE.fullmatch(header.strip()) if header else None
    if found is None or (if_range is not None and if_range.strip() != etag):
        return None
    begin, end = int(found[1]), int(found[2]) if found[2] else None
    return None if end is not None and end < begin else (begin, end)


def span_of(asked: tuple[int, int | None], total: int) -> range:
    """The bytes asked for of so many.

    Raises:
        Refusal: 416, where there is none of them.
    """
    begin, end = asked
    if begin >= total:
        raise Refusal(
            416, "range", "It has no such bytes.", {"Content-Range": f"bytes */{total}"}
        )
    return range(begin, total if end is None else min(end + 1, total))


class Streamed(StreamingResponse):
    """Pieces sent as they are made.

    Args:
        pieces: the whole, from its first byte.
        counted: rows, as the maker of the pieces counts them.
        objection: why it may be handed over no longer; asked before every piece.
        journal: where the end of the hand-over is written.
        begun: its beginning.
        seconds: within which all must have gone.
        headers: of the answer.
        span: the bytes wanted; None for all.
        total: how many bytes there are, where some are wanted.
    """

    def __init__(
        self,
        pieces: Iterator[bytes],
        *,
        counted: Counted,
        objection: Callable[[], str | None],
        journal: Journal,
        begun: Begun,
        seconds: float,
        headers: Mapping[str, str],
        span: range | None = None,
        total: int | None = None,
    ) -> None:
        told = dict(headers)
        if span is not None:
            told["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{total}"
            told["Content-Length"] = str(len(span))
        super().__init__(iter(()), 200 if span is None else 206, told)
        self._pieces = pieces
        self._counted = counted
        self._objection = objection
        self._reason = ""
        self._rows = 0
        self._journal = journal
        self._begun = begun
        self._seconds = seconds
        self._span = span
        self._sent = 0
        self._digest = hashlib.sha256()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it (ASGI)."""
        del scope
        until = time.monotonic() + self._seconds
        gone = asyncio.ensure_future(_disconnected(receive))
        state = "failed"
        self._reason = "it broke off"
        parts = self._parts()
        # The next piece is made while one goes.
        coming = _coming(parts)
        try:
            held = await coming or Part(b"", 0)
            await run_in_threadpool(self._ask)
            await self._start(send)
            coming = _coming(parts)
            while (part := await coming) is not None:
                coming = _coming(parts)
                await run_in_threadpool(self._ask)
                if gone.done():
                    self._reason = "the reader went"
                    return
                await self._send(send, held, until)
                held = part
            await run_in_threadpool(self._ask)
            self._take(held)
            state = "delivered"
            await run_in_threadpool(self._end, state, None)
            await send({"type": "http.response.body", "body": held.piece})
        finally:
            gone.cancel()
            await asyncio.shield(_ended(coming))
            if state == "failed":
                end = run_in_threadpool(self._end, state, self._reason)
                await asyncio.shield(end)

    def _end(self, state: Any, reason: str | None) -> None:
        self._journal.end(
            self._begun,
            Outcome(
                result=state,
                reason=reason,
                row_count=self._rows,
                byte_count=self._sent,
                digest=self._digest.hexdigest(),
            ),
        )

    def _ask(self) -> None:
        """See to it that it may still be handed over."""
        if (reason := self._objection()) is not None:
            self._reason = reason
            raise BrokenOff

    def _take(self, part: Part) -> None:
        self._rows += part.rows
        self._sent += len(part.piece)
        self._digest.update(part.piece)

    async def _send(self, send: Send, part: Part, until: float) -> None:
        self._take(part)
        body = {"type": "http.response.body", "body": part.piece, "more_body": True}
        left = until - time.monotonic()
        try:
            if left <= 0:
                raise TimeoutError
            # A reader that takes nothing would hold its place for ever.
            async with asyncio.timeout(left):
                await send(body)
        except TimeoutError:
            self._reason = "it took too long"
            raise BrokenOff from None

    def _parts(self) -> Iterator[Part]:
        """The pieces of the bytes wanted, none of them empty."""
        at, counted, span = 0, 0, self._span or range(2**62)
        for piece in self._pieces:
            begin, end = max(span.start - at, 0), max(span.stop - at, 0)
            at += len(piece)
            rows, counted = self._counted.rows - counted, self._counted.rows
            cut = piece[begin:end] if begin or end < len(piece) else piece
            if cut:
                yield Part(cut, rows)
            if at >= span.stop:
                return

    async def _start(self, send: Send) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )


def _coming(parts: Iterator[Part]) -> asyncio.Task[Part | None]:
    """The next part, made in a thread; None behind the last."""
    return asyncio.create_task(run_in_threadpool(next, parts, None))


async def _ended(coming: asyncio.Task[Part | None]) -> None:
    """Wait until nobody is at the pieces any more; what went wrong then is past."""
    await asyncio.wait({coming})
    if not coming.cancelled():
        coming.exception()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
