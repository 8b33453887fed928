"""One page of an interface as a sample.

What lives here: one GET with the hub's own transport, JSON or XML told by the first
sign of the answer. What does not: paging, windows, signatures: a page behind those is
saved to a file and inferred from there.
"""

from __future__ import annotations

import io
from urllib.parse import parse_qsl, urlsplit

from hub.connectors.asking import Ask
from hub.connectors.auth import Credentials
from hub.connectors.base import Media, Place
from hub.connectors.outcomes import Answer
from hub.connectors.tls import make_context
from hub.connectors.transport import Transport
from hub.errors import BatchRefused
from hub.onboarding.sample import ROWS, Sample, read_body
from hub.partners.spec import Auth, Limits
from hub.settings import Settings

PLACE = Place("sample")
_ACCEPT = "application/json, application/xml;q=0.9, text/xml;q=0.8"


def read_page(
    url: str, settings: Settings, *, token: str | None = None, rows: int = ROWS
) -> Sample:
    """The rows of one page.

    Args:
        url: whole address of a listing; its query is sent along.
        settings: the reader of the environment.
        token: bearer token as `env:NAME`.
        rows: how many are wanted.

    Raises:
        SourceUnavailable, SourceRejected: there is no answer, or it is no.
        BatchRefused: the answer holds no list of records.
    """
    split = urlsplit(url)
    auth = Auth(kind="bearer", token=token) if token else Auth()
    ask = Ask(
        "GET",
        split.path or "/",
        params=dict(parse_qsl(split.query)),
        headers={"Accept": _ACCEPT},
    )
    limits = Limits(attempts=2, max_body_mb=64)
    credentials = Credentials(auth, settings, partner="sample")
    base = f"{split.scheme}://{split.netloc}"
    context = make_context(None, settings, partner="sample")
    with Transport(base, credentials, limits, context=context) as transport:
        answer: Answer = transport.fetch(ask, lambda one: one, PLACE)
    body = answer.body
    try:
        return read_body(
            lambda: io.BytesIO(body),
            _media(body),
            split.path or "/",
            rows=rows,
            connector="rest",
        )
    except BatchRefused as error:
        raise PLACE.refused(
            f"read {split.path or '/'}",
            error.seen,
            "Ask for a page with rows; if it needs a signature or a body, save one to "
            "a file and name that.",
        ) from None


def _media(body: bytes) -> Media:
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return "xml" if start == b"<" else "json"
