"""Communities that are merged: from the CHANGE_DAY on, one area answers for two.

What lives here: which places give up their area, and to which neighbour. The pair lies
side by side in one street, has a chief each and is replaced by nobody else's story.
What does not: how the office tells of it (`hub.demo.systems.roster`).
"""

from __future__ import annotations

import polars as pl

from hub.demo.ground.plan import Plan

STREETS_PER_MERGER = 30
LATE_UNIT = "AU-420105"


def mergers(plan: Plan, is_storied: pl.Expr) -> pl.DataFrame:
    """The pairs.

    Args:
        plan: the ground.
        is_storied: whether a place has a story of its own (vacant, replaced).

    Returns:
        place, into (place), one row per area that is given up.
    """
    nth = pl.int_range(pl.len()).over("street")
    pairs = (
        plan.places.with_columns(nth=nth, count=pl.len().over("street"))
        .filter(
            (pl.col("nth") < 2)
            # Two side by side: the first row of a square plan holds both.
            & (pl.col("count") >= 3)
            & (pl.col("unit_code") != LATE_UNIT)
        )
        .group_by("street", maintain_order=True)
        .agg(
            into=pl.col("place").first(),
            place=pl.col("place").last(),
            storied=is_storied.any(),
        )
    )
    nth = pl.int_range(pl.len()).over(pl.col("street") // STREETS_PER_MERGER)
    return pairs.filter(~pl.col("storied")).filter(nth == 0).select("place", "into")
