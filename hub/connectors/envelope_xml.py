"""An answer in XML: is it one, is it a fault, where are the rows.

What lives here: opening XML answers, and SOAP faults, of which only the code is told:
the text beside it is the partner's own and may hold anything. What does not: JSON
and what every answer says (`envelope`), the tree itself (`xml_tree`).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import ClassVar

from hub.connectors import exact
from hub.connectors.base import Media, Place
from hub.connectors.encodings import EncodingUnfit, find_xml_encoding
from hub.connectors.envelope import Envelope, quotable
from hub.connectors.exact import MISSING, Missing, dig
from hub.connectors.outcomes import FAULT, Answer, Passing
from hub.connectors.xml_tree import NotXml, elements, load_xml
from hub.partners.spec import Read

_FAULT = "Envelope.Body.Fault"
_CODES = (f"{_FAULT}.faultcode", f"{_FAULT}.Code.Subcode.Value", f"{_FAULT}.Code.Value")


@dataclass(frozen=True)
class XmlEnvelope(Envelope):
    """An answer whose rows are elements."""

    media: ClassVar[Media] = "xml"

    def rows(self, path: str | None, *, total: int | None) -> list[object]:
        """The elements that are rows.

        Raises:
            SourceRejected: the element that should hold them is not there.
        """
        del total  # no element at all is an empty list in its own right
        found = elements(self.doc, path or "")
        if isinstance(found, Missing):
            above = (path or "").rpartition(".")[0] or "the top"
            self._reject(f"its answer has no element {above}, where the rows stand")
        return found


def open_xml(
    answer: Answer, read: Read, *, declared: str | None, place: Place, path: str
) -> Envelope:
    """Parse an answer.

    Args:
        answer: what came.
        read: the declaration.
        declared: the feed's encoding.
        place: partner and feed, for errors.
        path: the listing, for errors.

    Raises:
        Passing: it breaks off, or is an error of the server and no fault.
        SourceRejected: it is a fault, or no acceptable XML.
        BatchRefused: it declares a document type, or is nested without measure.
    """
    deed = f"read {path}"
    start = answer.body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        if answer.status == FAULT:
            raise _server_error()
        seen = "it answered with an HTML page, perhaps for signing in or maintenance"
        step = "Open the address in a browser; check credentials and path."
        raise place.rejected(deed, seen, step)
    try:
        encoding = find_xml_encoding(lambda: io.BytesIO(answer.body), declared)
        doc = load_xml(answer.body.decode(encoding), read.inner)
    except EncodingUnfit as error:
        step = "Declare the feed's encoding, or tell the partner."
        raise place.rejected(deed, f"of its answer, {error}", step) from None
    except NotXml as error:
        if error.hostile:
            step = "Tell the partner; an answer must be plain data."
            raise place.refused(deed, f"its answer {error}", step) from None
        if answer.status == FAULT:
            raise _server_error() from None
        if error.breaks_off:
            raise Passing("its answer is no complete XML") from None
        raise place.rejected(deed, f"its answer {error}", "Tell the partner.") from None
    _refuse_fault(doc, deed, place)
    if answer.status == FAULT:
        raise _server_error()
    return XmlEnvelope(doc, encoding, place, path, answer.headers)


def _server_error() -> Passing:
    return Passing(f"it answered HTTP {FAULT}")


def _refuse_fault(doc: object, deed: str, place: Place) -> None:
    if dig(doc, _FAULT) is MISSING:
        return
    told = next(filter(None, (exact.as_text(dig(doc, path)) for path in _CODES)), None)
    code = quotable(told.strip()) if told else "without a code"
    raise place.rejected(
        deed,
        f"it answered with a SOAP fault ({code})",
        "Compare envelope in [feed.read] with the service's description (WSDL).",
    )
