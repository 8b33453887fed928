"""What the partner counts of a listing itself (trap T4).

What lives here: asking the counting address over the span of a listing, in its own
words, and putting the number beside what was listed, into the description of the
listing's last part. What does not: totals inside a listing (`paging`), what a
difference means (`hub.flow.remarks`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from hub.connectors.asking import make_ask
from hub.connectors.base import Part, Place
from hub.connectors.outcomes import Answer
from hub.connectors.paging import Pager
from hub.connectors.rest_pages import Listing, PageReader
from hub.connectors.transport import Transport
from hub.partners.spec import Count, Feed


def ask_count(
    feed: Feed,
    count: Count,
    listing: Listing,
    pages: PageReader,
    transport: Transport,
    place: Place,
) -> int:
    """The number of rows that the partner counts over the span of a listing.

    Raises:
        SourceUnavailable: it could not be had.
        SourceRejected: the partner said no, or something else than a number.
    """
    window, read = feed.read.window, feed.read
    if count.params is not None:
        read = read.model_copy(update={"params": count.params})
    names = [
        (count.from_ or (window.from_ if window else None), "from"),
        (count.to or (window.to if window else None), "to"),
    ]

    def judge(answer: Answer) -> int:
        envelope = pages.open(count.path, answer)
        envelope.check_verdict(read.verdict)
        total = envelope.total(count.total)
        assert total is not None, count.total
        return total

    ask = make_ask(read, count.path, dict(listing.bounds), names)
    return transport.fetch(ask, judge, place)


def with_count(
    parts: Iterator[Part], pager: Pager, counted: Callable[[], int]
) -> Iterator[Part]:
    """The parts; the last one tells both numbers, once the listing has ended."""
    held: Part | None = None
    for part in parts:
        if held is not None:
            yield held
        held = part
    if held is not None:
        counts = {"listed": pager.received, "counted": counted()}
        yield replace(held, meta=replace(held.meta, counts=counts))
