"""A13: scheduled readings that the hub itself did not make.

What lives here: telling once that nobody asks, in place of blaming every partner for
what was never asked for. What does not: partners that were asked (`silence`).
"""

from __future__ import annotations

from collections.abc import Iterator

from hub.alarms.sight import Sight
from hub.alarms.silence import is_unasked
from hub.storage.alarms import Cause

NAMED = 3  # feeds that the sentence names


def not_run(sight: Sight) -> Iterator[Cause]:
    """Feeds that nobody has asked since their scheduled time (A13), as one alarm."""
    left = {
        f"{partner.id}/{feed.name}": past.tried_at
        for partner, feed, past in sight.feeds("A13")
        if is_unasked(sight, partner, feed, past)
    }
    if not left:
        return
    more = " …" if len(left) > NAMED else ""
    tried = max(at for at in left.values() if at is not None)
    yield Cause(
        rule="A13",
        seen={
            "count": len(left),
            "feeds": ", ".join(list(left)[:NAMED]) + more,
            "tried": sight.local(tried),
        },
    )
