"""A18: a source counts more rows of a day than ever came, and goes on doing so.

What lives here: which of the kept comparisons stand. What is missing once may still be
under way: it is told when a delivery has come since and the next comparison misses it
again. What does not: comparing (`hub.flow.reconcile.day_counts`), which a schedule
does every night and `hub reconcile` by hand. A source that cannot be asked changes
nothing that is kept, so it opens no alarm and closes none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import polars as pl

from hub.alarms.past import Past
from hub.alarms.sight import Sight
from hub.flow.reconcile.day_counts import can_be_counted
from hub.storage.alarms import Cause
from hub.storage.day_counts import DayCounts, KeptCount

DAY = timedelta(days=1)


def short(sight: Sight) -> Iterator[Cause]:
    """Feeds with days of which the source counts more rows than came (A18)."""
    told = DayCounts(sight.house.control.engine).short()
    for partner, feed, past in sight.feeds("A18"):
        if not can_be_counted(partner, feed):
            continue
        own, start = feed.alarm.missing_rows, feed.alarm.counts_from
        least = sight.declared.missing_rows if own is None else own
        days = [
            one
            for one in told
            if (one.partner, one.feed) == (partner.id, feed.name)
            and one.missing >= least
            and (start is None or one.day >= start)
            and _stands(one, past)
        ]
        if not days:
            continue
        worst = max(days, key=lambda one: (one.missing, one.day))
        yield Cause(
            rule="A18",
            partner=partner.id,
            feed=feed.name,
            seen={
                "days": len(days),
                "rows": sum(one.missing for one in days),
                "day": worst.day.isoformat(),
                "counted": worst.counted,
                "came": worst.held + worst.kept_out,
                "first": days[0].day.isoformat(),
                "until": (days[-1].day + DAY).isoformat(),
            },
        )


def _stands(one: KeptCount, past: Past) -> bool:
    """Whether something was taken in between two comparisons that both miss rows."""
    landed = pl.col("landed_at")
    between = (landed > one.short_since) & (landed <= one.compared_at)
    return not past.merged.filter(between).is_empty()
