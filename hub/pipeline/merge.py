"""What a batch does to core: the plan of a merge.

What lives here: deciding, per key, what is new, changed, unchanged, stale or
gone, from the batch's observations, the key index and, only where the index
cannot know, the key's staged history. What does not: reading and writing tables
(`hub.flow.merge`), deriving anything from merged facts (`stage`, `attribute`).

The index keeps one state per key (last live version and whether it is gone).
That state suffices to take a newer or a repeated row; deletions and SCD2
changes are folded anew from every observation of the key.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from hub.pipeline.algebra import is_tombstone, versions, winners

INDEX: dict[str, pl.DataType] = {
    "key": pl.String(),
    "version_at": pl.Datetime("us", "UTC"),
    "row_digest": pl.String(),
    "deleted_at": pl.Datetime("us", "UTC"),
}
OBSERVATION: dict[str, pl.DataType] = {
    "key": pl.String(),
    "version_at": pl.Datetime("us", "UTC"),
    "row_digest": pl.String(),
    "from_on": pl.Date(),
    "to_on": pl.Date(),
    "dated": pl.Boolean(),
    "batch_id": pl.String(),
}
COUNTS = ("emitted", "inserted", "updated", "unchanged", "stale", "deleted")


@dataclass(frozen=True)
class Plan:
    """The effect of one batch on one dataset.

    Attributes:
        rows: content to write: key, version_at, row_digest, deleted_at, batch_id
            (the staged batch that holds it) and, for SCD2, valid_from_on and
            valid_to_on.
        drop: keys whose present core rows go.
        index: new states of every key seen.
        forget: keys that no observation supports any more (after a replay).
        counts: one number per name in `COUNTS`.
    """

    rows: pl.DataFrame
    drop: pl.Series
    index: pl.DataFrame
    forget: pl.Series
    counts: dict[str, int]


def needs_history(
    incoming: pl.DataFrame, index: pl.DataFrame, *, scd2: bool, forced: pl.Series
) -> pl.Series:
    """Keys whose new state does not follow from the index and the batch alone."""
    known = incoming.join(index, on="key", suffix="_known")
    touched = is_tombstone() | pl.col("deleted_at").is_not_null()
    if scd2:
        moves = (pl.col("row_digest") != pl.col("row_digest_known")) | (
            pl.col("version_at") < pl.col("version_at_known")
        )
        touched = touched | moves | pl.col("dated") | pl.col("to_on").is_not_null()
    late = known.filter(touched)["key"]
    return pl.concat([late, forced.cast(pl.String).alias("key")]).unique()


def plan_merge(
    incoming: pl.DataFrame,
    index: pl.DataFrame,
    history: pl.DataFrame,
    *,
    scd2: bool,
    forced: pl.Series | None = None,
) -> Plan:
    """Decide what a batch changes.

    Args:
        incoming: the batch's observations (`OBSERVATION`).
        index: known states of their keys and of `forced` (`INDEX`).
        history: every staged observation, the batch's own included, of the keys
            that `needs_history` named.
        scd2: whether the dataset keeps versions.
        forced: keys to fold anew whatever the batch says (replay).
    """
    forced = forced if forced is not None else pl.Series("key", [], dtype=pl.String)
    deep = needs_history(incoming, index, scd2=scd2, forced=forced)
    shallow = incoming.filter(~pl.col("key").is_in(deep.implode()))
    standing = index.filter(~pl.col("key").is_in(deep.implode())).select(
        "key", "version_at", "row_digest", batch_id=pl.lit(None, dtype=pl.String)
    )
    told = pl.concat(
        [shallow, history.select(*OBSERVATION), standing], how="diagonal"
    ).select(*OBSERVATION)
    states = winners(told)
    before = index.rename({name: f"{name}_before" for name in INDEX if name != "key"})
    compared = states.join(before, on="key", how="left").with_columns(
        is_new=pl.col("row_digest_before").is_null(),
    )
    moved = compared.filter(
        pl.col("is_new")
        | pl.col("row_digest").ne_missing(pl.col("row_digest_before"))
        | pl.col("deleted_at").ne_missing(pl.col("deleted_at_before"))
    )
    if scd2:
        fresh = incoming.join(index, on="key", how="anti")["key"]
        refold = pl.concat([deep, fresh]).unique()
        rows = _version_rows(told.filter(pl.col("key").is_in(refold.implode())), states)
    else:
        refold = moved["key"]
        rows = moved.select(*INDEX).filter(pl.col("row_digest").is_not_null())
    rows = _with_content(rows, told)
    gone = index.join(states, on="key", how="anti").filter(
        pl.col("key").is_in(deep.implode())
    )["key"]
    counts = _count(incoming, compared, rows if scd2 else None)
    return Plan(
        rows=rows,
        drop=pl.concat([refold, gone]).unique().sort(),
        index=states.select(*INDEX),
        forget=gone,
        counts=counts,
    )


def _version_rows(told: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """Every version of the refolded keys, with the state's `deleted_at`."""
    return versions(told.with_columns(pl.col("dated").fill_null(value=False))).join(
        states.select("key", "deleted_at"), on="key", how="left"
    )


def _with_content(rows: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Name the staged batch that holds each row's content."""
    holders = told.group_by("key", "version_at", "row_digest").agg(
        pl.col("batch_id").drop_nulls().max(),
        told_by=pl.col("batch_id").drop_nulls().n_unique(),
    )
    return rows.join(holders, on=["key", "version_at", "row_digest"], how="left")


def _count(
    incoming: pl.DataFrame, compared: pl.DataFrame, rows: pl.DataFrame | None
) -> dict[str, int]:
    """Sort every live observation of the batch into exactly one class."""
    nth = pl.int_range(pl.len()).over("key", "version_at", "row_digest")
    live = (
        incoming.filter(~is_tombstone())
        .with_columns(nth=nth)
        .join(compared, on="key", how="left", suffix="_state")
    )
    wins = (
        (pl.col("row_digest") == pl.col("row_digest_state"))
        & (pl.col("version_at") == pl.col("version_at_state"))
        & (pl.col("nth") == 0)
    )
    is_new = pl.col("is_new").fill_null(value=True)
    same = pl.col("row_digest") == pl.col("row_digest_before")
    revived = pl.col("deleted_at_before").is_not_null() & (
        pl.col("deleted_at").is_null()
    )
    repeats = (pl.col("row_digest") == pl.col("row_digest_state")) | same.fill_null(
        value=False
    )
    verdict = (
        pl.when(is_new & wins)
        .then(pl.lit("inserted"))
        .when(~is_new & wins & (~same | revived))
        .then(pl.lit("updated"))
        .when(repeats)
        .then(pl.lit("unchanged"))
        .otherwise(pl.lit("stale"))
    )
    judged = live.with_columns(verdict=verdict)
    if rows is not None:
        # A late version that takes its place in history is news, not stale; what
        # an earlier batch told already is not.
        placed = rows.select(
            "key", "version_at", "row_digest", placed=pl.col("told_by") == 1
        )
        judged = judged.join(
            placed, on=["key", "version_at", "row_digest"], how="left"
        ).with_columns(
            verdict=pl.when(
                (pl.col("verdict") == "stale") & pl.col("placed") & (pl.col("nth") == 0)
            )
            .then(pl.lit("updated"))
            .otherwise("verdict")
        )
    tally = dict(judged.group_by("verdict").len().rows())
    deleted = compared.filter(
        pl.col("deleted_at").is_not_null() & pl.col("deleted_at_before").is_null()
    )
    counts = {name: int(tally.get(name, 0)) for name in COUNTS}
    return counts | {"emitted": len(live), "deleted": len(deleted)}
