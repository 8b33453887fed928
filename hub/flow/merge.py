"""Staged facts → core, exactly once.

What lives here: the fourth step of a batch: plan every dataset, keep the plan,
commit each core table under the batch's number, then acknowledge in one
transaction of the control database. A kill between any two of these is
completed by `resume`. What does not: what a plan says (`hub.pipeline.merge`),
which files it touches (`apply`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from hub.flow import tables
from hub.flow.absence import dated
from hub.flow.apply import apply_plan
from hub.flow.house import House
from hub.flow.lead import is_leading
from hub.partners.spec import Feed, Partner
from hub.pipeline.algebra import is_tombstone
from hub.pipeline.merge import INDEX, OBSERVATION, Plan, needs_history, plan_merge
from hub.schemas import DATASETS, Dataset, dataset
from hub.storage.batches import Batch
from hub.storage.holders import this_process
from hub.storage.leases import Lease

TABLE_LEASE = timedelta(minutes=30)
# Partners that are asked at the same time commit to the same tables one by one.
TABLE_PATIENCE = timedelta(minutes=10)
INDEX_COLUMNS = ("hub_id", "partner", "month", "version_at", "row_digest", "deleted_at")


def ordered(names: list[str]) -> list[str]:
    """Datasets so that issues come before what lies beside them."""
    return [name for name in DATASETS if name in names]


def plan_batch(
    house: House,
    batch: Batch,
    partner: Partner,
    feed: Feed,
    forced: dict[str, pl.Series],
) -> dict[str, dict[str, int]]:
    """Plan every dataset of a split batch and keep the plans durably.

    Returns:
        Counts by dataset.
    """
    names = ordered([emit.dataset for emit in feed.emits])
    frames: dict[str, pl.DataFrame] = {}
    counts: dict[str, dict[str, int]] = {}
    months: pl.DataFrame | None = None
    for name in names:
        ds = dataset(name)
        plan, index = _plan(house, batch, partner, ds, forced.get(name), months)
        if name == "issue":
            months = index.select("hub_id", "month")
        counts[name] = plan.counts
        frames[f"{name}.rows"] = plan.rows.drop("told_by")
        frames[f"{name}.drop"] = plan.drop.to_frame("key")
        frames[f"{name}.forget"] = plan.forget.to_frame("key")
        frames[f"{name}.index"] = index
    house.plans.save(batch.id, frames)
    return counts


def _plan(
    house: House,
    batch: Batch,
    partner: Partner,
    ds: Dataset,
    forced: pl.Series | None,
    issue_months: pl.DataFrame | None,
) -> tuple[Plan, pl.DataFrame]:
    table = tables.staged_table(house.lake, batch.partner, ds)
    files = table.files(partitions=[{"batch_id": batch.id}])
    extra = _month_columns(ds)
    if "street_code" in ds.polars_schema() and "street_code" not in extra:
        extra = [*extra, "street_code"]
    told = table.read(files=files, columns=[*OBSERVATION, *extra])
    mine = is_leading(house, partner, ds, told)
    incoming = told.filter(mine)
    none = pl.Series("key", [], dtype=pl.String)
    forced = forced if forced is not None else none
    keys = pl.concat([incoming["key"], forced]).unique()
    known = house.keys.lookup(ds.name, keys)
    lived = pl.col("row_digest") != ""
    index = known.select(
        pl.when(lived).then("version_at"),
        pl.when(lived).then("row_digest"),
        "deleted_at",
        key="hub_id",
    ).select(*INDEX)
    scd2 = ds.history == "scd2"
    skeleton = incoming.select(*OBSERVATION)
    deep = needs_history(skeleton, index, scd2=scd2, forced=forced)
    history = _history(house, batch, ds, deep)
    plan = plan_merge(skeleton, index, history, scd2=scd2, forced=forced)
    counts = dict(plan.counts)
    held_back = len(told.filter(~mine & ~told.select(is_tombstone()).to_series()))
    # Where another partner leads, rows are staged and compared, never merged.
    counts["emitted"] += held_back
    counts["stale"] += held_back
    states = plan.index.select(
        "version_at", "deleted_at", hub_id="key", row_digest="row_digest"
    ).with_columns(
        pl.col("row_digest").fill_null(""),
        partner=pl.lit(batch.partner),
        version_at=pl.col("version_at").fill_null(pl.col("deleted_at")),
    )
    returning = known.filter(
        pl.col("deleted_at").is_not_null()
        & pl.col("hub_id").is_in(plan.rows["key"].implode())
    )["hub_id"]
    months = _months(house, ds, incoming, known, returning, issue_months)
    states = states.join(months, on="hub_id", how="left").with_columns(
        pl.col("month").fill_null("")
    )
    return replace(plan, counts=counts), states.select(*INDEX_COLUMNS)


def _history(house: House, batch: Batch, ds: Dataset, keys: pl.Series) -> pl.DataFrame:
    """Every staged observation of some keys, read only where there are any."""
    table = tables.staged_table(house.lake, batch.partner, ds)
    empty = pl.DataFrame(schema=OBSERVATION)
    if not len(keys):
        return empty
    wanted = pl.col("key").is_in(keys.implode())
    found = [
        table.read(files=[file], columns=list(OBSERVATION)).filter(wanted)
        for file in table.files()
    ]
    return pl.concat([empty, *(one.select(*OBSERVATION) for one in found)])


def _month_columns(ds: Dataset) -> list[str]:
    if ds.name == "issue":
        return ["reported_at"]
    if ds.name == "patrol":
        return ["started_at", "planned_on"]
    return ["issue_id"] if ds.name in tables.BY_ISSUE else []


def _months(
    house: House,
    ds: Dataset,
    incoming: pl.DataFrame,
    known: pl.DataFrame,
    returning: pl.Series,
    issue_months: pl.DataFrame | None,
) -> pl.DataFrame:
    """Where each key lies: the month it was first put in, and it stays there.

    A deletion that comes before its row, and says nothing but its key, lies in its own
    month, which may be any. What returns is therefore placed anew: facts are looked
    for in the month of their issue.
    """
    if ds.name not in tables.MONTHLY:
        return known.select("hub_id", month=pl.lit(""))
    zone = house.city.timezone
    held = known.filter(pl.col("month") != "").select("hub_id", "month")
    settled = held.filter(~pl.col("hub_id").is_in(returning.implode()))
    fresh = incoming.join(settled, left_on="key", right_on="hub_id", how="anti")
    fresh = fresh.sort("version_at", "row_digest").unique("key", keep="last")
    if ds.name == "issue":
        at = pl.col("reported_at").dt.convert_time_zone(zone)
        made = fresh.select(hub_id="key", month=at.dt.strftime("%Y-%m"))
    elif ds.name == "patrol":
        at = pl.col("started_at").dt.convert_time_zone(zone).dt.date()
        day = pl.coalesce("planned_on", at)
        made = fresh.select(hub_id="key", month=day.dt.strftime("%Y-%m"))
    else:
        lying = house.keys.lookup("issue", fresh["issue_id"].drop_nulls().unique())
        places = lying.select("hub_id", "month")
        if issue_months is not None:
            new = issue_months.join(places, on="hub_id", how="anti")
            places = pl.concat([places, new])
        made = fresh.join(
            places.rename({"hub_id": "issue_id"}), on="issue_id", how="left"
        ).select("month", hub_id="key")
    told_on = fresh.select(
        hub_id="key",
        told_on=pl.col("version_at").dt.convert_time_zone(zone).dt.strftime("%Y-%m"),
    )
    dated = made.join(told_on, on="hub_id").select(
        "hub_id", month=pl.coalesce("month", "told_on")
    )
    placed = pl.concat([settled, dated])
    return pl.concat([placed, held.join(placed, on="hub_id", how="anti")])


def merge_batch(house: House, batch: Batch, feed: Feed, lease: Lease) -> Batch:
    """Carry out the kept plans of a batch and acknowledge it. Safe to repeat."""
    frames = house.plans.load(batch.id) or {}
    names = ordered([emit.dataset for emit in feed.emits])
    versions: dict[str, int] = {}
    for name in names:
        with house.leases.hold(
            f"core/{name}",
            this_process(batch.id),
            TABLE_LEASE,
            patience=TABLE_PATIENCE,
        ):
            versions[name] = apply_plan(house, batch, dataset(name), frames)
        house.note("merged", {"batch": batch.id, "dataset": name})
    with house.ledger.transaction() as conn:
        house.leases.check(conn, lease)
        for name in names:
            house.keys.upsert(conn, name, frames[f"{name}.index"])
            house.keys.forget(conn, name, frames[f"{name}.forget"]["key"])
            if versions[name] >= 0:
                house.ledger.acknowledge_version(
                    f"core/{name}", versions[name], batch=batch.number, conn=conn
                )
        if feed.deletes.kind == "snapshot" and batch.kind == "delivery":
            for name in names:
                house.ledger.record_snapshot(
                    batch.partner,
                    batch.feed,
                    name,
                    as_of=dated(batch),
                    batch=batch.number,
                    conn=conn,
                )
        house.ledger.ask_for_link(batch.number, "batch", conn=conn)
        if batch.until is not None and batch.kind == "delivery":
            house.ledger.advance_watermark(
                batch.partner, batch.feed, batch.until, batch=batch.number, conn=conn
            )
        return house.ledger.set_state(batch.number, "merged", conn=conn)
