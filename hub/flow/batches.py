"""One batch from landed to its end, by whatever way it came.

What lives here: split, guard and merge in their order, each leaving a state
from which a rerun goes on; and who belongs to whose family (a delivery, its
retries and its replays). What does not: where batches come from (`run`,
`retry`, `replay`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hub.errors import HubError
from hub.flow import tables
from hub.flow.absence import absent_keys, living, tombstones
from hub.flow.context import part_meta, parts_of
from hub.flow.erasure.landed import erase_sent_again
from hub.flow.guard import (
    Broken,
    check_bounds,
    check_deletions,
    missing_fields,
    refusal,
)
from hub.flow.house import House
from hub.flow.merge import merge_batch
from hub.flow.outcome import Split
from hub.flow.plan import plan_batch
from hub.flow.returned import brings_back
from hub.flow.split import commit_split, split
from hub.flow.stages import Stage, tell_end, timing
from hub.partners.spec import Feed, Partner
from hub.schemas import dataset
from hub.storage.batches import Batch, DatasetCounts, RuleCount, State
from hub.storage.leases import Lease
from hub.storage.records import ROWS
from hub.telling import about


def family(house: House, batch: Batch) -> list[Batch]:
    """The delivery behind a batch, and every retry and replay of it."""
    root = batch.parent or batch.number
    return [
        other
        for other in house.ledger.batches(batch.partner, batch.feed)
        if root in (other.number, other.parent)
    ]


def finish(
    house: House,
    batch: Batch,
    partner: Partner,
    feed: Feed,
    lease: Lease,
    *,
    only: pl.Series | None = None,
) -> Batch:
    """Take a batch from wherever it stands to merged, refused or failed.

    Args:
        only: the row numbers a retry is about; None takes every row.
    """
    with (
        about(partner=partner.id, feed=feed.name, batch=batch.id),
        timing(house, partner.id, feed.name) as stage,
    ):
        return tell_end(house, _finish(house, batch, partner, feed, lease, only, stage))


def _finish(
    house: House,
    batch: Batch,
    partner: Partner,
    feed: Feed,
    lease: Lease,
    only: pl.Series | None,
    stage: Stage,
) -> Batch:
    try:
        if batch.state in ("landed", "split"):
            with stage("split"):
                batch = _split(house, batch, partner, feed, only)
        if batch.state == "merging":
            with stage("merge"):
                erase_sent_again(house, batch, partner, feed)
                batch = merge_batch(house, batch, feed, lease)
    except HubError as error:
        error.at(partner.id, feed.name)
        if error.transient:
            raise
        batch = house.ledger.batch(batch.number)
        state: State = "refused" if error.code == "batch_refused" else "failed"
        return house.ledger.set_state(batch.number, state, error=error.as_dict())
    return batch


def _split(
    house: House, batch: Batch, partner: Partner, feed: Feed, only: pl.Series | None
) -> Batch:
    """Split, guard and plan; the batch is `merging` or `refused` afterwards."""
    done = split(house, batch, partner, feed, only=only)
    broken = _guard(house, batch, feed, done)
    if broken:
        done.files.clear()
        commit_split(house, batch, feed, done, [])
        error = refusal(partner, feed, broken).as_dict()
        return _told(house, batch, "refused", done, error)
    replaced = _replaced(house, batch)
    forced = _forced_keys(house, batch, feed, replaced)
    commit_split(house, batch, feed, done, [other.id for other in replaced])
    batch = _told(house, batch, "split", done, None)
    effects = plan_batch(house, batch, partner, feed, forced)
    counts = {name: DatasetCounts(**one) for name, one in effects.items()}
    with house.ledger.transaction() as conn:
        house.ledger.record_datasets(batch.number, counts, conn=conn)
        return house.ledger.set_state(batch.number, "merging", conn=conn)


def _told(
    house: House,
    batch: Batch,
    state: State,
    done: Split,
    error: dict[str, str | None] | None,
) -> Batch:
    """The batch in its new state, with its rows and findings counted."""
    rejected = len(done.rejected)
    with house.ledger.transaction() as conn:
        house.ledger.record_rules(batch.number, _rule_counts(done.found), conn=conn)
        house.ledger.record_cases(batch.number, done.cases, conn=conn)
        batch = house.ledger.set_state(
            batch.number,
            state,
            received=done.received,
            duplicate=done.duplicate,
            quarantined=rejected,
            accepted=done.received - done.duplicate - rejected,
            error=error,
            conn=conn,
        )
    rows = {name: getattr(batch, name) for name in ROWS}
    house.note("validated", {"batch": batch.id, **rows})
    return batch


def _guard(house: House, batch: Batch, feed: Feed, done: Split) -> list[Broken]:
    """Bounds of a delivery; a retry or replay was judged when it came."""
    if batch.kind == "retry":
        return []
    media = {part_meta(part).media for part in parts_of(house, batch)}
    if brings_back(house, batch):
        # Some rows of deliveries that were judged as a whole when they came.
        return missing_fields(feed, done, media)
    broken = check_bounds(house, batch, feed, done, media)
    if feed.deletes.kind != "snapshot":
        return broken
    for name in sorted({emit.dataset for emit in feed.emits}):
        gone = absent_keys(house, batch, feed, name, done)
        if not len(gone):
            continue
        alive = house.keys.lookup(name, gone["key"]).filter(
            pl.col("deleted_at").is_null()
        )
        broken += check_deletions(
            feed, deleted=len(alive), living=living(house, batch, name)
        )
        ds = dataset(name)
        table = tables.staged_table(house.lake, batch.partner, ds)
        told = tombstones(house, batch, ds, gone)
        done.files.setdefault(name, []).extend(
            table.write(told, {"batch_id": batch.id})
        )
    return broken


def _replaced(house: House, batch: Batch) -> list[Batch]:
    """Batches whose observations a replay takes the place of."""
    if batch.kind != "replay":
        return []
    return [other for other in family(house, batch) if other.number != batch.number]


def _forced_keys(
    house: House, batch: Batch, feed: Feed, replaced: Sequence[Batch]
) -> dict[str, pl.Series]:
    """Keys that the replaced batches had told of, kept before those are dropped."""
    if not replaced:
        return {}
    saved = house.plans.load(f"{batch.id}-forced")
    if saved is not None:
        return {name: frame["key"] for name, frame in saved.items()}
    places = [{"batch_id": other.id} for other in replaced]
    forced = {}
    for name in sorted({emit.dataset for emit in feed.emits}):
        table = tables.staged_table(house.lake, batch.partner, dataset(name))
        told = table.read(files=table.files(partitions=places), columns=["key"])
        forced[name] = told["key"].unique()
    house.plans.save(
        f"{batch.id}-forced",
        {name: keys.to_frame("key") for name, keys in forced.items()},
    )
    return forced


def _rule_counts(found: pl.DataFrame) -> list[RuleCount]:
    counted = found.group_by("rule", "severity", "dataset", "column").len().sort("rule")
    return [
        RuleCount(rule, severity, dataset_name or "", column or "", count)
        for rule, severity, dataset_name, column, count in counted.rows()
    ]
