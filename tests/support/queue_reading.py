"""Reading a queue as the hub does, without a flow around it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from support.declared import feed, partner

from hub.connectors.base import Delivery, Part
from hub.connectors.decode import Wanted, decode, row_texts
from hub.connectors.queue import QueueConnector
from hub.partners.spec import Feed
from hub.settings import Settings

NOW = datetime(2026, 10, 3, tzinfo=UTC)
ANY = Delivery("messages")


def queue_feed(queue: str, *, read: dict[str, Any] | None = None, **given: Any) -> Feed:
    """A feed that reads a queue."""
    plain = {"queue": queue, "quiet_seconds": 0.3}
    return feed(read=plain | (read or {}), **given)


@contextmanager
def connector(url: str, one: Feed, **source: Any) -> Iterator[QueueConnector]:
    """A connector to the broker at `url`; one attempt, a MB at most per message."""
    plain = {
        "connector": "queue",
        "url": url,
        "limits": {"attempts": 1, "max_body_mb": 1, "timeout_seconds": 5},
    }
    declared = partner(plain | source, one)
    with QueueConnector(declared, Settings(now=NOW)) as made:
        yield made


def fetch(made: QueueConnector, one: Feed) -> list[Part]:
    """The parts of one delivery, acknowledged."""
    parts = list(made.read(one, ANY, sweep_keys=None))
    made.landed(one, ANY)
    return parts


def rows(parts: Iterable[Part], *names: str) -> list[tuple[str | None, ...]]:
    """The named fields of every row that could be laid out."""
    found: list[tuple[str | None, ...]] = []
    for part in parts:
        for some in decode(_body(part), part.meta, Wanted(frozenset(names), {})):
            found += some.frame.select(names).rows()
    return found


def broken(parts: Iterable[Part]) -> list[tuple[str, str]]:
    """Rule and text of every row that could not."""
    found: list[tuple[str, str]] = []
    for part in parts:
        for some in decode(_body(part), part.meta, Wanted(frozenset(), {})):
            lost = some.broken
            texts = row_texts(_body(part), part.meta, lost["__row"])["text"]
            found += zip(lost["rule"], texts, strict=True)
    return found


def _body(part: Part) -> io.BytesIO:
    assert isinstance(part.body, bytes)
    return io.BytesIO(part.body)
