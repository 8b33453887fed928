"""What the hub derives from merged facts: stage, area, chief, category, deadline.

What lives here: which cases must be derived again after a merge, and the walk
over their partitions; derivations are pure functions of merged facts
(`hub.pipeline`), so doing it again, or later, or in another order gives the
same. What does not: the derivations, the trail of events (`link_events`).

A kill leaves the work noted as due (`link_todo`); the next run does it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.key_pieces import compact
from hub.flow.link_basis import keep_basis, read_basis
from hub.flow.link_bites import MANY, NTH, in_groups, numbered_frame
from hub.flow.link_events import read_trail, relink_events
from hub.flow.link_issues import Linked, Surroundings, derive, surroundings
from hub.flow.link_rosters import retell_rosters
from hub.flow.link_trail import ORIGIN, Place, Trail
from hub.pipeline.roster_rules import Rosters
from hub.schemas import dataset
from hub.storage.batches import Batch
from hub.storage.holders import this_process
from hub.storage.lake import LakeTable
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
        everywhere: areas or posts changed; every case may have another area or chief.
        rosters: some roster changed, and what is odd about them may have.
        twins: partners whose cases others may be waiting for (`same_as`).
    """

    ids: list[pl.Series] = field(default_factory=list)
    everywhere: bool = False
    rosters: bool = False
    twins: set[str] = field(default_factory=set)

    @property
    def keys(self) -> pl.Series:
        """All issue ids, once."""
        none = pl.Series("key", [], dtype=pl.String)
        return pl.concat([none, *self.ids]).unique()


def link(house: House) -> int:
    """Derive again whatever merges since the last time may have changed.

    Everything, where limits or working days are others than the last time (T30).

    Returns:
        How many batches this has settled.
    """
    work = house.ledger.link_work()
    batches = [house.ledger.batch(number) for number, _ in work]
    basis = read_basis(house)
    if not batches and not basis.has_changed:
        return 0
    with (
        house.leases.hold("core/issue_event", this_process(APP), LEASE),
        house.leases.hold("core/issue", this_process(APP), LEASE),
    ):
        due = what_is_due(house, batches)
        due.everywhere |= basis.has_changed
        run = house.ledger.open_link_run(house.now())
        relink(house, due, run)
        if due.rosters:
            retell_rosters(house, run)
        keep_basis(house, basis, run)
        house.ledger.close_link_run(run, state="done", ended_at=house.now(), done=work)
    for batch in batches:
        for kept in (batch.id, f"{batch.id}-forced", f"{batch.id}-only"):
            house.plans.drop(kept)
    return len(batches)


def what_is_due(house: House, batches: list[Batch]) -> Due:
    """Cases that the merges of some batches touched."""
    due = Due()
    for batch in batches:
        rows = house.plans.heights(batch.id)
        for name in Rosters._fields:
            changed = any(rows.get(f"{name}.{side}") for side in ("rows", "drop"))
            due.rosters |= changed
            due.everywhere |= changed and name in ROSTERS
        if "issue.index" in rows:
            due.ids += [
                frame["hub_id"].alias("key")
                for frame in house.plans.pieces(batch.id, "issue.index")
            ]
            due.twins.add(batch.partner)
        for name in tables.BY_ISSUE:
            if f"{name}.index" in rows:
                due.ids.append(_parents(house, batch, name))
    return due


def _parents(house: House, batch: Batch, name: str) -> pl.Series:
    """The cases of a batch's events, handlings or reviews, each once.

    A deletion names no case; its key's earlier observations do.
    """
    none = pl.Series("key", [], dtype=pl.String)
    drops = house.plans.pieces(batch.id, f"{name}.drop")
    found, lost = none, [none, *(frame["key"] for frame in drops)]
    table = tables.staged_table(house.lake, batch.partner, dataset(name))
    files = table.files(partitions=[{"batch_id": batch.id}])
    for told in table.scan(files, columns=["key", "issue_id"]):
        named = told.select(key="issue_id").drop_nulls().unique()
        named = named.filter(~pl.col("key").is_in(found.implode()))
        found = pl.concat([found, compact(named)["key"]])
        lost.append(compact(told.filter(pl.col("issue_id").is_null()))["key"])
    nameless = pl.concat(lost).unique()
    if len(nameless):
        for frame in table.scan(columns=["key", "issue_id"]):
            mine = frame.filter(pl.col("key").is_in(nameless.implode()))
            earlier = mine["issue_id"].drop_nulls().alias("key")
            found = pl.concat([found, earlier]).unique()
    return found


def relink(house: House, due: Due, run: int) -> None:
    """Derive the due cases of every partition and commit what changed."""
    table = tables.core_table(house.lake, dataset(ISSUE))
    around = surroundings(house)
    keys = due.keys
    waiting = _waiting_partners(house, due)
    trail = Trail(house)
    changes = Changes()
    for group in in_groups(_due_files(house, due, keys, waiting)):
        places = _places(group)
        told: list[pl.DataFrame] = []
        for bite in group:
            frame = numbered_frame(table.scan(bite))
            wanted = _wanted(frame, due, keys, waiting)
            touched = frame.filter(wanted)
            if not len(touched):
                continue
            issues = touched.drop(NTH)
            # A step makes several wide copies of its rows: full files by halves.
            size = len(issues) if len(issues) <= MANY else MANY // 2
            made = [
                _derive(house, some, places, around, trail)
                for some in issues.iter_slices(size)
            ]
            told.append(
                issues.select("issue_id", "partner", "month").join(
                    pl.concat([one.findings for one in made]), on="issue_id", how="left"
                )
            )
            renewed = pl.concat(
                [one.issues.select(*issues.columns) for one in made]
            ).with_columns(touched[NTH])
            del made, issues
            for nth, file in enumerate(bite):
                own = pl.col(NTH) == nth
                fresh = renewed.filter(own)
                if fresh.equals(touched.filter(own)):
                    continue
                rest = pl.concat([frame.filter(own & ~wanted), fresh]).drop(NTH)
                changes.add += table.write(rest.sort("issue_id"), file.partition)
                changes.remove.append(file)
        trail.finish(places)
        _tell(house, places, told, changes)
        for place in places:
            house.note("linked", {**place})
    trail.commit(APP, run)
    findings = tables.issue_finding_table(house.lake)
    changes.commit(findings, run, found=True)
    changes.commit(table, run, found=False)


@dataclass
class Changes:
    """Files of issues, and of findings about them, that a link run changes."""

    add: list[DataFile] = field(default_factory=list)
    remove: list[DataFile] = field(default_factory=list)
    found_add: list[DataFile] = field(default_factory=list)
    found_remove: list[DataFile] = field(default_factory=list)

    def commit(self, table: LakeTable, run: int, *, found: bool) -> None:
        """Make one of the two visible."""
        add = self.found_add if found else self.add
        remove = self.found_remove if found else self.remove
        if add or remove:
            table.commit(APP, run, add=add, remove=remove)


def _derive(
    house: House,
    touched: pl.DataFrame,
    places: Sequence[Place],
    around: Surroundings,
    trail: Trail,
) -> Linked:
    events, reviews = read_trail(house, touched, places, trail)
    inferred = relink_events(house, touched, events, trail)
    both = pl.concat([events.drop(ORIGIN), inferred], how="diagonal")
    return derive(touched, both, reviews, around)


def _tell(
    house: House,
    places: Sequence[Place],
    told: list[pl.DataFrame],
    changes: Changes,
) -> None:
    """Findings of some partitions, those of cases not derived now kept."""
    if not told:
        return
    table = tables.issue_finding_table(house.lake)
    wanted = [dict(place) for place in places]
    files = table.files(partitions=wanted)
    fresh = pl.concat(told)
    columns = ["issue_id", "rule", "partner", "month"]
    before = table.read(files=files).select(columns).sort("issue_id", "rule")
    cases = fresh["issue_id"].implode()
    kept = before.filter(~pl.col("issue_id").is_in(cases))
    found = fresh.drop_nulls("rule").select(columns)
    after = pl.concat([kept, found]).unique().sort("issue_id", "rule")
    for place in wanted:
        own = (pl.col("partner") == place["partner"]) & (
            pl.col("month") == place["month"]
        )
        mine = after.filter(own)
        if mine.equals(before.filter(own)):
            continue
        changes.found_remove += [f for f in files if dict(f.partition) == place]
        if len(mine):
            changes.found_add += table.write(mine, place)


def _wanted(
    frame: pl.DataFrame, due: Due, keys: pl.Series, waiting: set[str]
) -> pl.Series:
    """Which rows of a frame are due."""
    if due.everywhere:
        return pl.Series("due", [True]).new_from_index(0, len(frame))
    wanted = pl.col("issue_id").is_in(keys.implode())
    if waiting:
        twin = pl.col("evidence").struct.field("same_as").is_not_null()
        waits = pl.col("partner").is_in(sorted(waiting))
        wanted = wanted | (waits & twin & pl.col("duplicate_of_id").is_null())
    return frame.select(wanted.alias("due"))["due"]


def _due_files(
    house: House, due: Due, keys: pl.Series, waiting: set[str]
) -> list[DataFile]:
    """Files of the partitions with due cases."""
    files = tables.core_table(house.lake, dataset(ISSUE)).files()
    if due.everywhere:
        return files
    known = house.keys.lookup(ISSUE, keys).select("partner", "month").unique()
    wanted = set(known.rows())
    return [
        file
        for file in files
        if (file.partition["partner"], file.partition["month"]) in wanted
        or file.partition["partner"] in waiting
    ]


def _places(group: Sequence[Sequence[DataFile]]) -> list[Place]:
    """The partitions of a group's files, each once."""
    found: dict[str, Place] = {}
    for bite in group:
        for file in bite:
            found.setdefault(str(sorted(file.partition.items())), file.partition)
    return list(found.values())


def _waiting_partners(house: House, due: Due) -> set[str]:
    """Partners with a feed whose cases may have a twin at a touched partner."""
    return {
        partner.id
        for partner in house.city.partners.values()
        for feed in partner.feeds
        if feed.same_as and feed.same_as.partner in due.twins
    }
