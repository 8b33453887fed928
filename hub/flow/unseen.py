"""Open cases that none of the newest deliveries shows (T2).

What lives here: counting them, from the keys that staged keeps of each batch, repeats
included. What does not: asking for open cases (`land.open_keys`); how long a case may
stay out of sight (`hub.alarms`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.land import ENDED
from hub.schemas import dataset


class Unseen(NamedTuple):
    """Open cases of a feed, and how many of them were out of sight."""

    cases: int
    open: int


def count_unseen(
    house: House, partner: str, feed: str, batches: Collection[str]
) -> Unseen:
    """Open cases of a feed that no given batch of its partner shows.

    It reads the open cases of the partner, and the keys of the batches: as often as
    somebody delivers, not as often as somebody looks.

    Args:
        house: the hub.
        partner: its id.
        feed: that last told of the cases.
        batches: ids of the batches in which a case counts as seen.
    """
    issue = dataset("issue")
    core = tables.core_table(house.lake, issue)
    mine = core.files(partitions=[{"partner": partner}])
    columns = ["issue_id", "feed", "stage_code", "deleted_at"]
    found = [pl.Series("key", [], pl.String)]
    for frame in core.scan(mine, columns=columns):
        ended = pl.col("stage_code").is_in(ENDED).fill_null(value=False)
        still = frame.filter(
            pl.col("deleted_at").is_null() & ~ended, pl.col("feed") == feed
        )
        found.append(still["issue_id"].alias("key"))
    left = pl.concat(found).to_frame()
    count = len(left)
    staged = tables.staged_table(house.lake, partner, issue)
    places = [{"batch_id": one} for one in batches]
    for frame in staged.scan(staged.files(partitions=places), columns=["key"]):
        left = left.join(frame, on="key", how="anti")
    return Unseen(len(left), count)
