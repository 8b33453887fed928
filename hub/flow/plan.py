"""What a batch changes in core: its plans, kept before anything is carried out.

What lives here: reading a batch's observations beside what the key index knows, piece
by piece, and where each key lies. What does not: what a plan says
(`hub.pipeline.merge`), carrying one out (`merge`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.key_pieces import begins, cut, piece_of
from hub.flow.lead import is_leading
from hub.partners.spec import Feed, Partner
from hub.pipeline.algebra import is_tombstone
from hub.pipeline.merge import INDEX, OBSERVATION, Plan, needs_history, plan_merge
from hub.schemas import DATASETS, Dataset, dataset
from hub.storage.batches import Batch
from hub.storage.parts import DataFile

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

    A large batch is planned slice by slice of its keys, for no key looks at another.

    Returns:
        Counts by dataset.
    """
    names = ordered([emit.dataset for emit in feed.emits])
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}

    def planned() -> Iterator[tuple[str, pl.DataFrame]]:
        months: pl.DataFrame | None = None
        for name in names:
            of_issues = []
            for piece in _pieces(house, batch, dataset(name)):
                made = _plan(house, batch, partner, piece, forced.get(name), months)
                counts[name].update(made.plan.counts)
                yield f"{name}.rows", made.rows
                yield f"{name}.drop", made.drop.to_frame("key")
                yield f"{name}.places", made.places.to_frame("month")
                yield f"{name}.forget", made.plan.forget.to_frame("key")
                yield f"{name}.index", made.states
                if name == "issue":
                    of_issues.append(made.states.select("hub_id", "month"))
            if of_issues:
                months = pl.concat(of_issues)

    house.plans.save(batch.id, planned())
    return {name: dict(told) for name, told in counts.items()}


class Piece(NamedTuple):
    """The part of a batch's rows of one dataset whose keys begin with some digits."""

    dataset: Dataset
    files: list[DataFile]
    digits: str


class Made(NamedTuple):
    """What is kept of the plan of a piece.

    Attributes:
        plan: what the batch changes.
        rows: core rows to write, with the month that they lie in, where it is one.
        drop: keys among the changed ones that core may hold.
        places: months in which it may hold them.
        states: entries of the key index.
    """

    plan: Plan
    rows: pl.DataFrame
    drop: pl.Series
    places: pl.Series
    states: pl.DataFrame


def _pieces(house: House, batch: Batch, ds: Dataset) -> Iterator[Piece]:
    table = tables.staged_table(house.lake, batch.partner, ds)
    files = table.files(partitions=[{"batch_id": batch.id}])
    for digits in cut(sum(file.rows for file in files)):
        yield Piece(ds, files, digits)


def _plan(
    house: House,
    batch: Batch,
    partner: Partner,
    piece: Piece,
    forced: pl.Series | None,
    issue_months: pl.DataFrame | None,
) -> Made:
    ds = piece.dataset
    table = tables.staged_table(house.lake, batch.partner, ds)
    extra = _month_columns(ds)
    if "street_code" in ds.polars_schema() and "street_code" not in extra:
        extra = [*extra, "street_code"]
    columns = [*OBSERVATION, *extra]
    told = (
        piece_of(table.scan(piece.files, columns), "key", piece.digits)
        if piece.files
        else table.read(files=[], columns=columns)
    )
    mine = is_leading(house, partner, ds, told)
    incoming = told.filter(mine)
    none = pl.Series("key", [], dtype=pl.String)
    forced = forced.alias("key") if forced is not None else none
    forced = forced.to_frame().filter(begins("key", piece.digits))["key"]
    keys = pl.concat([incoming["key"], forced]).unique()
    known = house.keys.lookup(ds.name, keys)
    lived = pl.col("row_digest") != ""
    index = known.select(
        pl.when(lived).then("version_at"),
        pl.when(lived).then("row_digest"),
        "deleted_at",
        key="hub_id",
    ).select(*INDEX)
    scd2 = ds.paints
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
    rows = plan.rows.drop("told_by")
    if ds.name in tables.MONTHLY:
        rows = rows.join(states.select("month", key="hub_id"), on="key", how="left")
    # What core has never held need not be looked for in its files.
    drop = plan.drop.filter(plan.drop.is_in(known["hub_id"].implode()))
    lying = pl.concat(
        frame.filter(pl.col("hub_id").is_in(drop.implode())).select("month")
        for frame in (states, known)
    )
    return Made(
        replace(plan, counts=counts),
        rows,
        drop,
        lying["month"].unique(),
        states.select(*INDEX_COLUMNS),
    )


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
