"""One page of a listing: asked for, judged, and made a part.

A part is the body as sent after inflating. Two things change it before it lands,
and the digest of the bytes received stays with it: `never_land` fields are cut, and
a `detail` answer is merged into its row under the declared field. Then numbers
still stand as sent, but the page is written anew, in UTF-8 and without blanks. XML
is cut in its text and stays as sent otherwise.

What does not live here: which page comes next (`paging`, `rest`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from hub.connectors import exact
from hub.connectors.asking import Ask, follow, make_ask
from hub.connectors.base import Part, PartMeta, Place, Told
from hub.connectors.cut import cut_rows
from hub.connectors.days import day_of_answer
from hub.connectors.details import add_details
from hub.connectors.envelope import Envelope, open_envelope
from hub.connectors.envelope_xml import open_xml
from hub.connectors.keys import last_key
from hub.connectors.links import Astray, join, next_link
from hub.connectors.outcomes import NOT_FOUND, Answer, http_instant
from hub.connectors.paging import LINKS, Pager, Turned
from hub.connectors.transport import Transport
from hub.connectors.xml_cut import cut_xml
from hub.partners.spec import Feed, Partner, Sweep

_TOKENS = frozenset({"cursor", "keyset"})


@dataclass(frozen=True)
class Listing:
    """One walk through pages.

    Attributes:
        path: which listing.
        bounds: `from` and `to` of the span asked for, as the partner writes them.
        keys: the source keys of one group of a sweep.
        group: ordinal of that group.
    """

    path: str
    bounds: dict[str, str] = field(default_factory=dict)
    keys: list[str] | None = None
    group: int | None = None

    @property
    def origin(self) -> dict[str, str]:
        """How a part names the walk it comes from; never by its keys."""
        swept = {} if self.group is None else {"sweep": str(self.group)}
        return {"path": self.path, **self.bounds, **swept}


@dataclass(frozen=True)
class Page:
    """An answer that was judged good: what it told, and what lands of it."""

    turned: Turned
    part: Part | None


class PageReader:
    """Reads pages of one feed."""

    def __init__(self, feed: Feed, partner: Partner, transport: Transport) -> None:
        """Ask for nothing yet."""
        self._feed = feed
        self._partner = partner
        self._transport = transport
        self._place = Place(partner.id, feed.name)

    def fetch(self, listing: Listing, pager: Pager) -> Page:
        """The next page.

        Raises:
            SourceUnavailable: it could not be had.
            SourceRejected: the partner said no, or something else than a page.
            BatchRefused: it does not name its day as declared.
        """

        def judge(answer: Answer) -> Page:
            if answer.status == NOT_FOUND:
                return Page(Turned(0, gone=True), None)
            return self._judge(listing, pager, answer)

        return self._transport.fetch(self._ask(listing, pager), judge, self._place)

    def _ask(self, listing: Listing, pager: Pager) -> Ask:
        read = self._feed.read
        if pager.address is not None:
            return follow(read, listing.path, pager.address)
        values = {**pager.values, **listing.bounds, "keys": listing.keys}
        if pager.bound and read.window and read.page.param == read.window.from_:
            values |= {"from": pager.bound, "cursor": None}
        sweep = read.sweep if isinstance(read.sweep, Sweep) else Sweep()
        names = [
            (read.page.param, "cursor" if read.page.kind in _TOKENS else "page"),
            (read.page.size_param, "size"),
            (read.window.from_ if read.window else None, "from"),
            (read.window.to if read.window else None, "to"),
            (sweep.param, "keys"),
        ]
        return make_ask(
            read,
            listing.path,
            values,
            names,
            may_be_gone=pager.peeking,
        )

    def _judge(self, listing: Listing, pager: Pager, answer: Answer) -> Page:
        read = self._feed.read
        envelope = self.open(listing.path, answer)
        envelope.check_verdict(read.verdict)
        total = envelope.total(read.page.total, header=read.page.total_header)
        rows = envelope.rows(read.records, total=total)
        turned = Turned(
            len(rows),
            digest=hashlib.sha256(exact.dump(rows)).digest(),
            total=total,
            cursor=self._onward(listing, pager, answer, envelope, rows),
            here=answer.url if read.page.kind in LINKS else None,
        )
        body, cut = self._landed(answer, envelope, rows)
        inner = {"inner": read.inner} if read.inner else {}
        meta = PartMeta(
            sequence=0,
            media=envelope.media,
            encoding=envelope.encoding if body is answer.body else "utf-8",
            records=read.records,
            as_of=self._day(answer, envelope),
            origin={**listing.origin, **inner, "page": str(pager.ordinal + 1)},
            received_sha256=hashlib.sha256(answer.body).hexdigest(),
            cut=cut,
        )
        told = Told(total, http_instant(answer.headers.get("date")))
        return Page(turned, Part(meta, body, told))

    def _onward(
        self,
        listing: Listing,
        pager: Pager,
        answer: Answer,
        envelope: Envelope,
        rows: list[object],
    ) -> str | None:
        """What leads to the next page: cursor, address, or the last row's key."""
        page = self._feed.read.page
        if page.kind == "keyset":
            return last_key(
                rows,
                page.field or "",
                pager.bound,
                place=self._place,
                path=listing.path,
            )
        if page.kind not in LINKS:
            return envelope.cursor(page.cursor)
        target = envelope.link(page.link)
        if page.kind == "link_header":
            target = next_link(answer.headers.get("link"))
        try:
            return join(answer.url, target) if target else None
        except Astray as error:
            raise self._place.rejected(
                f"read {listing.path}",
                f"its next link leads {error}",
                "Tell the partner, or compare page in [feed.read] with its answers.",
            ) from None

    @property
    def _rewritten(self) -> bool:
        """Whether a page changes before it lands."""
        return bool(self._feed.never_land or self._feed.read.detail)

    def open(self, path: str, answer: Answer) -> Envelope:
        """What an answer of this partner says; the path is for errors."""
        feed, place = self._feed, self._place
        if feed.read.format == "xml":
            return open_xml(
                answer, feed.read, declared=feed.encoding, place=place, path=path
            )
        return open_envelope(
            answer,
            declared=feed.encoding,
            digits=self._rewritten,
            place=place,
            path=path,
        )

    def _landed(
        self, answer: Answer, envelope: Envelope, rows: list[object]
    ) -> tuple[bytes, dict[str, int]]:
        """The body that lands, and what was cut from it."""
        if not self._rewritten:
            return answer.body, {}
        if envelope.media == "xml":
            return cut_xml(
                answer.body.decode(envelope.encoding),
                records=self._feed.read.records or "",
                inner=self._feed.read.inner,
                never=self._feed.never_land,
            )
        cut = self._rewrite(rows)
        return exact.dump(envelope.doc), cut

    def _rewrite(self, rows: list[object]) -> dict[str, int]:
        """Merge details and cut what must not land, in place; the counts cut."""
        if self._feed.read.detail:
            limit = self._partner.source.limits.concurrency
            add_details(rows, self._feed, self._transport, limit, self._place)
        return cut_rows(rows, self._feed.never_land)

    def _day(self, answer: Answer, envelope: Envelope) -> datetime | None:
        as_of = self._feed.as_of
        if as_of is None:
            return None
        return day_of_answer(
            as_of,
            header=answer.headers.get(as_of.header) if as_of.header else None,
            envelope=envelope.text(as_of.envelope),
            zone=self._partner.timezone,
            place=self._place,
        )
