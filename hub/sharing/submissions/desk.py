"""The one door for submissions, with and without HTTP.

What lives here: who may send what where and ask about which, and the way from a receipt
to its status and its workbook. What does not: bytes on their way in (`upload`), the
routes over HTTP (`routes`), working off what waits (`working`). The right to send and
to ask rests on the partner file alone: the consumer that it names, and nobody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from typing import BinaryIO

from hub.connectors.encodings import EncodingUnfit, codec_name
from hub.connectors.inbox import feed_inbox, inbox_of
from hub.flow.house import House
from hub.partners.spec import Feed, Partner
from hub.sharing.asks import Who
from hub.sharing.decision import standing
from hub.sharing.submissions.handing_out import hand_out, record_refusal
from hub.sharing.submissions.refusals import (
    FormUnknown,
    KeyUnfit,
    NotThere,
    Unauthorised,
    feed_not_there,
    receipt_not_there,
)
from hub.sharing.submissions.status import Status, brief_status, full_status
from hub.sharing.submissions.upload import Claim, Upload
from hub.sharing.submissions.working import work
from hub.storage.submissions import Submission, Submissions

KEY = re.compile(r"[\x21-\x7e]{1,200}")
NAME_LENGTH = 200
JSON = {"json", "jsonl"}
# Python's other codecs are no encodings of a text; some inflate what they are given.
CODECS = (
    "utf-8", "gb18030", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32",
    "big5", "ascii",
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A submission with the declaration of the feed that it was sent to."""

    submission: Submission
    partner: Partner
    feed: Feed


class SubmissionDesk:
    """Receives submissions of one hub and tells what became of them.

    Attributes:
        house: the hub; its partner files are those of the moment it was opened.
        arrived: set when something new lies in the inbox.
    """

    def __init__(self, house: House) -> None:
        self.house = house
        self.arrived = Event()
        self._book = Submissions(house.control.engine)

    def claim(
        self,
        partner: str,
        feed: str,
        who: Who | None,
        *,
        key: str | None,
        form: str,
        encoding: str | None = None,
        name: str | None = None,
    ) -> Claim:
        """What may be sent, before its first byte.

        Args:
            partner, feed: where it is to go.
            who: who sends; None at the hub's own console, where anybody may.
            key: the Idempotency-Key.
            form: json, jsonl, csv or xlsx.
            encoding: of a text, where it is told.
            name: what the sender calls it.

        Raises:
            Unauthorised: the consumer or its key is not valid now.
            NotThere: no such feed, or not for this sender.
            KeyUnfit: there is no key, or none that can be kept.
            FormUnknown: the feed does not take that form.
        """
        found = self._feed(partner, feed, who)
        if found is None or found[0].status != "active":
            raise feed_not_there(partner, feed)
        seen, declared = found
        if key is None or not KEY.fullmatch(key):
            raise KeyUnfit(
                "take the submission",
                seen="it has no Idempotency-Key of 1 to 200 visible ASCII signs",
                next_step="Make one per submission, e.g. a UUID, and repeat it when "
                "you repeat the submission.",
                partner=partner,
                feed=feed,
            )
        # Rejected rows go out as a workbook and so may come back as one.
        formats = (*seen.source.formats, "xlsx")
        if form not in formats:
            raise FormUnknown(
                "take the submission",
                seen=f"it comes as {form}",
                next_step=f"The feed takes {', '.join(dict.fromkeys(formats))}.",
                partner=partner,
                feed=feed,
            )
        codec = None if encoding is None else _codec(encoding)
        if encoding is not None and codec not in CODECS:
            raise FormUnknown(
                "take the submission",
                seen="its charset is none that is taken",
                next_step=f"Send one of {', '.join(CODECS)}.",
                partner=partner,
                feed=feed,
            )
        if encoding is None and form in JSON:
            codec = "utf-8"  # RFC 8259 leaves no choice
        return Claim(
            partner=seen,
            feed=declared,
            key=key,
            consumer=None if who is None else who.consumer.id,
            form=form,
            encoding=codec,
            name=name[:NAME_LENGTH] if name else None,
        )

    def upload(self, claim: Claim) -> Upload:
        """Take the bytes of a submission; see `Upload`."""
        root = inbox_of(self.house.settings)
        folder = feed_inbox(root, claim.partner.id, claim.feed.name)
        return Upload(
            claim, folder, self._book, is_known=self._is_known, now=self.house.now
        )

    def received(self) -> None:
        """Say that something new waits."""
        self.arrived.set()

    def work(self, stop: Event) -> None:
        """Work off what waits until `stop` is set; for a thread of the server's."""
        work(self.house, stop, self.arrived)

    def find(self, receipt: str, who: Who | None) -> Found:
        """A submission that this asker may know of.

        Raises:
            Unauthorised: the consumer or its key is not valid now.
            NotThere: there is none, or not for this asker.
        """
        sent = self._book.find(receipt)
        found = self._feed(sent.partner, sent.feed, who) if sent else None
        if sent is None or found is None:
            if who is not None:
                self._refuse_invalid(who)
            raise receipt_not_there(receipt)
        partner, feed = found
        return Found(sent, partner, feed)

    def status(self, receipt: str, who: Who | None) -> Status:
        """What became of a submission.

        Raises:
            Unauthorised, NotThere: as `find`.
        """
        found = self.find(receipt, who)
        told = full_status(self.house, found.partner, found.feed, found.submission)
        if told is None:
            raise receipt_not_there(receipt)
        return told

    def newest(
        self, partner: str | None = None, feed: str | None = None, *, most: int = 50
    ) -> list[Status]:
        """Submissions with their states and counts, the newest first."""
        found = self._book.newest(partner, feed, most=most)
        told = (brief_status(self.house, one) for one in found)
        return [one for one in told if one is not None]

    @contextmanager
    def workbook(
        self, receipt: str, who: Who | None, *, address: str | None = None
    ) -> Iterator[tuple[BinaryIO, int]]:
        """The rows that are out today, as a workbook, and how many there are.

        The audit has its entry before the first byte is given.

        Raises:
            Unauthorised, NotThere: as `find`; nothing was kept of it.
            NoWorkbook: nothing of it is out, it waits, or it was refused as a whole.
            AuditUnwritable: the entry could not be written; nothing is handed out.
        """
        try:
            found = self.find(receipt, who)
        except NotThere:
            sent = self._book.find(receipt)
            if sent is not None and who is not None:
                record_refusal(self.house, sent, who, address)
            raise
        with hand_out(
            self.house, found.partner, found.feed, found.submission, who, address
        ) as given:
            yield given

    def _feed(
        self, partner: str, feed: str, who: Who | None
    ) -> tuple[Partner, Feed] | None:
        """A feed that takes submissions of this sender; None if it is not there."""
        if who is not None:
            self._refuse_invalid(who)
        known = self.house.city.partners.get(partner)
        declared = next(
            (one for one in (known.feeds if known else ()) if one.name == feed), None
        )
        if known is None or declared is None:
            return None
        seen = known.reading(declared)
        if seen.source.connector != "push":
            return None
        if who is not None and who.consumer.id != seen.source.consumer:
            return None
        return seen, declared

    def _refuse_invalid(self, who: Who) -> None:
        kind = standing(who, self.house.now())
        if kind is not None:
            raise Unauthorised(
                "recognise the sender",
                seen=f"the consumer or its key is {kind}",
                next_step="Ask the hub's operator for a key that holds.",
            )

    def _is_known(self, sent: Submission) -> bool:
        return self.house.ledger.seen(
            sent.partner, sent.feed, sent.receipt, sent.sha256
        )


def _codec(named: str) -> str | None:
    try:
        return codec_name(named)
    except (EncodingUnfit, ValueError):
        return None
