"""What was erased stays out: tombstones applied to what comes, before it is judged.

What lives here: the facts of a chunk less what its keys' tombstones name, so that
neither a delivery nor a replay brings a value back. What does not: erasing what is
there (`hub.flow.erasure`).
"""

from __future__ import annotations

import polars as pl

from hub.partners.spec import Emit
from hub.pipeline.columns import Context
from hub.pipeline.erase import erase_facts, whole_keys
from hub.pipeline.normalise import ROW, Facts


def without_erased(read: Facts, emit: Emit, ctx: Context) -> Facts:
    """The facts of one emit, and its findings less those about what is erased."""
    if ctx.erased is None or read.frame.is_empty():
        return read
    tombstones = ctx.erased(read.dataset.name, read.frame["key"])
    if tombstones.is_empty():
        return read
    filled = pl.lit("start_on" not in emit.columns)
    frame = erase_facts(read.frame, read.dataset, tombstones, filled=filled)
    keys = read.frame.select(ROW, "key")
    named = keys.join(tombstones, on="key").select(ROW, "column").unique()
    found = read.findings.join(named, on=[ROW, "column"], how="anti")
    gone = keys.filter(pl.col("key").is_in(whole_keys(tombstones).implode()))[ROW]
    # A row that is deleted needs nothing but its key.
    found = found.filter(
        ~pl.col(ROW).is_in(gone.implode()) | (pl.col("column") == "source_id")
    )
    return Facts(read.dataset, frame, found)
