"""A17: open cases that no delivery has shown for days.

What lives here: which feeds can lose sight of a case, from when on it is out of sight,
and when that is counted anew. What does not: counting (`hub.flow.unseen`).

A feed that is asked by creation time (`reach`) or by key (`sweep`) shows an open case
again and again; of another one silence about a case says nothing, unless it declares
`unseen_after`. Counting reads the lake, so it is done once a day, and after each
delivery while the alarm is open, and remembered.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import polars as pl

from hub.alarms.past import Past
from hub.alarms.sight import Sight, last
from hub.flow.unseen import Unseen, count_unseen
from hub.partners.city import as_timedelta
from hub.partners.spec import Feed, Partner
from hub.storage.alarms import Cause
from hub.storage.batches import batch_id

COUNT_AGAIN = timedelta(days=1)
COUNTS = 4  # feeds that one check counts at most: each reads the lake


def unseen(sight: Sight) -> Iterator[Cause]:
    """Feeds with open cases that no delivery has shown for days (A17)."""
    counts = iter(range(COUNTS))
    for partner, feed, past in sight.feeds("A17"):
        after = _after(sight, feed)
        if after is None:
            continue
        found = _counted(sight, partner, feed, past, after, counts)
        if found is None or found.cases < sight.declared.unseen_cases:
            continue
        yield Cause(
            rule="A17",
            partner=partner.id,
            feed=feed.name,
            seen={
                "unseen": found.cases,
                "open": found.open,
                "days": f"{after / timedelta(days=1):g}",
            },
        )


def _after(sight: Sight, feed: Feed) -> timedelta | None:
    """How long a case may be out of sight; None where that says nothing."""
    if all(emit.dataset != "issue" for emit in feed.emits):
        return None
    own, window = feed.alarm.unseen_after, feed.read.window
    is_asked_again = feed.read.sweep is not None or (
        window is not None and window.reach is not None
    )
    if own is None and not is_asked_again:
        return None
    return as_timedelta(own or sight.declared.unseen_after)


def _counted(
    sight: Sight,
    partner: Partner,
    feed: Feed,
    past: Past,
    after: timedelta,
    counts: Iterator[int],
) -> Unseen | None:
    """What was counted last, or is now; None while nothing can be out of sight.

    Time is measured up to the feed's newest delivery: what a silent feed does not show
    is A01's.
    """
    newest, landed = last(past.merged, "number"), past.merged["landed_at"]
    first, latest = landed.min(), landed.max()
    if not isinstance(first, datetime) or not isinstance(latest, datetime):
        return None
    if latest - first <= after:
        return None
    name = f"unseen/{partner.id}/{feed.name}"
    key = [newest, str(after)]
    known = sight.store.fact(name)
    kept = Unseen(*known[0]["counted"]) if known else None
    if known is not None and kept is not None:
        is_fresh = sight.now - known[1] < COUNT_AGAIN and not kept.cases
        is_same_time = known[0]["key"][1] == key[1]
        if known[0]["key"] == key or (is_fresh and is_same_time):
            return kept
    if next(counts, None) is None:
        return kept
    shown = [
        batch_id(number)
        for (who, _), other in sight.pasts.items()
        if who == partner.id
        for number in other.batches.filter(
            pl.col("state") == "merged", pl.col("landed_at") >= latest - after
        )["number"].to_list()
    ]
    fresh = count_unseen(sight.house, partner.id, feed.name, shown)
    value = {"key": key, "counted": list(fresh)}
    sight.store.keep_fact(name, value, at=sight.now)
    return fresh
