"""Events that nobody sent: inferred from a state that came without its time.

What lives here: step 3 of the derivation (codes §6, trap T21) as a pure function
of the set of observations of an issue. Text that is sent again changes nothing;
only the first sight of a state, or a change to it, makes events. What does not:
observations of deletions, which the caller leaves out, and hub identifiers,
which it makes from partner and source_id.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from hub.pipeline.stage_chain import STAGE_ACTION, Chain

ORDER = ("version_at", "row_digest", "feed")


def infer_events(
    observations: pl.DataFrame,
    timed_stages: Mapping[str, Collection[str]],
    *,
    stages: pl.DataFrame,
) -> pl.DataFrame:
    """The events that the delivered states stand for.

    A state that stands for several stages makes one event for each of them that
    the feed has no time for. A fall is claimed only if every stage that the new
    state can mean lies below every stage of the last state on the chain; it
    makes one event, for the lowest of them.

    Args:
        observations: issue_id, partner, source_id (of the issue), feed,
            version_at, row_digest, state (text; null where the row has none),
            state_main (list of MAIN codes). In any order, repeats allowed.
        timed_stages: feed → the stages that its declaration maps a time for.
        stages: the reference list of stages (code, stage_no, kind).

    Returns:
        issue_id, partner, feed, source_id, action_code, stage_code, happened_at,
        row_digest (of the observation) and is_inferred = true, by issue and time.
        source_id is `<issue>#<state>@<instant>`, with `#<stage>` behind it on
        every further stage of the same state.
    """
    chain = Chain.of(stages)
    changes = _changes(observations, chain)
    timed = pl.DataFrame(
        {
            "feed": [feed for feed, codes in timed_stages.items() for _ in codes],
            "no": [chain.no(code) for codes in timed_stages.values() for code in codes],
        },
        schema={"feed": pl.String, "no": pl.Int64},
    ).unique()
    untimed = (
        changes.explode("m")
        .rename({"m": "no"})
        .drop_nulls("no")
        .join(timed, on=["feed", "no"], how="anti")
        .with_columns(stage_code=chain.code_of(pl.col("no")))
    )
    acts = untimed.with_columns(action_code=_action()).drop_nulls("action_code")
    numbered = acts.sort("issue_id", *ORDER, "no").with_columns(
        rank=pl.int_range(pl.len()).over("issue_id", *ORDER)
    )
    return (
        numbered.filter(~pl.col("is_fall") | (pl.col("rank") == 0))
        .with_columns(source_id=_source_id())
        # Two observations of one instant may show the same state: the later wins.
        .unique(["issue_id", "source_id"], keep="last", maintain_order=True)
        .select(
            "issue_id",
            "partner",
            "feed",
            "source_id",
            "action_code",
            "stage_code",
            "row_digest",
            happened_at="version_at",
            is_inferred=pl.lit(value=True),
        )
    )


def _changes(observations: pl.DataFrame, chain: Chain) -> pl.DataFrame:
    """Observations that show a state first or newly, with m and is_fall."""
    is_new = (pl.col("state") != pl.col("state").shift()).fill_null(value=True)
    on_chain = pl.when(pl.col("m").list.len() > 0).then("m")
    is_below = pl.col("m").list.max() < pl.col("before").list.min()
    return (
        observations.filter(pl.col("state").is_not_null())
        .unique(["issue_id", *ORDER])
        .sort("issue_id", *ORDER)
        .with_columns(m=chain.numbers_of(pl.col("state_main")).list.unique())
        .with_columns(
            is_change=is_new.over("issue_id"),
            before=on_chain.shift().forward_fill().over("issue_id"),
        )
        .filter("is_change")
        .with_columns(is_fall=is_below.fill_null(value=False))
    )


def _action() -> pl.Expr:
    """The action that stands for stage_code; null for VERIFIED, which has none."""
    stage = pl.col("stage_code")
    onward = stage.replace_strict(
        dict(STAGE_ACTION), default=None, return_dtype=pl.String
    )
    return (
        pl.when(~pl.col("is_fall"))
        .then(onward)
        .when(stage == "HANDLING")
        .then(pl.lit("REWORK"))
        .otherwise(pl.lit("RETURN"))
    )


def _source_id() -> pl.Expr:
    """A key that every rebuild finds again: issue, state and instant, then stage."""
    instant = pl.col("version_at").dt.to_string("%Y-%m-%dT%H:%M:%S%.6fZ")
    further = (
        pl.when(pl.col("rank") > 0)
        .then(pl.concat_str(pl.lit("#"), "stage_code"))
        .otherwise(pl.lit(""))
    )
    return pl.concat_str(
        "source_id", pl.lit("#"), "state", pl.lit("@"), instant, further
    )
