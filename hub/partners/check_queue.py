"""Whether a feed that reads a message queue says what a queue can give.

What lives here: the queue's name and address, forms of messages, and what only makes
sense where a delivery is whole or can be asked for again. What does not: keys of other
connectors (`check_reading`), credentials (`check_source`).
"""

from __future__ import annotations

from collections.abc import Iterator

from hub.partners.problems import Problem, not_allowed, path_of
from hub.partners.spec import Feed, Partner

SCHEMES = ("amqp", "amqps")
FORMS = ("json", "xml")


def find_queue_problems(partner: Partner, feed: Feed, where: str) -> Iterator[Problem]:
    """Everything that is wrong with a feed of a queue; nothing for other feeds.

    Args:
        partner: as the feed sees it.
        feed: the feed.
        where: its place in the file.
    """
    source, read = partner.source, feed.read
    if source.connector != "queue":
        return
    if not read.queue:
        at = path_of(where, "read")
        yield Problem(at, "needs queue", "write the name of the partner's queue")
    if read.format not in {None, *FORMS}:
        yield not_allowed(
            path_of(where, "read", "format"),
            kind="form of a message",
            given=str(read.format),
            allowed=FORMS,
        )
    if feed.mode == "snapshot":
        yield Problem(
            path_of(where, "mode"),
            "messages never tell everything there is",
            'write mode = "changes", or "events" if rows never change',
        )
    if feed.deletes.kind not in {"none", "marker"}:
        yield Problem(
            path_of(where, "deletes"),
            f'kind "{feed.deletes.kind}" needs complete deliveries, which a queue '
            "does not make",
            'write kind = "marker" if a field says so, or leave it out',
        )
    if feed.as_of is not None:
        yield Problem(
            path_of(where, "as_of"),
            'has no meaning for connector "queue"',
            'name the change time of a row, e.g. changed = "@timestamp"',
        )
    yield from _address(partner, where if feed.source else "")


def _address(partner: Partner, where: str) -> Iterator[Problem]:
    source, at = partner.source, path_of(where, "source") if where else "source"
    url, kind = source.url or "env:", source.auth.kind
    scheme = url.partition("://")[0]
    if not url.startswith("env:") and scheme not in SCHEMES:
        yield Problem(
            path_of(at, "url"),
            "is no address of a broker",
            'write it as in "amqps://host/vhost"',
        )
    if kind not in {"none", "basic"}:
        yield not_allowed(
            path_of(at, "auth", "kind"),
            kind="credential for a queue",
            given=kind,
            allowed=("none", "basic"),
        )
