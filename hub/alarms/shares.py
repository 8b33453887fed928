"""A07: the share of rows in quarantine rises above the usual.

What lives here: shares per day, less what retries and replays have taken in since.
What does not: the bound at which a whole delivery is refused (`hub.flow.guard`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from statistics import median

from hub.alarms.sight import Sight
from hub.storage.alarms import Cause

PAST_DAYS = 28


def held_back(sight: Sight) -> Iterator[Cause]:
    """Feeds whose newest day has far more rows in quarantine than usual (A07)."""
    city = sight.declared
    for partner, feed, past in sight.feeds("A07"):
        came = past.days(whole=feed.mode == "snapshot")
        start = feed.alarm.counts_from
        days = sorted(day for day, one in came.items() if one.rows)
        if not days:
            continue
        day = days[-1]
        known = [
            came[one].held / came[one].rows
            for one in days[:-1]
            if day - one <= timedelta(days=PAST_DAYS) and (not start or one >= start)
        ]
        if len(known) < city.least_history:
            continue
        usual, newest = median(known), came[day]
        rise = feed.alarm.quarantine_rise
        most = usual + (city.quarantine_rise if rise is None else rise)
        too_many = newest.held - usual * newest.rows
        if newest.held / newest.rows > most and too_many >= city.least_rows:
            yield Cause(
                rule="A07",
                partner=partner.id,
                feed=feed.name,
                seen={
                    "day": day.isoformat(),
                    "held": newest.held,
                    "count": newest.rows,
                    "share": f"{newest.held / newest.rows:.0%}",
                    "usual": f"{usual:.0%}",
                },
            )
