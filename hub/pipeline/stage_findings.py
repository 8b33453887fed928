"""What in a case contradicts itself; it warns and changes nothing.

What lives here: the warnings that follow from the derivation (codes §6 step 8,
model §6). S01: the derived stage is none of those that the source state stands
for. T15: later steps and no registration. K16: closed or ended, and the instant
is missing. K17: rework_count is not the number of REWORK events.
"""

from __future__ import annotations

import polars as pl

from hub.pipeline.stage_chain import Chain


def find_contradictions(
    derived: pl.DataFrame,
    *,
    delivered: pl.DataFrame,
    reached: pl.DataFrame,
    chain: Chain,
) -> pl.DataFrame:
    """Findings of all issues: issue_id and rule, one row per pair, sorted.

    Args:
        derived: issues with filled values, `issue`, `m`, `n`, `stage_code` and
            `rework_events`, in the order of `delivered`.
        delivered: the same issues with the values as delivered.
        reached: forward evidence (issue, at, no, is_inferred).
        chain: numbers of the stages.
    """
    registered, fed_back = chain.no("REGISTERED"), chain.no("FED_BACK")
    closed = chain.no("CLOSED")
    later = reached.filter(
        ~pl.col("is_inferred") & (pl.col("no") > registered) & (pl.col("no") < fed_back)
    )["issue"].unique()
    stage_no = chain.number_of(pl.col("stage_code"))
    state, ends = pl.col("m"), pl.col("n")
    is_told = (state.list.len() > 0) | (ends.list.len() > 0)
    is_among = state.list.contains(stage_no) | ends.list.contains(pl.col("stage_code"))
    # Only a state that can mean nothing else says that the case is closed.
    says_closed = (state.list.len() > 0) & (state.list.min() >= closed)
    lacks_close = pl.col("closed_at").is_null() & ((stage_no >= closed) | says_closed)
    lacks_cancel = pl.col("cancelled_at").is_null() & stage_no.is_null()
    verdicts = {
        "S01": is_told & ~is_among,
        "T15": pl.col("registered_at").is_null()
        & pl.col("issue").is_in(later.implode()),
        "K16": lacks_close.fill_null(value=False) | lacks_cancel,
        "K17": pl.col("events_complete")
        & (pl.col("delivered_rework_count") != pl.col("rework_events").fill_null(0)),
    }
    return (
        derived.with_columns(delivered_rework_count=delivered["rework_count"])
        .select(
            "issue_id",
            *(
                verdict.fill_null(value=False).alias(rule)
                for rule, verdict in verdicts.items()
            ),
        )
        .unpivot(on=list(verdicts), index="issue_id", variable_name="rule")
        .filter("value")
        .select("issue_id", "rule")
        .sort("issue_id", "rule")
    )
