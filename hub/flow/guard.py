"""May this batch enter? Bounds are checked before anything is written to core.

What lives here: the bounds of `[feed.expect]` and the column set of a delivery
against what the mapping needs and knows. A broken bound refuses the whole batch;
raw and findings stay. What does not: bounds while fetching (declared totals, identical
pages), which the connector keeps.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from hub.connectors.decode import Wanted
from hub.errors import BatchRefused
from hub.flow.house import House
from hub.flow.outcome import Split
from hub.partners.spec import Feed, Partner
from hub.schemas import dataset
from hub.storage.batches import Batch

SPANS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
TABULAR = ("csv", "xlsx", "parquet", "arrow")
FEW = 20  # so many deletions are never a mass deletion


@dataclass(frozen=True)
class Broken:
    """One broken bound: its rule code and what was seen, in numbers."""

    rule: str
    seen: str


def span(text: str) -> timedelta:
    """`90m`, `26h`, `2d` as a duration."""
    return timedelta(**{SPANS[text[-1]]: int(text[:-1])})


def check_bounds(
    house: House, batch: Batch, feed: Feed, done: Split, media: Set[str]
) -> list[Broken]:
    """Every bound that a split batch breaks, deletions apart."""
    expect, received = feed.expect, done.received
    broken = missing_fields(feed, done, media) + size_bounds(feed, received)
    last = house.ledger.last_merged(batch.partner, batch.feed)
    if expect.max_shrink_share is not None and last is not None and last.received:
        least = last.received * (1 - expect.max_shrink_share)
        if received < least:
            broken.append(Broken("B03", f"{received} rows after {last.received}"))
    broken += quarantine_bound(feed, done)
    if expect.max_age is not None and batch.as_of is not None:
        age = house.now() - batch.as_of
        if age > span(expect.max_age):
            broken.append(Broken("B06", f"the delivery is dated {batch.as_of:%F %R}Z"))
    return broken


def size_bounds(feed: Feed, received: int) -> list[Broken]:
    """How many rows a whole delivery may have."""
    least, most = feed.expect.min_rows, feed.expect.max_rows
    broken = []
    if least is not None and received < least:
        broken.append(Broken("B01", f"{received} rows, at least {least}"))
    if most is not None and received > most:
        broken.append(Broken("B02", f"{received} rows, at most {most}"))
    return broken


def quarantine_bound(feed: Feed, done: Split) -> list[Broken]:
    """Which share of the rows may stay out."""
    most = feed.expect.max_quarantined_share
    # A sum line or note says nothing about how well the rows are filled in.
    aside = done.found.filter(pl.col("rule") == "P28")["row"].n_unique()
    rejected, counted = len(done.rejected) - aside, done.received - aside
    if most is None or counted <= 0 or rejected / counted <= most:
        return []
    return [Broken("B04", f"{rejected} of {counted} rows quarantined")]


def check_deletions(feed: Feed, *, deleted: int, living: int) -> list[Broken]:
    """A listing that would delete more than the bound deletes nothing (T49)."""
    most = max(FEW, living * feed.expect.max_deleted_share)
    if deleted > most:
        return [Broken("B05", f"{deleted} of {living} rows would be deleted")]
    return []


def missing_fields(feed: Feed, done: Split, media: Set[str]) -> list[Broken]:
    """P14: fields without which the mapping would write nulls for facts (T67).

    A table names its columns even when they are empty, so there every mapped
    field must come; JSON may leave out what is null, so there only what a key or
    a required column needs. A batch of messages may be a single one, of any kind:
    there each row is judged by itself.
    """
    if not done.received or media == {"messages"}:
        return []
    needed = set(feed.key)
    if media & set(TABULAR):
        needed |= Wanted.of(feed).names
    else:
        for emit in feed.emits:
            if emit.explode or emit.when:
                continue
            required = {
                given.field
                for name, given in emit.columns.items()
                if given.field and dataset(emit.dataset).column(name).required == "yes"
            }
            needed |= {name for name in required if name}
    absent = sorted(needed - done.fields)
    return [Broken("P14", f"field {name} did not come") for name in absent]


def refusal(partner: Partner, feed: Feed, broken: list[Broken]) -> BatchRefused:
    """The one sentence for a refused batch."""
    what = "; ".join(f"{one.rule} {one.seen}" for one in broken)
    where = "change [feed.expect] with the reason beside it"
    if any(one.rule == "P14" for one in broken):
        where = "correct key, changed and [feed.columns] to the names that come now"
    return BatchRefused(
        "take the delivery",
        seen=what,
        next_step=(
            "Nothing of it entered. Ask the partner; if the delivery is right, "
            f"{where} and replay the batch"
        ),
        partner=partner.id,
        feed=feed.name,
    )
