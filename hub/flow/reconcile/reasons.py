"""Source rows and hub rows of some keys → the differences, each with its reason.

What lives here: the comparison by key and digest and the decision why a row
differs, as a pure function of four frames. What does not: where the frames come
from (`shown`, `held`), which columns differ (`cells`).

A source row carries `told`: what the hub's deliveries say about it.

    merged        a merged delivery must have shown it as it is now
    later         it came to be after the last pull
    undated       nothing dates it, so the hub cannot tell
    never         no delivery has asked for its span
    out_of_reach  it may have changed after its span was read for the last time
    beyond        it came to be after the span that is compared; only known to be there
    refused, failed, unfinished   only such a delivery covers it
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from hub.flow.reconcile.outcome import INSTANT, REASONS, Counts
from hub.pipeline.algebra import is_tombstone, winners
from hub.pipeline.digest import TOMBSTONE

SOURCE: dict[str, pl.DataType] = {
    "key": pl.String(),
    "row": pl.Int64(),
    "version_at": INSTANT,
    "row_digest": pl.String(),
    "changed": INSTANT,
    "rejected": pl.Boolean(),
    "keyless": pl.Boolean(),
    "rules": pl.List(pl.String),
    "told": pl.String(),
    "told_change": pl.String(),
    "told_batch": pl.String(),
    "kept_by": pl.String(),
    "kept_number": pl.Int64(),
    "waiting": pl.Boolean(),
}
HUB: dict[str, pl.DataType] = {
    "key": pl.String(),
    "row": pl.Int64(),
    "version_at": INSTANT,
    "row_digest": pl.String(),
    "changed": INSTANT,
    "batch_id": pl.String(),
    "number": pl.Int64(),
    "feed": pl.String(),
    "member": pl.Boolean(),
}
STATES = ("refused", "failed", "unfinished")


@dataclass(frozen=True)
class About:
    """What the decision must know of a feed.

    Attributes:
        feed: its name.
        newest_only: only the newest row of a key says whether the span holds it.
        listing: snapshots: `told` of the listing that no longer shows a key.
        listing_batch: the batch that this names.
    """

    feed: str
    newest_only: bool = False
    listing: str | None = None
    listing_batch: str | None = None


@dataclass(frozen=True)
class Compared:
    """Differences of some keys.

    `found` has key, where, reason, is_explained, batch, rules, changed_at, and
    digest, hub_batch and hub_row, by which the contents are found again.
    """

    counts: Counts
    found: pl.DataFrame


def compare(
    source: pl.DataFrame, hub: pl.DataFrame, index: pl.DataFrame, about: About
) -> Compared:
    """Hold the rows of some keys against each other.

    Args:
        source: `SOURCE`, everything the source shows under these keys.
        hub: `HUB`, every staged row of the partner under these keys.
        index: key, version_at, row_digest ("" = never lived), deleted_at.
        about: the feed.
    """
    joined = (
        _newest(source)
        .join(_state(hub, index), on="key", how="full", coalesce=True)
        .join(_members(hub, about), on="key", how="left")
        .with_columns(
            here=pl.col("row_digest").is_not_null()
            & (pl.col("row_digest") != TOMBSTONE).fill_null(value=False),
            there=pl.col("hub_digest").is_not_null() & pl.col("gone_at").is_null(),
        )
        .with_columns(
            same=(pl.col("row_digest") == pl.col("hub_digest")).fill_null(value=False)
        )
    )
    here, there, same = pl.col("here"), pl.col("there"), pl.col("same")
    shown = pl.col("row_digest").is_not_null()
    where = (
        pl.when(here & (pl.col("told") == "beyond"))
        .then(None)
        .when(here & there & same)
        .then(pl.lit("equal"))
        .when(here & there)
        .then(pl.lit("both"))
        .when(here)
        .then(pl.lit("source"))
        .when(there & (shown | pl.col("member").fill_null(value=False)))
        .then(pl.lit("hub"))
    )
    placed = joined.with_columns(where=where).filter(pl.col("where").is_not_null())
    tally = dict(placed.group_by("where").len().rows())
    equal, both = tally.get("equal", 0), tally.get("both", 0)
    alone, extra = tally.get("source", 0), tally.get("hub", 0)
    counts = Counts(
        equal + both + alone, equal + both + extra, equal, both, alone, extra
    )
    apart = placed.filter(pl.col("where") != "equal")
    return Compared(counts, _told(apart.with_columns(reason=_reason(about)), about))


def _newest(source: pl.DataFrame) -> pl.DataFrame:
    """The row that counts per key: an accepted one before one that is kept out."""
    return source.sort(
        ~pl.col("rejected"), "version_at", "row_digest", maintain_order=True
    ).unique("key", keep="last", maintain_order=True)


def _state(hub: pl.DataFrame, index: pl.DataFrame) -> pl.DataFrame:
    """What the hub holds per key, and the staged row that says so.

    Keys that are only staged, because another partner leads, have no index entry.
    """
    lived = index.filter(pl.col("row_digest") != "")
    known = lived.select("key", hub_digest="row_digest", gone_at="deleted_at")
    staged = winners(hub.join(lived, on="key", how="anti")).select(
        "key", hub_digest="row_digest", gone_at="deleted_at"
    )
    content = (
        hub.filter(~is_tombstone())
        .sort("version_at", "number")
        .unique(["key", "row_digest"], keep="last", maintain_order=True)
        .select(
            "key",
            hub_digest="row_digest",
            hub_changed="changed",
            hub_batch="batch_id",
            hub_number="number",
            hub_row="row",
            hub_feed="feed",
        )
    )
    return pl.concat([known, staged]).join(
        content, on=["key", "hub_digest"], how="left"
    )


def _members(hub: pl.DataFrame, about: About) -> pl.DataFrame:
    """Keys that the source must still show: told by this feed, inside the span."""
    mine = hub.filter(pl.col("feed") == about.feed).sort("version_at", "number")
    inside = pl.col("member").last() if about.newest_only else pl.col("member").any()
    return mine.group_by("key", maintain_order=True).agg(
        member=inside & ~is_tombstone().last()
    )


def _reason(about: About) -> pl.Expr:
    """The decision, first match first; see `outcome.REASONS`."""
    both, only = pl.col("where") == "both", pl.col("where") == "source"
    told = pl.when(both).then("told_change").otherwise("told")
    out = pl.col("rejected").fill_null(value=False)
    waits = pl.col("waiting").fill_null(value=False)
    after = (pl.col("kept_number") > pl.col("hub_number")).fill_null(value=False)
    kept = pl.col("kept_by").is_not_null() & (out | waits | only | after)
    shown = both | only
    # A delivery that was refused as a whole keeps its rows, but no rule of them does.
    by_it = ~kept | (pl.col("kept_by") == pl.col("told_batch"))
    other = (pl.col("hub_feed") != about.feed).fill_null(value=False)
    listing = pl.when(pl.col("told").is_null()).then(pl.lit(about.listing))
    gone = listing.otherwise("told")
    return (
        pl.when(shown & (told == "later"))
        .then(pl.lit("not_pulled"))
        .when(shown & told.is_in(STATES) & by_it)
        .then(told)
        .when(shown & kept & waits)
        .then(pl.lit("waiting"))
        .when(shown & (kept | (out & pl.col("keyless"))))
        .then(pl.lit("quarantined"))
        .when(shown & told.is_in(STATES))
        .then(told)
        .when(~only & other)
        .then(pl.lit("other_feed"))
        .when(shown & (told == "undated"))
        .then(told)
        .when(shown & (told == "never"))
        .then(pl.lit("never_asked"))
        .when(shown & (told == "out_of_reach"))
        .then(told)
        .when(only & pl.col("gone_at").is_not_null())
        .then(pl.lit("deleted_here"))
        .when(only)
        .then(pl.lit("missing"))
        .when(both & (pl.col("changed") > pl.col("hub_changed")))
        .then(pl.lit("missed_change"))
        .when(both & (pl.col("changed") < pl.col("hub_changed")))
        .then(pl.lit("older_at_source"))
        .when(both)
        .then(pl.lit("changed_silently"))
        .when(gone.is_in(["later", "undated"]) & pl.col("told").is_not_null())
        .then(pl.lit("not_pulled"))
        .when(gone.is_in(["later", "undated"]))
        .then(pl.lit("deleted_since"))
        .when(gone.is_in(STATES))
        .then(gone)
        .otherwise(pl.lit("extra"))
    )


def _told(apart: pl.DataFrame, about: About) -> pl.DataFrame:
    kept = pl.col("reason").is_in(["waiting", "quarantined"])
    covered = pl.coalesce("told_batch", pl.lit(about.listing_batch, pl.String))
    return apart.select(
        "key",
        "where",
        "reason",
        is_explained=explained(),
        batch=pl.when(kept)
        .then("kept_by")
        .when(pl.col("reason").is_in(STATES))
        .then(covered)
        .otherwise("hub_batch"),
        rules=pl.when(kept).then("rules"),
        changed_at="changed",
        digest="row_digest",
        hub_batch="hub_batch",
        hub_row="hub_row",
    )


def explained() -> pl.Expr:
    """Whether the reason of a row explains it."""
    codes = list(REASONS)
    flags = [REASONS[code].is_explained for code in codes]
    return pl.col("reason").replace_strict(codes, flags, return_dtype=pl.Boolean)
