"""What an answer says about itself: is it one, does it succeed, where are the rows.

What lives here: the reading of an envelope (dialect 4) before anything lands. HTTP
200 is no success (T5): the declaration names where the verdict stands, and null is
not an empty list. What does not: XML (`envelope_xml`), the rows
(`decode`), transport failures (`transport`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NoReturn

import orjson

from hub.connectors import exact
from hub.connectors.base import Media, Place
from hub.connectors.encodings import EncodingUnfit, codec_name, marked
from hub.connectors.exact import MISSING, NotJson, dig
from hub.connectors.outcomes import Answer, Passing, TokenGone
from hub.partners.secrets import redact
from hub.partners.spec import Verdict

# What may be a person's number, or a token that an answer repeats.
_UNQUOTED = re.compile(r"\d{6,}|[\w.+/=~-]{24,}", re.ASCII)
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w-]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Envelope:
    """A parsed answer and the words to complain about it."""

    media: ClassVar[Media] = "json"
    doc: object
    encoding: str
    place: Place
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def check_verdict(
        self, verdict: Verdict | None, *, hide: Sequence[str] = ()
    ) -> None:
        """Let an answer pass that the partner itself calls good.

        Args:
            verdict: the declaration.
            hide: secrets that the partner's own words may repeat.

        Raises:
            Passing: it is one that passes by itself.
            TokenGone: it says that our token is gone.
            SourceRejected: it has no verdict, or not a good one.
        """
        if verdict is None:
            return
        found = dig(self.doc, verdict.field)
        if found is MISSING:
            self._reject(f"its answer has no {verdict.field}, where its verdict stands")
        said = exact.as_text(found) or "null"
        if said in verdict.good:
            return
        seen = f"its verdict in {verdict.field} is {quotable(redact(said, hide))}"
        told = self.text(verdict.message)
        if told:
            seen += f" ({quotable(redact(told, hide))})"
        if said in verdict.busy:
            raise Passing(seen)
        if said in verdict.expired:
            raise TokenGone(seen)
        self._reject(seen, "Ask the partner what it means.")

    def rows(self, path: str | None, *, total: int | None) -> list[object]:
        """The list of rows.

        Raises:
            SourceRejected: no list stands there.
        """
        found = dig(self.doc, path)
        where = path or "the top"
        if isinstance(found, list):
            return found
        if found is None and total == 0:
            return []
        what = "nothing" if found is MISSING else _kind(found)
        return self._reject(f"at {where} its answer holds {what} instead of a list")

    def total(self, path: str | None, *, header: str | None = None) -> int | None:
        """The declared number of rows; null if the feed declares none.

        Args:
            path: where it stands in the answer.
            header: the response header that holds it instead.

        Raises:
            SourceRejected: no number stands there.
        """
        if path is None and header is None:
            return None
        text = self.headers.get(header) if header else self.text(path)
        if not (text or "").strip().isdecimal():
            place = f"in its header {header}" if header else f"at {path}"
            self._reject(f"{place} its answer holds no total")
        return int(text or "")

    def cursor(self, path: str | None) -> str | None:
        """The next cursor; null where the listing ends."""
        found = dig(self.doc, path) if path else None
        return None if found is False else exact.as_text(found) or None

    def link(self, path: str | None) -> str | None:
        """The address of the next page; null where the listing ends.

        A name may hold dots itself (`@odata.nextLink`) where it stands at the top.
        """
        if isinstance(self.doc, dict) and path in self.doc:
            return exact.as_text(self.doc[path] or None)
        return self.cursor(path)

    def text(self, path: str | None) -> str | None:
        """A scalar anywhere in the answer, as text."""
        return exact.as_text(dig(self.doc, path)) if path else None

    def _reject(
        self,
        seen: str,
        step: str = "Compare [feed.read] with the partner's documentation.",
    ) -> NoReturn:
        raise self.place.rejected(f"read {self.path}", seen, step)


def open_envelope(
    answer: Answer, *, declared: str | None, digits: bool, place: Place, path: str
) -> Envelope:
    """Parse an answer.

    Args:
        answer: what came.
        declared: the feed's encoding.
        digits: keep numbers as sent, because the answer will be written again.
        place: partner and feed, for errors.
        path: the listing, for errors.

    Raises:
        Passing: it breaks off.
        SourceRejected: it is a page for people, or no acceptable JSON.
    """
    body = answer.body
    kind = answer.headers.get("content-type", "")
    start = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")) or (
        start.startswith(b"<") and "html" in kind
    ):
        raise place.rejected(
            f"read {path}",
            "it answered with an HTML page, perhaps for signing in or maintenance",
            "Open the address in a browser; check credentials and path.",
        )
    if start.startswith(b"<"):
        raise place.rejected(
            f"read {path}",
            "it answered with XML",
            'Write format = "xml" in [feed.read], or ask the partner for JSON.',
        )
    charset = _CHARSET.search(kind)
    named = declared or (charset.group(1) if charset else "utf-8")
    try:
        encoding = marked(body) or codec_name(named)
        doc = _parse(body, encoding, digits=digits)
        return Envelope(doc, encoding, place, path, answer.headers)
    except EncodingUnfit as error:
        step = "Declare the feed's encoding."
        raise place.rejected(f"read {path}", str(error), step) from None
    except UnicodeDecodeError as error:
        seen = f"its answer is not in {encoding} from byte {error.start} on"
        step = "Declare the feed's encoding."
        raise place.rejected(f"read {path}", seen, step) from None
    except NotJson as error:
        if error.breaks_off:
            raise Passing("its answer is no complete JSON") from None
        seen = f"its answer {error}"
        raise place.rejected(f"read {path}", seen, "Tell the partner.") from None


def _parse(body: bytes, encoding: str, *, digits: bool) -> object:
    if encoding == "utf-8" and not digits:
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError:
            pass  # perhaps only control characters inside a text: ask the lenient one
    return exact.load(body.decode(encoding).removeprefix("\ufeff"))


def _kind(value: object) -> str:
    return {dict: "an object", type(None): "null"}.get(type(value), "a single value")


def quotable(text: str) -> str:
    """A partner's words without what may be a person's number or a secret."""
    return _UNQUOTED.sub("…", text)[:80]
