"""Where a reader goes on: the token of the next page.

What lives here: writing and reading it. It names the release, so that pages of one
reading are of one release whatever is published meanwhile, and the question, so that
it does not serve another one. What does not: what is found (`hub.sharing.shelf`). It
opens nothing: whoever sends it is decided about anew. It is sealed, because where a
row lies among all of them is not for those to know who see only some.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from typing import NamedTuple

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hub.sharing.api.problems import Refusal
from hub.sharing.shelf.asking import After

KEY_BYTES = 64
ABOUT = b"hub: tokens of pages"


class Token(NamedTuple):
    """What a token says."""

    release: str
    question: str
    after: After


def question_of(table: str, parts: Iterable[str]) -> str:
    """Short name of what was asked, but for columns, form and size of the page."""
    told = "\n".join([table, *sorted(parts)])
    return hashlib.sha256(told.encode()).hexdigest()[:12]


class Tokens:
    """Writes and reads the tokens of one hub; the same token is the same text."""

    def __init__(self, secret: bytes) -> None:
        """Derive the key from the hub's secret; a new secret makes old tokens void."""
        key = HKDF(SHA256(), KEY_BYTES, salt=None, info=ABOUT).derive(secret)
        self._seal = AESSIV(key)

    def written(self, token: Token) -> str:
        """The token as text, fit for a URL."""
        sealed = self._seal.encrypt(orjson.dumps(as_data(token)), None)
        return urlsafe_b64encode(sealed).decode().rstrip("=")

    def read(self, text: str) -> Token:
        """The token of a text.

        Raises:
            Refusal: 400, it is none of this hub's.
        """
        try:
            sealed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
            told = orjson.loads(self._seal.decrypt(sealed, None))
        except (ValueError, InvalidTag):
            raise _none() from None
        release, question, number, value = told
        return Token(release, question, After(number, value))


def as_data(token: Token) -> list[str | int | float | None]:
    """The token as JSON has it."""
    return [token.release, token.question, token.after.number, token.after.value]


def _none() -> Refusal:
    said = "`after` is no token of a page; take it from `next` of the page before."
    return Refusal(400, "after", said)
