"""The core algebra: what a set of observations says about a key.

What lives here: the two folds that decide core content, as pure functions of
the *set* of observations, so that order, repetition and cutting of deliveries
cannot matter. What does not: reading history or writing tables (`hub.flow`).

An observation skeleton has the columns

    key           String    hub id
    version_at    Datetime  date of this version (model §2)
    row_digest    String    `TOMBSTONE` or `ABSENT` for a deletion
    from_on       Date      first local day the row claims (SCD2 only)
    to_on         Date      first local day it no longer claims; null = open

and is ordered by (version_at, row_digest); the greatest one wins.
"""

from __future__ import annotations

import polars as pl

from hub.pipeline.digest import ABSENT, TOMBSTONE

ORDER = ("version_at", "row_digest")


def is_tombstone() -> pl.Expr:
    """True on the rows that report a deletion."""
    return pl.col("row_digest").is_in([TOMBSTONE, ABSENT])


def winners(observations: pl.DataFrame) -> pl.DataFrame:
    """The state of every key: its last live row, and since when it is gone.

    Returns:
        One row per key: key, version_at and row_digest of the greatest live
        observation (null if the key was only ever deleted) and `deleted_at`,
        the earliest tombstone after it (null while the key lives).
    """
    live = (
        observations.filter(~is_tombstone())
        .sort(ORDER)
        .group_by("key")
        .agg(pl.col("version_at").last(), pl.col("row_digest").last())
    )
    dead = observations.filter(is_tombstone()).select(
        "key", gone_at="version_at", reported=pl.col("row_digest") == TOMBSTONE
    )
    later = (pl.col("gone_at") > pl.col("version_at")) | (
        (pl.col("gone_at") == pl.col("version_at")) & pl.col("reported")
    )
    gone = (
        dead.join(live, on="key", how="left")
        .filter(pl.col("version_at").is_null() | later)
        .group_by("key")
        .agg(deleted_at=pl.col("gone_at").min())
    )
    return (
        live.join(gone, on="key", how="full", coalesce=True)
        .select("key", "version_at", "row_digest", "deleted_at")
        .sort("key")
    )


def collapse_runs(observations: pl.DataFrame) -> pl.DataFrame:
    """Drop repeats that change nothing; `seen_at` keeps the last time of each run.

    Only a row that claims "from the day I was seen" (from_on is the local day of
    its own version) can repeat its predecessor; `dated` rows carry their own day.
    """
    ordered = observations.sort("key", *ORDER)
    repeats = (
        (pl.col("key") == pl.col("key").shift())
        & (pl.col("row_digest") == pl.col("row_digest").shift())
        & pl.col("to_on").is_null()
        & pl.col("to_on").shift().is_null()
        & ~pl.col("dated")
        & ~pl.col("dated").shift()
    )
    starts = ordered.with_columns(
        run=(~repeats.fill_null(value=False)).cum_sum(),
    )
    return starts.group_by("run", maintain_order=True).agg(
        pl.col("key", "version_at", "row_digest", "from_on", "to_on").first(),
        seen_at=pl.col("version_at").last(),
    )


def versions(observations: pl.DataFrame) -> pl.DataFrame:
    """The versions of every key (SCD2): half-open local days that never overlap.

    Each observation claims the days from `from_on` to `to_on`; on every day the
    greatest observation that claims it is the truth, and where that is a
    tombstone nothing is. Neighbouring days of equal digest are one version.

    Args:
        observations: skeletons with a further Boolean column `dated`: true where
            the row itself names its first day.

    Returns:
        key, valid_from_on, valid_to_on (null = current), version_at, row_digest:
        one row per version; (version_at, row_digest) finds its content.
    """
    runs = collapse_runs(observations).with_row_index("rank")
    days = pl.concat(
        [runs.select("key", day="from_on"), runs.select("key", day="to_on")]
    )
    segments = (
        days.drop_nulls()
        .unique()
        .sort("key", "day")
        .with_columns(until=pl.col("day").shift(-1).over("key"))
    )
    painted = (
        segments.join(runs, on="key")
        .filter(
            (pl.col("from_on") <= pl.col("day"))
            & (pl.col("to_on").is_null() | (pl.col("day") < pl.col("to_on")))
        )
        .sort("key", "day", "rank")
        .group_by("key", "day", maintain_order=True)
        .agg(pl.col("until", "seen_at", "row_digest").last())
        .filter(~is_tombstone())
    )
    return _merge_neighbours(painted)


def _merge_neighbours(painted: pl.DataFrame) -> pl.DataFrame:
    """Join segments that touch and say the same."""
    continues = (
        (pl.col("key") == pl.col("key").shift())
        & (pl.col("row_digest") == pl.col("row_digest").shift())
        & (pl.col("day") == pl.col("until").shift())
    )
    return (
        painted.sort("key", "day")
        .with_columns(version=(~continues.fill_null(value=False)).cum_sum())
        .group_by("version", maintain_order=True)
        .agg(
            pl.col("key").first(),
            pl.col("day").first().alias("valid_from_on"),
            pl.col("until").last().alias("valid_to_on"),
            pl.col("seen_at").max().alias("version_at"),
            pl.col("row_digest").first(),
        )
        .drop("version")
    )


def close_intervals(rows: pl.DataFrame, zone: str) -> pl.DataFrame:
    """End the posts of deleted keys on the local day of their deletion.

    For interval rows (assignment): a post that vanished from its roster ended on
    that day (trap T49) and stays known up to it. Rows that end before they begin
    were never in force and are left out.
    """
    gone_on = pl.col("deleted_at").dt.convert_time_zone(zone).dt.date()
    ended = rows.with_columns(
        end_on=pl.min_horizontal("end_on", gone_on),
        deleted_at=pl.lit(None, dtype=pl.Datetime("us", "UTC")),
    )
    return ended.filter(
        pl.col("end_on").is_null() | (pl.col("end_on") > pl.col("start_on"))
    )
