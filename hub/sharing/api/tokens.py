"""Where a reader goes on: the token of the next page.

What lives here: writing and reading it. It names the release, so that pages of one
reading are of one release whatever is published meanwhile, and the question, so that
it does not serve another one. What does not: what is found (`hub.sharing.shelf`). It
opens nothing: whoever sends it is decided about anew.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from typing import NamedTuple

import orjson

from hub.sharing.api.problems import Refusal
from hub.sharing.shelf.asking import After


class Token(NamedTuple):
    """What a token says."""

    release: str
    question: str
    after: After


def question_of(table: str, parts: Iterable[str]) -> str:
    """Short name of what was asked, but for columns, form and size of the page."""
    told = "\n".join([table, *sorted(parts)])
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def written(token: Token) -> str:
    """The token as text, fit for a URL."""
    told = [token.release, token.question, token.after.number, token.after.value]
    return urlsafe_b64encode(orjson.dumps(told)).decode().rstrip("=")


def read(text: str) -> Token:
    """The token of a text.

    Raises:
        Refusal: 400, it is none.
    """
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        release, question, number, value = orjson.loads(urlsafe_b64decode(padded))
    except (ValueError, TypeError):
        raise _none() from None
    if not (
        isinstance(release, str)
        and isinstance(question, str)
        and isinstance(number, int)
        and -1 <= number < 2**62
        and isinstance(value, int | float | str | None)
        # SQLite's numbers end there, and what is beyond breaks the search.
        and not (isinstance(value, int) and abs(value) >= 2**63)
    ):
        raise _none()
    return Token(release, question, After(number, value))


def _none() -> Refusal:
    said = "`after` is no token of a page; take it from `next` of the page before."
    return Refusal(400, "after", said)
