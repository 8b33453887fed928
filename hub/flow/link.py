"""What the hub derives from merged facts: stage, area, chief, category, deadline.

What lives here: the walk over the partitions of cases that are due; derivations are
pure functions of merged facts (`hub.pipeline`), so doing it again, or later, or in
another order gives the same. What does not: which cases are due (`link_due`), the
derivations, the trail of events (`link_events`).

A kill leaves the work noted as due (`link_todo`); the next run does it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.link_basis import keep_basis, read_basis
from hub.flow.link_bites import MANY, NTH, in_groups, numbered_frame
from hub.flow.link_due import (
    ISSUE,
    Due,
    derivable,
    due_files,
    due_rows,
    keep_due,
    open_work,
    what_is_due,
)
from hub.flow.link_events import read_trail, relink_events
from hub.flow.link_issues import Linked, Surroundings, derive, surroundings
from hub.flow.link_rosters import retell_rosters
from hub.flow.link_trail import ORIGIN, Place, Trail
from hub.schemas import dataset
from hub.storage.holders import this_process
from hub.storage.lake import LakeTable
from hub.storage.parts import DataFile

LEASE = timedelta(minutes=30)
APP = "link"


def link(house: House) -> int:
    """Derive again whatever merges since the last time may have changed.

    Everything, where limits or working days are others than the last time (T30).

    Returns:
        How many batches this has settled.
    """
    work = open_work(house)
    batches = [house.ledger.batch(number) for number, _ in work]
    basis = read_basis(house)
    if not batches and not basis.has_changed:
        return 0
    with (
        house.leases.hold("core/issue_event", this_process(APP), LEASE),
        house.leases.hold("core/issue", this_process(APP), LEASE),
    ):
        due = what_is_due(house, work)
        due.everywhere |= basis.has_changed
        run = house.ledger.open_link_run(house.now())
        # Before the work is struck off, or a kill would leave these as they are.
        keep_due(house, relink(house, due, run))
        if due.rosters:
            retell_rosters(house, run)
        keep_basis(house, basis, run)
        house.ledger.close_link_run(run, state="done", ended_at=house.now(), done=work)
    for batch in batches:
        for kept in (batch.id, f"{batch.id}-forced", f"{batch.id}-only"):
            house.plans.drop(kept)
    return len(batches)


def relink(house: House, due: Due, run: int) -> set[tuple[str, str]]:
    """Derive the due cases of every partition and commit what changed.

    Returns:
        (partner, feed) of due cases that were left as they are: nobody declares them.
    """
    table = tables.core_table(house.lake, dataset(ISSUE))
    around = surroundings(house)
    keys = due.keys
    trail = Trail(house)
    changes = Changes()
    left: set[tuple[str, str]] = set()
    for group in in_groups(due_files(house, due, keys)):
        places = _places(group)
        told: list[pl.DataFrame] = []
        for bite in group:
            frame = numbered_frame(table.scan(bite))
            wanted, undeclared = derivable(frame, due, due_rows(frame, due, keys))
            left |= undeclared
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
    return left


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


def _places(group: Sequence[Sequence[DataFile]]) -> list[Place]:
    """The partitions of a group's files, each once."""
    found: dict[str, Place] = {}
    for bite in group:
        for file in bite:
            found.setdefault(str(sorted(file.partition.items())), file.partition)
    return list(found.values())
