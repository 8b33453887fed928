"""REST: listings over HTTP, page by page, as the partner answers them.

What lives here: the order of requests of one delivery (each listing, each span of
time, each page, then the sweep by key) and what lands of an answer. A part is one
page, the body as sent after inflating. Two things change it before it lands, and
its digest of the bytes received stays with it: `never_land` fields are cut, and a
`detail` answer is merged into its row under the declared field. Then numbers still
stand as sent, but the page is written anew, in UTF-8 and without blanks.

What does not: each step (`asking`, `transport`, `envelope`, `paging`, `details`).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

import polars as pl

from hub.connectors import exact
from hub.connectors.asking import Value, make_ask
from hub.connectors.auth import Credentials
from hub.connectors.base import Closing, Delivery, Part, PartMeta, Place, Seen
from hub.connectors.cut import cut_rows
from hub.connectors.days import day_of_answer
from hub.connectors.details import add_details
from hub.connectors.envelope import open_envelope
from hub.connectors.paging import Pager, Turned
from hub.connectors.transport import NOT_FOUND, Answer, Transport
from hub.connectors.windows import name_window, split, write_instant
from hub.errors import DeclarationError
from hub.partners.secrets import resolve
from hub.partners.spec import Feed, Partner, Sweep
from hub.settings import Settings


@dataclass(frozen=True)
class _Listing:
    """One walk: a path, the values its requests share, and how to name it."""

    path: str
    values: dict[str, Value]
    origin: dict[str, str]


@dataclass(frozen=True)
class _Page:
    """One answer that was judged good: what it told, and what lands of it."""

    turned: Turned
    part: Part | None


class RestConnector(Closing):
    """Reads the listings of one partner."""

    def __init__(
        self,
        partner: Partner,
        settings: Settings,
        *,
        sleep: Callable[[float], None] = time.sleep,
        credentials: Credentials | None = None,
    ) -> None:
        """Connect to nothing yet.

        Args:
            partner: the declaration.
            settings: clock and secrets.
            sleep: waits so many seconds between attempts.
            credentials: who we are, if not as declared (tests).

        Raises:
            DeclarationError: there is no address.
        """
        source = partner.source
        if source.base_url is None:
            raise DeclarationError(
                "connect to the partner",
                seen="[source] has no base_url",
                next_step='Add base_url = "https://…".',
                partner=partner.id,
            )
        self._partner = partner
        self._settings = settings
        self._transport = Transport(
            resolve(settings, source.base_url, partner=partner.id),
            credentials or Credentials(source.auth, settings, partner=partner.id),
            source.limits,
            sleep=sleep,
        )

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()

    def deliveries(
        self, feed: Feed, *, since: datetime | None, until: datetime | None, seen: Seen
    ) -> Iterator[Delivery]:
        """One delivery: the window, or everything where the feed has none."""
        del seen  # what an interface answers today was never seen before
        until = until or self._settings.clock()
        start = since if feed.read.window else None
        yield Delivery(name_window(start, until), since=start, until=until)

    def read(
        self, feed: Feed, delivery: Delivery, *, sweep_keys: Iterator[pl.Series] | None
    ) -> Iterator[Part]:
        """Every page of every listing, then the sweep; see `Connector.read`."""
        place = Place(self._partner.id, feed.name)
        sequence = count()
        for listing in self._listings(feed, delivery, sweep_keys, place):
            pager = Pager(feed.read.page, place, path=listing.path)
            while not pager.done:
                page = self._fetch(feed, listing, pager, place)
                if pager.turn(page.turned) and page.part is not None:
                    meta = replace(page.part.meta, sequence=next(sequence))
                    yield replace(page.part, meta=meta)

    def _listings(
        self,
        feed: Feed,
        delivery: Delivery,
        sweep_keys: Iterator[pl.Series] | None,
        place: Place,
    ) -> Iterator[_Listing]:
        read = feed.read
        paths = read.paths or ((read.path,) if read.path else ())
        if not paths:
            raise DeclarationError(
                "read the listing",
                seen="[feed.read] has neither path nor paths",
                next_step='Add path = "/…".',
                partner=place.partner,
                feed=place.feed,
            )
        until = delivery.until or self._settings.clock()
        for path in paths:
            if read.window is None:
                yield _Listing(path, {}, {})
                continue
            for start, end in split(read.window, delivery.since, until):
                form, zone = read.window.format, self._partner.timezone
                bounds = {
                    "from": write_instant(start, form, zone, end=False),
                    "to": write_instant(end, form, zone, end=True),
                }
                yield _Listing(path, dict(bounds), bounds)
        if read.sweep is not None and sweep_keys is not None:
            sweep = read.sweep if isinstance(read.sweep, Sweep) else Sweep()
            for number, keys in enumerate(_groups(sweep_keys, sweep.size)):
                for path in (sweep.path,) if sweep.path else paths:
                    yield _Listing(path, {"keys": keys}, {"sweep": str(number)})

    def _fetch(
        self,
        feed: Feed,
        listing: _Listing,
        pager: Pager,
        place: Place,
    ) -> _Page:
        read = feed.read
        window = read.window
        sweep = read.sweep if isinstance(read.sweep, Sweep) else Sweep()
        names = [
            (read.page.param, "cursor" if read.page.kind == "cursor" else "page"),
            (read.page.size_param, "size"),
            (window.from_ if window else None, "from"),
            (window.to if window else None, "to"),
            (sweep.param, "keys"),
        ]
        ask = make_ask(
            read,
            listing.path,
            {**pager.values, **listing.values},
            names,
            may_be_gone=pager.peeking,
        )

        def judge(answer: Answer) -> _Page:
            if answer.status == NOT_FOUND:
                return _Page(Turned(0, gone=True), None)
            return self._judge(feed, listing, pager, place, answer)

        return self._transport.fetch(ask, judge, place)

    def _judge(
        self,
        feed: Feed,
        listing: _Listing,
        pager: Pager,
        place: Place,
        answer: Answer,
    ) -> _Page:
        read = feed.read
        rewritten = bool(feed.never_land or read.detail)
        envelope = open_envelope(
            answer,
            declared=feed.encoding,
            digits=rewritten,
            place=place,
            path=listing.path,
        )
        envelope.check_verdict(read.verdict)
        total = envelope.total(read.page.total)
        rows = envelope.rows(read.records, total=total)
        turned = Turned(
            len(rows),
            digest=hashlib.sha256(exact.dump(rows)).digest(),
            total=total,
            cursor=envelope.cursor(read.page.cursor),
        )
        cut: dict[str, int] = {}
        body, encoding = answer.body, envelope.encoding
        if rewritten:
            if read.detail:
                add_details(rows, feed, self._transport, self._limit, place)
            cut = cut_rows(rows, feed.never_land)
            body, encoding = exact.dump(envelope.doc), "utf-8"
        as_of = feed.as_of
        day = day_of_answer(
            as_of,
            header=answer.headers.get(as_of.header) if as_of and as_of.header else None,
            envelope=envelope.text(as_of.envelope) if as_of else None,
            zone=self._partner.timezone,
            place=place,
        )
        meta = PartMeta(
            sequence=0,
            media="json",
            encoding=encoding,
            records=read.records,
            as_of=day,
            origin={"path": listing.path, "page": str(pager.ordinal + 1)}
            | listing.origin,
            received_sha256=hashlib.sha256(answer.body).hexdigest(),
            cut=cut,
        )
        return _Page(turned, Part(meta, body))

    @property
    def _limit(self) -> int:
        return self._partner.source.limits.concurrency


def _groups(keys: Iterator[pl.Series], size: int) -> Iterator[list[str]]:
    """Keys in groups of exactly `size`, the last one smaller."""
    rest: list[str] = []
    for series in keys:
        rest += series.cast(pl.String).drop_nulls().to_list()
        while len(rest) >= size:
            yield rest[:size]
            rest = rest[size:]
    if rest:
        yield rest
