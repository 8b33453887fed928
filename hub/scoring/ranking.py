"""Ranks: who stands where among those that it is compared with.

What lives here: ranks of every dimension and of the total inside a group (metrics
§7). What does not: points. A unit without points is listed and has no rank.
"""

from __future__ import annotations

import polars as pl

from hub.scoring.spec import Ranking

WITHIN: dict[str, tuple[str, ...]] = {
    "group": ("parent_unit_code", "group_code"),
    "parent": ("parent_unit_code",),
    "all": (),
}


def ranked(totals: pl.DataFrame, ranking: Ranking) -> pl.DataFrame:
    """Totals with `rank` before their reason; equal points share a rank.

    Args:
        totals: period, level, parent_unit_code, group_code, dimension, points,
            not_ranked_reason. Units without a group are one group.
        ranking: who is compared, and whether a shared rank skips the next.
    """
    among = ["period", "level", "dimension", *WITHIN[ranking.within]]
    whole = (pl.col("points") * 1000).cast(pl.Int64)
    rank = (
        whole.rank("min", descending=True)
        if ranking.ties == "skip"
        else whole.rank("dense", descending=True)
    )
    rest = [name for name in totals.columns if name != "not_ranked_reason"]
    return totals.with_columns(rank=rank.over(among).cast(pl.Int64)).select(
        *rest, "rank", "not_ranked_reason"
    )
