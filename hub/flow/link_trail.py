"""The trail of cases as a link run leaves it: files of events, written again.

What lives here: how the events of cases should be numbered, kept aside while a month of
a large partner is gone through, and the files in which something changed because of
it. What does not: reading a trail and inferring what nobody sent (`link_events`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.key_pieces import compact
from hub.flow.link_bites import NTH, in_bites, numbered_frame
from hub.flow.link_tellers import places_of
from hub.flow.shelves import Shelves
from hub.schemas import dataset
from hub.storage.lake import LakeTable
from hub.storage.parts import DataFile

EVENT = "issue_event"
ORIGIN = "origin"

Place = Mapping[str, str]


class Told(NamedTuple):
    """How the trail of some cases should be, see `Trail.put`."""

    cases: pl.Series
    numbers: Shelves
    inferred: pl.DataFrame


@dataclass
class Trail:
    """Event files that a link run adds and removes, some partitions at a time."""

    house: House
    add: list[DataFile] = field(default_factory=list)
    remove: list[DataFile] = field(default_factory=list)
    cases: list[pl.Series] = field(default_factory=list)
    inferred: list[pl.DataFrame] = field(default_factory=list)
    numbers: Shelves | None = None
    folder: TemporaryDirectory[str] | None = None
    origins: dict[str, int] = field(default_factory=dict)

    @property
    def table(self) -> LakeTable:
        """`core/issue_event`."""
        return tables.core_table(self.house.lake, dataset(EVENT))

    def files(self, places: Sequence[Place]) -> list[DataFile]:
        """The event files of partitions as this run has left them so far.

        Several partners' cases may have steps in one file, so it may change twice.
        """
        gone = set(self.remove)
        wanted = [dict(place) for place in places]
        kept = [f for f in self.table.files(partitions=wanted) if f not in gone]
        return kept + [f for f in self.add if dict(f.partition) in wanted]

    def origin(self, file: DataFile) -> int:
        """Number of a file; those put in the place of one have that one's."""
        return self.origins.setdefault(file.path, len(self.origins))

    def replace(self, file: DataFile, fresh: list[DataFile]) -> None:
        """Put files in the place of one."""
        for one in fresh:
            self.origins[one.path] = self.origin(file)
        if file in self.add:
            self.add.remove(file)
        else:
            self.remove.append(file)
        self.add += fresh

    def put(
        self, cases: pl.Series, numbers: pl.DataFrame, inferred: pl.DataFrame
    ) -> None:
        """Remember how the trail of some cases should be.

        Args:
            cases: their ids, whether they have events or not.
            numbers: event_id, fresh_seq and `ORIGIN` of their delivered events.
            inferred: events nobody sent, as core rows.
        """
        if self.numbers is None:
            # A month of a large partner has more events than memory should hold.
            self.folder = TemporaryDirectory(prefix="hub-link-")
            folder = Path(self.folder.name)
            self.numbers = Shelves(folder, numbers.clear(), pl.col(ORIGIN))
        self.cases.append(cases)
        self.inferred.append(compact(inferred))
        self.numbers.put(numbers)

    def finish(self, places: Sequence[Place]) -> None:
        """Write the event files in which something about these partitions changed."""
        if self.numbers is not None and self.folder is not None:
            told = Told(pl.concat(self.cases), self.numbers, pl.concat(self.inferred))
            _renumber(self, places, told)
            self.folder.cleanup()
        self.cases, self.inferred, self.numbers, self.folder = [], [], None, None

    def commit(self, app: str, run: int) -> None:
        """Make the new trail visible."""
        if self.add or self.remove:
            self.table.commit(app, run, add=self.add, remove=self.remove)


def _renumber(trail: Trail, places: Sequence[Place], told: Told) -> None:
    """Write again the event files in which something changed, wherever they lie.

    Args:
        trail: takes the files.
        places: the partitions of the cases; what nobody sent is written there.
        told: how the trail should be.
    """
    table = trail.table
    cases = told.cases.implode()
    unsent = told.inferred.select(
        "event_id", fresh_seq="event_seq", fresh_digest="row_digest"
    )
    same = pl.col("fresh_digest").is_null() | (
        pl.col("fresh_digest") == pl.col("row_digest")
    )
    missing = told.inferred
    files = trail.files(places_of(trail.house, table, EVENT, places))
    for bite in in_bites(files):
        frame = numbered_frame(table.scan(bite))
        mine = pl.col("issue_id").is_in(cases) & pl.col("deleted_at").is_null()
        present = frame.filter(mine)
        sent = told.numbers.shelves(*{trail.origin(file) for file in bite})
        numbers = pl.concat([sent.drop(ORIGIN), unsent], how="diagonal")
        # What was inferred from fewer observations may say another action now.
        kept = present.join(numbers, on="event_id", how="inner").filter(same)
        stale = pl.col("event_seq").ne_missing(pl.col("fresh_seq"))
        missing = missing.join(kept, on="event_id", how="anti")
        changed = pl.concat(
            [
                kept.filter(stale)[NTH],
                present.join(kept, on="event_id", how="anti")[NTH],
            ]
        ).unique()
        for nth in changed.sort():
            own = pl.col(NTH) == nth
            renewed = (
                kept.filter(own)
                .with_columns(event_seq="fresh_seq")
                .select(*frame.columns)
            )
            rest = pl.concat([frame.filter(own & ~mine), renewed]).drop(NTH)
            trail.replace(
                bite[nth],
                table.write(rest.sort("event_id"), bite[nth].partition)
                if len(rest)
                else [],
            )
    for new in missing.partition_by("partner", "month"):
        where = {name: str(new[name][0]) for name in ("partner", "month")}
        trail.add += table.write(new.sort("event_id"), where)
