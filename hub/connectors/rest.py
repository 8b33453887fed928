"""REST: listings over HTTP, page by page, as the partner answers them.

What lives here: the order of requests of one delivery: each listing, each span of
time, each page, its count, then the sweep by key. What does not: one page and what
lands of it (`rest_pages`), the count itself (`counts`), and the steps below (`asking`,
`transport`, `envelope`, `paging`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import count as numbers

import polars as pl

from hub.connectors.auth import Credentials
from hub.connectors.base import Closing, Delivery, Part, Place, Seen
from hub.connectors.counts import ask_count, with_count
from hub.connectors.paging import Pager
from hub.connectors.rest_pages import Listing, PageReader
from hub.connectors.tls import make_context
from hub.connectors.transport import Transport
from hub.connectors.windows import name_window, split, write_instant
from hub.errors import DeclarationError
from hub.partners.secrets import resolve
from hub.partners.spec import Feed, Partner, Sweep
from hub.settings import Settings

# A listing that shrank is read again from its start; what comes twice counts once.
_PASSES = 3


class RestConnector(Closing):
    """Reads the listings of one partner."""

    def __init__(
        self,
        partner: Partner,
        settings: Settings,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        credentials: Credentials | None = None,
    ) -> None:
        """Connect to nothing yet.

        Args:
            partner: the declaration.
            settings: clock and secrets.
            sleep: waits so many seconds between attempts.
            monotonic: seconds on a clock that never goes back.
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
            context=make_context(source.tls, settings, partner=partner.id),
            hosts=source.hosts,
            sleep=sleep,
            monotonic=monotonic,
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
        sequence = numbers()
        for listing in self._listings(feed, delivery, sweep_keys, place):
            for part in self._walk(feed, listing, place):
                meta = replace(part.meta, sequence=next(sequence))
                yield replace(part, meta=meta)

    def _walk(self, feed: Feed, listing: Listing, place: Place) -> Iterator[Part]:
        """The pages of one listing, again where it shrank while it was read."""
        pages = PageReader(feed, self._partner, self._transport)
        most = len(listing.keys) if listing.keys else None
        for _ in range(_PASSES):
            pager = Pager(feed.read.page, place, path=listing.path, most=most)
            parts = _turned(pages, listing, pager)
            if feed.read.count is not None and listing.keys is None:
                count = partial(
                    ask_count,
                    *(feed, feed.read.count, listing, pages, self._transport, place),
                )
                parts = with_count(parts, pager, count)
            yield from parts
            if not pager.shrunk:
                return
        raise place.refused(
            f"read {listing.path} to its end",
            f"its total fell while it was read, {_PASSES} times in a row",
            "Rows may have moved up unseen: page by keyset, or ask for shorter spans.",
        )

    def count(self, feed: Feed, delivery: Delivery) -> int | None:
        """What the partner counts, or the totals that first pages declare."""
        asked = feed.read.count
        if asked is None and feed.read.page.total is None:
            return None
        place = Place(self._partner.id, feed.name)
        pages = PageReader(_without_details(feed), self._partner, self._transport)
        told = 0
        for listing in self._listings(feed, delivery, None, place):
            if asked is not None:
                told += ask_count(feed, asked, listing, pages, self._transport, place)
                continue
            pager = Pager(feed.read.page, place, path=listing.path)
            told += pages.fetch(listing, pager).turned.total or 0
        return told

    def _listings(
        self,
        feed: Feed,
        delivery: Delivery,
        sweep_keys: Iterator[pl.Series] | None,
        place: Place,
    ) -> Iterator[Listing]:
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
                yield Listing(path)
                continue
            form, zone = read.window.format, self._partner.timezone
            for start, end in split(read.window, delivery.since, until, zone):
                bounds = {
                    "from": write_instant(start, form, zone, end=False),
                    "to": write_instant(end, form, zone, end=True),
                }
                yield Listing(path, bounds=bounds)
        if read.sweep is not None and sweep_keys is not None:
            sweep = read.sweep if isinstance(read.sweep, Sweep) else Sweep()
            for number, keys in enumerate(_groups(sweep_keys, sweep.size)):
                for path in (sweep.path,) if sweep.path else paths:
                    yield Listing(path, keys=keys, group=number)


def _turned(pages: PageReader, listing: Listing, pager: Pager) -> Iterator[Part]:
    """The pages of a listing until its pager is done."""
    while not pager.done:
        page = pages.fetch(listing, pager)
        if pager.turn(page.turned) and page.part is not None:
            yield page.part


def _without_details(feed: Feed) -> Feed:
    """The feed without its request per row, which a count does not need."""
    read = feed.read.model_copy(update={"detail": None})
    return feed.model_copy(update={"read": read})


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
