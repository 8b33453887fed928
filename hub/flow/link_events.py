"""The trail of cases when they are linked: numbers, and events nobody sent.

What lives here: reading the events and reviews of some cases, inferring events
where a feed has states without times, numbering the rows that count. What does
not: how an event is inferred (`hub.pipeline.stage_infer`), writing (`link_trail`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.key_pieces import compact
from hub.flow.link_tellers import places_of
from hub.flow.link_trail import EVENT, ORIGIN, Place, Trail
from hub.pipeline.algebra import is_tombstone
from hub.pipeline.digest import hub_id, row_digest
from hub.pipeline.stage import LOOK, STEP
from hub.pipeline.stage_chain import TIME_STAGE
from hub.pipeline.stage_infer import infer_events
from hub.schemas import dataset
from hub.schemas.code_lists import stages

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

# What linking asks of events and reviews: their files are many times as wide.
TOLD = {
    EVENT: (*STEP, "source_id", "deadline_at"),
    "review": LOOK,
}


def read_trail(
    house: House, issues: pl.DataFrame, places: Sequence[Place], trail: Trail
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Delivered events and reviews of some cases, live ones only, whoever tells.

    Returns:
        Columns `TOLD` of core rows; events with `ORIGIN`, the number of the file that
        each lies in.
    """
    found = []
    own = pl.col("issue_id").is_in(issues["issue_id"].implode())
    for name, columns in TOLD.items():
        table = tables.core_table(house.lake, dataset(name))
        files = table.files(partitions=places_of(house, table, name, places))
        mine = [
            compact(
                frame.filter(own & pl.col("deleted_at").is_null()).select(columns)
            ).with_columns(pl.lit(trail.origin(file), dtype=pl.Int64).alias(ORIGIN))
            for file, frame in zip(
                files, table.scan(files, columns=[*columns, "deleted_at"]), strict=True
            )
        ]
        kinds = tables.core_columns(dataset(name)) | {ORIGIN: pl.Int64()}
        schema = {column: kinds[column] for column in (*columns, ORIGIN)}
        found.append(pl.concat([pl.DataFrame(schema=schema), *mine]))
    events, reviews = found
    delivered = events.filter(~pl.col("is_inferred").fill_null(value=False))
    return delivered, reviews.drop(ORIGIN)


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
    delivered = pl.col(ORIGIN).is_not_null()
    trail.put(
        issues["issue_id"],
        numbered.filter(delivered).select("event_id", ORIGIN, fresh_seq="event_seq"),
        numbered.filter(~delivered).select(*columns),
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
