"""What the hub derives from merged facts: stage, area, chief, category, deadline.

What lives here: which cases must be derived again after a merge, and the walk
over their partitions; derivations are pure functions of merged facts
(`hub.pipeline`), so doing it again, or later, or in another order gives the
same. What does not: the derivations, the trail of events (`link_events`).

A kill leaves the work noted as due (`link_todo`); the next run does it again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.link_events import Trail, read_trail, relink_events
from hub.flow.link_issues import Surroundings, derive, surroundings
from hub.schemas import dataset
from hub.storage.batches import Batch
from hub.storage.parts import DataFile

LEASE = timedelta(minutes=30)
APP = "link"
ROSTERS = ("area", "assignment")
ISSUE = "issue"


@dataclass
class Due:
    """Cases to derive again.

    Attributes:
        ids: issue ids, whichever partition they lie in.
        everywhere: a roster changed; every case may have another area or chief.
        twins: partners whose cases others may be waiting for (`same_as`).
    """

    ids: list[pl.Series] = field(default_factory=list)
    everywhere: bool = False
    twins: set[str] = field(default_factory=set)

    @property
    def keys(self) -> pl.Series:
        """All issue ids, once."""
        none = pl.Series("key", [], dtype=pl.String)
        return pl.concat([none, *self.ids]).unique()


def link(house: House) -> int:
    """Derive again whatever merges since the last time may have changed.

    Returns:
        How many batches this has settled.
    """
    work = house.ledger.link_work()
    batches = [house.ledger.batch(number) for number, _ in work]
    if not batches:
        return 0
    with (
        house.leases.hold("core/issue_event", APP, LEASE),
        house.leases.hold("core/issue", APP, LEASE),
    ):
        due = what_is_due(house, batches)
        run = house.ledger.open_link_run(house.now())
        relink(house, due, run)
        house.ledger.close_link_run(run, state="done", ended_at=house.now(), done=work)
    for batch in batches:
        for kept in (batch.id, f"{batch.id}-forced", f"{batch.id}-only"):
            house.plans.drop(kept)
    return len(batches)


def what_is_due(house: House, batches: list[Batch]) -> Due:
    """Cases that the merges of some batches touched."""
    due = Due()
    for batch in batches:
        frames = house.plans.load(batch.id) or {}
        for name in ROSTERS:
            rows, drop = frames.get(f"{name}.rows"), frames.get(f"{name}.drop")
            due.everywhere |= bool(rows is not None and len(rows))
            due.everywhere |= bool(drop is not None and len(drop))
        if "issue.index" in frames:
            due.ids.append(frames["issue.index"]["hub_id"].alias("key"))
            due.twins.add(batch.partner)
        for name in tables.BY_ISSUE:
            if f"{name}.index" in frames:
                due.ids += _parents(house, batch, name, frames[f"{name}.drop"])
    return due


def _parents(
    house: House, batch: Batch, name: str, dropped: pl.DataFrame
) -> list[pl.Series]:
    """The cases of a batch's events, handlings or reviews.

    A deletion names no case; its key's earlier observations do.
    """
    table = tables.staged_table(house.lake, batch.partner, dataset(name))
    files = table.files(partitions=[{"batch_id": batch.id}])
    told = table.read(files=files, columns=["key", "issue_id"])
    found = [told["issue_id"].drop_nulls().unique().alias("key")]
    orphans = told.filter(pl.col("issue_id").is_null())["key"]
    lost = pl.concat([orphans, dropped["key"]]).unique()
    lost = lost.filter(~lost.is_in(told.drop_nulls("issue_id")["key"].implode()))
    if len(lost):
        for frame in table.scan(columns=["key", "issue_id"]):
            mine = frame.filter(pl.col("key").is_in(lost.implode()))
            found.append(mine["issue_id"].drop_nulls().unique().alias("key"))
    return found


def relink(house: House, due: Due, run: int) -> None:
    """Derive the due cases of every partition and commit what changed."""
    table = tables.core_table(house.lake, dataset(ISSUE))
    around = surroundings(house)
    keys = due.keys
    add: list[DataFile] = []
    remove: list[DataFile] = []
    trail = Trail(house)
    for place in _places(house, due, keys):
        for file in table.files(partitions=[place]):
            changed = _relink_file(house, file, due, keys, around, trail)
            if changed is not None:
                add += table.write(changed, file.partition)
                remove.append(file)
        trail.finish(place)
        house.note("linked", {**place})
    trail.commit(APP, run)
    if remove:
        table.commit(APP, run, add=add, remove=remove)


def _places(house: House, due: Due, keys: pl.Series) -> list[dict[str, str]]:
    """Partitions with due cases."""
    table = tables.core_table(house.lake, dataset(ISSUE))
    every = sorted({tuple(sorted(f.partition.items())) for f in table.files()})
    places = [dict(items) for items in every]
    if due.everywhere:
        return places
    known = house.keys.lookup(ISSUE, keys).select("partner", "month").unique()
    wanted = set(known.rows())
    waiting = _waiting_partners(house, due)
    return [
        place
        for place in places
        if (place["partner"], place["month"]) in wanted or place["partner"] in waiting
    ]


def _waiting_partners(house: House, due: Due) -> set[str]:
    """Partners with a feed whose cases may have a twin at a touched partner."""
    return {
        partner.id
        for partner in house.city.partners.values()
        for feed in partner.feeds
        if feed.same_as and feed.same_as.partner in due.twins
    }


def _relink_file(
    house: House,
    file: DataFile,
    due: Due,
    keys: pl.Series,
    around: Surroundings,
    trail: Trail,
) -> pl.DataFrame | None:
    """The file's rows with new derived values; None where nothing changed."""
    table = tables.core_table(house.lake, dataset(ISSUE))
    frame = table.read(files=[file])
    wanted = pl.col("issue_id").is_in(keys.implode())
    if due.everywhere:
        wanted = pl.lit(value=True)
    elif file.partition["partner"] in _waiting_partners(house, due):
        twin = pl.col("evidence").struct.field("same_as").is_not_null()
        wanted = wanted | (twin & pl.col("duplicate_of_id").is_null())
    touched = frame.filter(wanted)
    if not len(touched):
        return None
    events, reviews = read_trail(house, touched, file.partition)
    inferred = relink_events(house, touched, events, file.partition, trail)
    linked = derive(
        touched, pl.concat([events, inferred], how="diagonal"), reviews, around
    )
    changed = linked.select(*touched.columns)
    if changed.equals(touched):
        return None
    rest = frame.filter(~wanted)
    return pl.concat([rest, changed]).sort("issue_id")
