"""Keys that one page gives to several rows.

What lives here: how many, and whether their rows say the same. What does not: repeated
rows, which the flow takes once (`hub.flow.chunks`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class RepeatedKeys:
    """Keys of one dataset that stand more than once.

    Attributes:
        dataset: whose keys.
        keys: how many keys.
        rows: how many facts they stand for.
        torn: keys whose facts of one version differ (P18).
    """

    dataset: str
    keys: int
    rows: int
    torn: int


def repeated_keys(facts: Mapping[str, pl.DataFrame]) -> tuple[RepeatedKeys, ...]:
    """Per dataset the keys that several facts share; none where each has its own."""
    found = []
    for name, frame in facts.items():
        several = (
            frame.filter(pl.col("source_id").is_not_null())
            .group_by("key", "version_at")
            .agg(rows=pl.len(), contents=pl.col("row_digest").n_unique())
            .group_by("key")
            .agg(pl.col("rows").sum(), torn=(pl.col("contents") > 1).any())
            .filter(pl.col("rows") > 1)
        )
        if len(several):
            rows, torn = int(several["rows"].sum()), int(several["torn"].sum())
            found.append(RepeatedKeys(name, len(several), rows, torn))
    return tuple(found)
