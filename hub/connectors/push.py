"""Submissions: what partners send to the hub, taken out of the inbox one by one.

What lives here: each submission as a delivery of one part, named by its receipt and
dated by the instant at which it was received. It is taken out of the inbox when the
ledger knows that it landed, and never before; one that was landed by a process that
died right then is recognised by its receipt and digest. What does not: receiving
(`hub.sharing.submissions`), what lands of a body (`file_parts`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path

import polars as pl

from hub.connectors.base import Closing, Delivery, Part, Place, Seen
from hub.connectors.decode.base import Wanted
from hub.connectors.decode.csv_reader import CsvReader
from hub.connectors.decode.names import name_columns, without_titles
from hub.connectors.encodings import EncodingUnfit
from hub.connectors.exact import NotJson
from hub.connectors.file_parts import Sent, make_part
from hub.connectors.file_proof import FileUnfit, digest_of
from hub.connectors.inbox import About, feed_inbox, find_waiting, inbox_of, waiting
from hub.connectors.packed import is_packed, prove_size
from hub.connectors.scratch import Scratch
from hub.errors import BatchRefused
from hub.partners.spec import Feed, Partner
from hub.settings import Settings


class PushConnector(Closing):
    """Reads the inbox of one partner."""

    def __init__(self, partner: Partner, settings: Settings) -> None:
        """Look at nothing yet."""
        self._partner = partner
        self._inbox = inbox_of(settings)
        self._largest = partner.source.limits.max_body_mb << 20
        self._scratch = Scratch()

    def close(self) -> None:
        """Remove temporary files."""
        self._scratch.close()

    def deliveries(
        self, feed: Feed, *, since: datetime | None, until: datetime | None, seen: Seen
    ) -> Iterator[Delivery]:
        """One delivery per submission that waits; a window means nothing here."""
        del since, until
        for one in waiting(self._inbox, self._partner.id, feed.name):
            about = one.about
            if seen(one.receipt, about.sha256):
                one.remove()
                continue
            yield Delivery(one.receipt, as_of=about.received_at, content=about.sha256)

    def read(
        self, feed: Feed, delivery: Delivery, *, sweep_keys: Iterator[pl.Series] | None
    ) -> Iterator[Part]:
        """The submission as one part; see `Connector.read`."""
        del sweep_keys  # nobody can be asked
        place = Place(self._partner.id, feed.name)
        found = find_waiting(
            feed_inbox(self._inbox, place.partner, feed.name) / delivery.name
        )
        if found is None or digest_of(found.body) != found.about.sha256:
            raise place.unavailable(
                f"read the submission {delivery.name}",
                "it is gone from the inbox, or is not what was received",
                "Check the disk; the sender may send it again under another key.",
            )
        self._scratch.close()
        sent = sent_of(found.about, delivery.name)
        try:
            yield prove(feed, delivery, found.body, sent, self._scratch, self._largest)
        except FileUnfit as error:
            raise place.refused(
                f"read the submission {delivery.name}",
                str(error),
                "Have it sent again in the agreed form, under another key.",
            ) from None

    def landed(self, feed: Feed, delivery: Delivery) -> None:
        """Take it out of the inbox: raw keeps it from here on."""
        folder = feed_inbox(self._inbox, self._partner.id, feed.name) / delivery.name
        if found := find_waiting(folder):
            found.remove()


def sent_of(about: About, receipt: str) -> Sent:
    """What a sender says of a body, for its reader."""
    return Sent(about.name or receipt, about.form, about.encoding)


def prove(
    feed: Feed, delivery: Delivery, body: Path, sent: Sent, scratch: Scratch, most: int
) -> Part:
    """What lands of a body, once it is found to be what its sender says.

    Args:
        feed: the declaration.
        delivery: names the submission.
        body: the bytes as sent.
        sent: what its sender says of them.
        scratch: takes a copy, where something must be cut.
        most: bytes of a workbook or document, inflated.

    Raises:
        TooLarge: it is larger than may be taken.
        FileUnfit: it is not what its sender says.
    """
    digest = delivery.content
    try:
        if sent.form == "xlsx" and is_packed(body):
            prove_size(body, most)
        return make_part(
            feed, delivery, body, scratch, digest=digest, largest=most, sent=sent
        )
    except (EncodingUnfit, NotJson) as error:
        raise FileUnfit(str(error)) from None
    except BatchRefused as error:
        raise FileUnfit(error.seen) from None


def expect_titles(feed: Feed, part: Part) -> None:
    """Refuse a CSV without any mapped title, as a workbook without one is refused.

    Some missing titles are for the bounds of the delivery, which name them; with none
    at all it is another table, or one without its header.

    Raises:
        FileUnfit: it has none of them, or no header that can be read.
    """
    if part.meta.media != "csv":
        return
    wanted = Wanted.of(feed).scalars
    body = part.body.open("rb") if isinstance(part.body, Path) else BytesIO(part.body)
    try:
        with body:
            told = part.meta
            reader = CsvReader(body, told.encoding, told.origin.get("delimiter"))
    except BatchRefused as error:
        raise FileUnfit(error.seen) from None
    if not name_columns(reader.header, wanted).keys() & wanted:
        raise FileUnfit(without_titles("its first line holds no title", wanted))
