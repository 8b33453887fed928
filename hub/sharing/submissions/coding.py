"""A submission that comes packed: unpacked on its way in, never further than allowed.

What lives here: which Content-Encoding is taken, and an upload that is fed what comes
over the wire. What is kept, counted and compared from here on is the body as it was
before packing, so the same rows are the same submission whether packed or not. What
does not: unpacking (`hub.connectors.inflate`), keeping (`upload`).
"""

from __future__ import annotations

from collections.abc import Iterable

from hub.connectors.inflate import BodyBroken, Gunzip, is_gzip
from hub.sharing.submissions.refusals import CodingBroken, FormUnknown
from hub.sharing.submissions.upload import Claim, Upload, too_much
from hub.storage.submissions import Submission


def is_packed(headers: Iterable[str]) -> bool:
    """Whether a body comes as gzip; else it comes as it is.

    Args:
        headers: every Content-Encoding that was sent.

    Raises:
        FormUnknown: it is packed otherwise, or twice.
    """
    told = (one.strip().lower() for line in headers for one in line.split(","))
    codings = [one for one in told if one not in {"", "identity"}]
    if not codings:
        return False
    if len(codings) > 1 or not is_gzip(codings[0]):
        raise FormUnknown(
            "take the submission",
            seen="its Content-Encoding is none that is taken",
            next_step="Send it as gzip, packed once, or as it is.",
        )
    return True


class Unpacking:
    """Feeds an upload from a packed body, piece by piece.

    Args:
        upload: the upload, entered.
        claim: what it is; neither what comes nor what it holds may be more than that.
    """

    def __init__(self, upload: Upload, claim: Claim) -> None:
        self._upload = upload
        self._claim = claim
        self._gunzip = Gunzip()
        self._sent = 0

    def add(self, piece: bytes) -> None:
        """Take the next bytes from the wire.

        Raises:
            TooMuch: they, or what they hold, are more than the feed takes.
            CodingBroken: they are no gzip.
        """
        # Empty members and padding hold nothing and could come for ever.
        self._sent += len(piece)
        if self._sent > self._claim.most:
            raise too_much(self._claim)
        try:
            for plain in self._gunzip.add(piece):
                self._upload.add(plain)
        except BodyBroken as error:
            raise self._broken(error) from None

    def finish(self) -> tuple[Submission, bool]:
        """As `Upload.finish`, once the gzip is found to be whole.

        Raises:
            CodingBroken: it breaks off.
        """
        try:
            self._gunzip.end()
        except BodyBroken as error:
            raise self._broken(error) from None
        return self._upload.finish()

    def _broken(self, error: BodyBroken) -> CodingBroken:
        return CodingBroken(
            "take the submission",
            seen=str(error),
            next_step="Nothing was kept. Send it again under the same key.",
            partner=self._claim.partner.id,
            feed=self._claim.feed.name,
        )
