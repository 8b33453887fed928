"""A14: free text that was broken before it came is frequent.

What lives here: the share of such rows in the newest day of a feed, against the share
that city or feed declare. No history is asked: text is sound as a rule, and a feed that
was read in a wrong encoding from its first day on has no better past. What does not:
finding damage (`hub.pipeline.columns`), keys and names with it, which keep their rows
out (`shares`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import polars as pl

from hub.alarms.sight import Sight
from hub.storage.alarm_history import History
from hub.storage.alarms import Cause
from hub.storage.batches import batch_id

REACH = timedelta(days=28)  # a feed whose newest day is older is silent, not damaged
DAMAGED: dict[str, pl.DataType] = {"speaks": pl.Int64(), "damaged": pl.Int64()}


def damaged_text(sight: Sight) -> Iterator[Cause]:
    """Feeds whose newest day has much damaged free text (A14)."""
    found = History(sight.house.control.engine).damaged_since(sight.now - REACH)
    damaged = pl.DataFrame(list(found.items()), schema=DAMAGED, orient="row")
    for partner, feed, past in sight.feeds("A14"):
        told = past.measured.filter(pl.col("received") > 0)
        newest = told.filter(pl.col("day") == pl.col("day").max())
        if feed.mode == "snapshot":
            newest = newest.tail(1)
        newest = newest.join(damaged, on="speaks", how="left").fill_null(0)
        own = feed.alarm.damaged_share
        most = sight.declared.damaged_share if own is None else own
        broken, rows = int(newest["damaged"].sum()), int(newest["received"].sum())
        if broken < sight.declared.least_rows or broken <= most * rows:
            continue
        worst = newest.sort("damaged", "number").tail(1)
        yield Cause(
            rule="A14",
            partner=partner.id,
            feed=feed.name,
            seen={
                "day": worst["day"].item().isoformat(),
                "damaged": broken,
                "count": rows,
                "share": f"{broken / rows:.0%}",
                "most": f"{most:.0%}",
                "batch": batch_id(worst["speaks"].item()),
                "delivery": batch_id(worst["number"].item()),
            },
        )
