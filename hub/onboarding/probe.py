"""One page of the real source, asked for and not kept.

What lives here: asking (one page, one file, the first rows of a table) and what came
of it. Nothing is stored: no batch, no raw object, no watermark, no ledger entry; a hub
need not even be there. What does not: looking into the page (`probe_examined`), taking
a delivery in (`hub.flow`).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable

from hub.connectors import Connector, connect
from hub.connectors.base import Delivery, Part
from hub.errors import HubError
from hub.flow.guard import span
from hub.flow.house import wall_clock
from hub.flow.run import FIRST_REACH
from hub.onboarding.probe_examined import Asked, Examined, Sent, examine
from hub.partners.city import City
from hub.partners.spec import Feed, Partner
from hub.settings import Settings

FEW = 500  # rows of a table that are asked for

Connect = Callable[[Partner, Settings], Connector]


@dataclass(frozen=True)
class Window:
    """The span asked for; None leaves it to the declaration and the clock."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Probe:
    """What one feed answered.

    Attributes:
        partner: whose it is.
        feed: which one.
        asked: what was asked for; None where it did not come to that.
        examined: what the rows are like; None where none could be read.
        error: why not.
        origin: where the rows come from, in Chinese, if not from a probe.
    """

    partner: Partner
    feed: Feed
    asked: Asked | None
    examined: Examined | None
    error: HubError | None = None
    origin: str | None = None


@runtime_checkable
class Sampling(Protocol):
    """A connector that can ask for fewer rows than a delivery has."""

    def sample(self, feed: Feed, delivery: Delivery, *, rows: int) -> Iterator[Part]:
        """Parts of a delivery, of which the source looks for so many rows."""
        ...


def probe_feed(
    city: City,
    settings: Settings,
    partner: Partner,
    feed: Feed,
    window: Window = Window(),
    *,
    connect: Connect = connect,
) -> Probe:
    """Ask the source of one feed for one page and look at it in memory.

    A source that is down or says no is an outcome, not an exception.

    Args:
        city: formats, reference data, bounding box.
        settings: clock and secrets; its home is not touched.
        partner: whose source it is.
        feed: what to ask for.
        window: the span to ask for, where the feed has one.
        connect: makes the connector (tests).
    """
    asked: Asked | None = None
    found: Examined | None = None
    plain = _from_its_start(feed)
    try:
        with connect(partner.reading(feed), settings) as connector:
            for delivery in _choices(connector, plain, window, settings):
                part = next(_parts(connector, plain, delivery), None)
                if part is None:
                    continue
                asked = Asked(
                    delivery=delivery,
                    at=settings.clock(),
                    total=part.told.total,
                    answered_at=part.told.answered_at,
                    ahead=_ahead(part.told.answered_at),
                    is_whole=isinstance(part.body, Path) or "file" in part.meta.origin,
                )
                found = examine(city, partner, feed, [sent(part)], asked)
                if found.rows:
                    break
    except HubError as error:
        return Probe(partner, feed, asked, None, error.at(partner.id, feed.name))
    return Probe(partner, feed, asked, found)


def _ahead(answered_at: datetime | None) -> timedelta | None:
    """The partner's clock against real time; the hub's own may be fixed."""
    return None if answered_at is None else answered_at - wall_clock()


def sent(part: Part) -> Sent:
    """A part as something that can be opened again."""
    body = part.body

    def opened() -> BinaryIO:
        return body.open("rb") if isinstance(body, Path) else io.BytesIO(body)

    return Sent(part.meta, opened)


def _parts(connector: Connector, feed: Feed, delivery: Delivery) -> Iterator[Part]:
    if isinstance(connector, Sampling):
        return islice(connector.sample(feed, delivery, rows=FEW), 1)
    return islice(connector.read(feed, delivery, sweep_keys=None), 1)


def _choices(
    connector: Connector, feed: Feed, window: Window, settings: Settings
) -> Iterator[Delivery]:
    """Deliveries to try until one has rows: the newest file, or the newest days.

    A table is asked without a window where the newest days hold nothing: no other
    question costs it so little.
    """
    since, until = window.since, window.until
    if feed.read.window is not None or (feed.changed and feed.read.files is None):
        until = until or settings.clock()
        since = since or until - _reach(feed)
    found = list(
        connector.deliveries(feed, since=since, until=until, seen=lambda *_: False)
    )
    yield from found[-1:]
    if isinstance(connector, Sampling) and window == Window():
        yield from connector.deliveries(
            feed, since=None, until=None, seen=lambda *_: False
        )


def _from_its_start(feed: Feed) -> Feed:
    """The feed without its look back: the newest span is wanted, not an older one."""
    if feed.read.window is None:
        return feed
    window = feed.read.window.model_copy(update={"overlap": "0s", "reach": None})
    read = feed.read.model_copy(update={"window": window})
    return feed.model_copy(update={"read": read})


def _reach(feed: Feed) -> timedelta:
    """How far back one question may reach: a chunk of the window."""
    window = feed.read.window
    chunk = window.chunk if window is not None else None
    return span(chunk) if chunk else FIRST_REACH
