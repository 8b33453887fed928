"""Rows that the hub would read today as the source has them now.

What lives here: reading single rows again from raw under today's declaration. What
agrees with the source then differs only because the declaration, or what it looks
up, has changed since; a replay settles it. What does not: replaying.
"""

from __future__ import annotations

import polars as pl

from hub.flow.chunks import Seen, judge
from hub.flow.context import context_of
from hub.flow.house import House
from hub.flow.split import chunks
from hub.partners.spec import Feed, Partner
from hub.storage.batches import batch_number

DOUBTS: dict[str, pl.DataType] = {
    "key": pl.String(),
    "reason": pl.String(),
    "digest": pl.String(),
    "hub_batch": pl.String(),
    "hub_row": pl.Int64(),
}


def read_alike(
    house: House, partner: Partner, feed: Feed, name: str, doubts: pl.DataFrame
) -> pl.DataFrame:
    """The doubts that a replay would settle.

    Args:
        doubts: `DOUBTS`, keys whose contents differ without an explanation.
    """
    alike = [doubts.clear()]
    known = doubts.filter(pl.col("hub_batch").is_not_null() & (pl.col("hub_row") >= 0))
    for batch_id in known["hub_batch"].unique().sort():
        batch = house.ledger.batch(batch_number(batch_id))
        mine = known.filter(pl.col("hub_batch") == batch_id)
        ctx = context_of(house, batch, partner, feed)
        seen = Seen()
        for rows in chunks(house, batch, feed, mine["hub_row"].unique()):
            if not len(rows.frame):
                continue
            facts = judge(house.city, rows, ctx, seen).facts.get(name)
            if facts is not None:
                read = facts.select("key", digest="row_digest").unique()
                alike.append(mine.join(read, on=["key", "digest"], how="semi"))
    return pl.concat(alike).unique(maintain_order=True)
