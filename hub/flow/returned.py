"""Rejected rows that their sender has corrected and brought again.

What lives here: which rows of earlier deliveries a batch brings, and so which of those
are out no more. Every count of the earlier delivery stays as it was; the row is judged
anew as one of the delivery that brings it. What does not: reading the workbook
(`hub.connectors.decode.returned`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from hub.connectors.decode.returned import RETURNED
from hub.connectors.decode.returned import returned_rows as rows_of
from hub.flow.context import part_meta, parts_of

if TYPE_CHECKING:
    from hub.flow.house import House
    from hub.partners.spec import Feed, Partner
    from hub.storage.batches import Batch


def brings_back(house: House, batch: Batch) -> bool:
    """Whether a batch brings rows of earlier deliveries, and is no delivery whole."""
    parts = parts_of(house, batch)
    return any(RETURNED in part_meta(part).origin for part in parts)


def returned_rows(
    house: House, partner: Partner, feed: Feed, batches: list[Batch]
) -> pl.DataFrame:
    """Rows of a feed that a merged delivery has brought again: root, row.

    Args:
        house: the hub.
        partner: whose feed it is.
        feed: the feed.
        batches: all batches of the feed.
    """
    empty = pl.DataFrame(schema={"root": pl.Int64, "row": pl.Int64})
    if partner.reading(feed).source.connector != "push":
        return empty
    merged = {
        one.parent or one.number
        for one in batches
        if one.state == "merged" and one.kind != "retry"
    }
    told = house.ledger.returning(partner.id, feed.name)
    named = pl.DataFrame(
        [(one.name, one.number) for one in batches if one.kind == "delivery"],
        schema={"receipt": pl.String, "root": pl.Int64},
        orient="row",
    )
    found = [rows_of(text) for number, text in told if number in merged]
    return pl.concat(
        [empty, *(one.join(named, on="receipt").select("root", "row") for one in found)]
    ).unique()
