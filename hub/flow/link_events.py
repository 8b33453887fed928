"""The trail of cases when they are linked: numbers, and events nobody sent.

What lives here: reading the events and reviews of some cases, inferring events
where a feed has states without times, numbering the rows that count. What does
not: how an event is inferred (`hub.pipeline.stage_infer`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.key_pieces import compact
from hub.flow.link_bites import NTH, in_bites, numbered_frame
from hub.flow.link_tellers import places_of
from hub.pipeline.algebra import is_tombstone
from hub.pipeline.digest import hub_id, row_digest
from hub.pipeline.stage_chain import TIME_STAGE
from hub.pipeline.stage_infer import infer_events
from hub.schemas import dataset
from hub.schemas.code_lists import stages
from hub.storage.lake import LakeTable
from hub.storage.parts import DataFile

EVENT = "issue_event"
OBSERVED = (
    "issue_id",
    "partner",
    "source_id",
    "feed",
    "version_at",
    "row_digest",
    "source_stage_id",
    "evidence",
)


Place = Mapping[str, str]


@dataclass
class Trail:
    """Event files that a link run adds and removes, some partitions at a time."""

    house: House
    add: list[DataFile] = field(default_factory=list)
    remove: list[DataFile] = field(default_factory=list)
    numbers: list[pl.DataFrame] = field(default_factory=list)
    inferred: list[pl.DataFrame] = field(default_factory=list)

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

    def replace(self, file: DataFile, fresh: list[DataFile]) -> None:
        """Put files in the place of one."""
        if file in self.add:
            self.add.remove(file)
        else:
            self.remove.append(file)
        self.add += fresh

    def finish(self, places: Sequence[Place]) -> None:
        """Write the event files in which something about these partitions changed."""
        if self.numbers:
            _renumber(self, places, pl.concat(self.numbers), pl.concat(self.inferred))
        self.numbers, self.inferred = [], []

    def commit(self, app: str, run: int) -> None:
        """Make the new trail visible."""
        if self.add or self.remove:
            self.table.commit(app, run, add=self.add, remove=self.remove)


def read_trail(
    house: House, issues: pl.DataFrame, places: Sequence[Place]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Delivered events and reviews of some cases, live ones only, whoever tells."""
    found = []
    for name in (EVENT, "review"):
        table = tables.core_table(house.lake, dataset(name))
        own = pl.col("issue_id").is_in(issues["issue_id"].implode())
        files = table.files(partitions=places_of(house, table, name, places))
        mine = [
            compact(frame.filter(own & pl.col("deleted_at").is_null()))
            for frame in table.scan(files)
        ]
        empty = pl.DataFrame(schema=tables.core_columns(dataset(name)))
        found.append(pl.concat([empty, *mine]))
    events, reviews = found
    return events.filter(~pl.col("is_inferred").fill_null(value=False)), reviews


def timed_stages(house: House) -> dict[tuple[str, str], set[str]]:
    """(partner, feed) → stages that the feed's declaration maps a time for."""
    found: dict[tuple[str, str], set[str]] = {}
    for partner in house.city.partners.values():
        for feed in partner.feeds:
            for emit in feed.emits:
                if emit.dataset == "issue":
                    times = {TIME_STAGE[n] for n in emit.columns if n in TIME_STAGE}
                    found[partner.id, feed.name] = times | {"DISCOVERED"}
    return found


def _untimed(house: House, partner: str, feeds: pl.Series) -> dict[str, set[str]]:
    """Feeds of some cases whose value table names a stage without a time."""
    timed = timed_stages(house)
    found = {}
    for feed in feeds.unique():
        declared = house.city.partners[partner].feed(feed)
        for emit in declared.emits:
            given = emit.columns.get("source_stage_id")
            if emit.dataset != "issue" or given is None or given.codes is None:
                continue
            named = {
                code for codes in emit.codes[given.codes].values() for code in codes
            }
            if named - timed[partner, feed]:
                found[feed] = timed[partner, feed]
    return found


def relink_events(
    house: House, issues: pl.DataFrame, events: pl.DataFrame, trail: Trail
) -> pl.DataFrame:
    """Infer and number the events of some cases; returns the inferred ones."""
    columns = tables.core_columns(dataset(EVENT))
    none = pl.DataFrame(schema=columns)
    inferred = pl.concat(
        [none, *(_infer(house, own) for own in issues.partition_by("partner"))]
    )
    both = pl.concat([events, inferred], how="diagonal")
    numbered = both.sort("issue_id", "happened_at", "source_id").with_columns(
        event_seq=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("issue_id")
    )
    marks = issues.select("issue_id").join(
        numbered.select("issue_id", "event_id", "event_seq"), on="issue_id", how="left"
    )
    trail.numbers.append(marks)
    trail.inferred.append(
        numbered.filter(
            pl.col("event_id").is_in(inferred["event_id"].implode())
        ).select(*columns)
    )
    return inferred


def _infer(house: House, issues: pl.DataFrame) -> pl.DataFrame:
    """Inferred events of one partner's cases; none where every stage has a time."""
    ds = dataset(EVENT)
    columns = tables.core_columns(ds)
    partner = str(issues["partner"][0])
    untimed = _untimed(house, partner, issues["feed"])
    if not untimed:
        return pl.DataFrame(schema=columns)
    table = tables.staged_table(house.lake, partner, dataset("issue"))
    seen = [
        frame.filter(
            pl.col("issue_id").is_in(issues["issue_id"].implode())
            & pl.col("feed").is_in(list(untimed))
            & ~is_tombstone()
        )
        for frame in table.scan(columns=list(OBSERVED))
    ]
    told = pl.concat(seen).with_columns(
        state=pl.col("source_stage_id"),
        state_main=pl.col("evidence").struct.field("main"),
    )
    events = infer_events(told, untimed, stages=stages())
    made = events.join(
        issues.select("issue_id", "month"),
        on="issue_id",
        how="left",
        maintain_order="left",
    ).with_columns(
        event_id=hub_id(EVENT, pl.col("partner"), pl.col("source_id")),
        batch_id=pl.lit("link"),
        version_at=pl.col("happened_at"),
        ingested_at=pl.col("happened_at"),
    )
    made = made.drop("row_digest").with_columns(
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in columns.items()
        if name not in made.columns and name != "row_digest"
    )
    own = [c.name for c in ds.columns if not c.derived]
    return made.with_columns(row_digest=row_digest(columns, own)).select(*columns)


def _renumber(
    trail: Trail, places: Sequence[Place], told: pl.DataFrame, inferred: pl.DataFrame
) -> None:
    """Write again the event files in which something changed, wherever they lie.

    Args:
        trail: takes the files.
        places: the partitions of the cases; what nobody sent is written there.
        told: issue_id, event_id and event_seq of every event of the linked cases
            as it should be; a case without any stands there with a null event_id.
        inferred: the inferred ones among them as core rows.
    """
    table = trail.table
    cases = told["issue_id"].unique().implode()
    fresh = inferred.select("event_id", fresh_digest="row_digest")
    ids = (
        told.drop_nulls("event_id")
        .select("event_id", fresh_seq="event_seq")
        .join(fresh, on="event_id", how="left")
    )
    same = pl.col("fresh_digest").is_null() | (
        pl.col("fresh_digest") == pl.col("row_digest")
    )
    missing = inferred
    files = trail.files(places_of(trail.house, table, EVENT, places))
    for bite in in_bites(files):
        frame = numbered_frame(table.scan(bite))
        mine = pl.col("issue_id").is_in(cases) & pl.col("deleted_at").is_null()
        present = frame.filter(mine)
        # What was inferred from fewer observations may say another action now.
        kept = present.join(ids, on="event_id", how="inner").filter(same)
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
