"""Landed parts → staged facts and quarantined rows of one batch.

What lives here: the second step of a batch. Chunk by chunk, rows are judged and
written; once the whole batch is known, references between rows are checked and
the tables are committed. Cutting a batch into chunks changes nothing, and doing
it all again replaces what an interrupted attempt left. What does not: fetching
(`land`), bounds (`guard`), core (`merge`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import polars as pl

from hub.connectors.decode import Rows, Wanted, decode, row_texts
from hub.flow import tables
from hub.flow.case_counts import counted, window_begin
from hub.flow.chunks import Judged, Seen, judge
from hub.flow.context import context_of, part_meta, parts_of
from hub.flow.house import House
from hub.flow.key_pieces import compact
from hub.flow.lost import find_lost
from hub.flow.outcome import Split
from hub.flow.remarks import add_remarks
from hub.flow.unit_conflicts import find_unit_conflicts
from hub.partners.spec import Feed, Partner
from hub.pipeline.normalise import ROW
from hub.schemas import dataset
from hub.storage.batches import Batch
from hub.storage.lake import LakeTable
from hub.storage.parts import DataFile

CHUNK = 50_000
PART = 1 << 32  # rows of part n are numbered from n × PART


def chunks(
    house: House, batch: Batch, feed: Feed, only: pl.Series | None
) -> Iterator[Rows]:
    """The rows of a batch from raw, numbered over the whole batch.

    Many small parts (pages) are judged together: judging has a fixed cost.

    Args:
        only: take these row numbers and leave the others (retry).
    """
    yield from gather(_decoded(house, batch, feed, only))


def _decoded(
    house: House, batch: Batch, feed: Feed, only: pl.Series | None
) -> Iterator[Rows]:
    wanted = Wanted.of(feed)
    for part in parts_of(house, batch):
        with house.raw.open(part.sha256) as body:
            for rows in decode(body, part_meta(part), wanted):
                numbered = number_rows(rows, part.sequence)
                yield numbered if only is None else _only(numbered, only)


def number_rows(rows: Rows, sequence: int) -> Rows:
    """Rows of one part, numbered over the whole delivery."""
    base = sequence * PART
    return Rows(
        rows.frame.with_columns(pl.col(ROW) + base),
        rows.broken.with_columns(pl.col(ROW) + base),
        rows.fields,
        rows.told.with_columns(pl.col(ROW) + base),
    )


def gather(pieces: Iterator[Rows]) -> Iterator[Rows]:
    """Small pieces in frames of about `CHUNK` rows, in their order."""
    held: list[Rows] = []
    for rows in pieces:
        held.append(rows)
        if sum(len(one.frame) for one in held) >= CHUNK:
            yield together(held)
            held = []
    if held:
        yield together(held)


def together(held: list[Rows]) -> Rows:
    """Several chunks as one."""
    if len(held) == 1:
        return held[0]
    return Rows(
        pl.concat([one.frame for one in held]),
        pl.concat([one.broken for one in held]),
        frozenset().union(*(one.fields for one in held)),
        pl.concat([one.told for one in held]),
    )


def _only(rows: Rows, only: pl.Series) -> Rows:
    keep = pl.col(ROW).is_in(only.implode())
    return Rows(
        rows.frame.filter(keep),
        rows.broken.filter(keep),
        rows.fields,
        rows.told.filter(keep),
    )


def split(
    house: House,
    batch: Batch,
    partner: Partner,
    feed: Feed,
    *,
    only: pl.Series | None = None,
) -> Split:
    """Judge every row of a landed batch and write its facts, not yet visible."""
    ctx = context_of(house, batch, partner, feed)
    done = Split()
    seen = Seen()
    since = window_begin(house, batch)
    for rows in chunks(house, batch, feed, only):
        judged = judge(house.city, rows, ctx, seen)
        done.received += len(judged.rows)
        done.duplicate += len(judged.duplicates)
        done.fields |= rows.fields
        # Kept until the batch ends, without the text of the rows beside them.
        done.findings.append(compact(judged.findings))
        _write_facts(house, batch, feed, judged, done, since)
        house.note("rows", {"batch": batch.id, "received": done.received})
    find_unit_conflicts(house, batch, feed, done)
    find_lost(house, batch, done)
    if done.lost:
        find_unit_conflicts(house, batch, feed, done)
    if only is None:
        add_remarks(house, batch, feed, done)
    return done


def _write_facts(
    house: House,
    batch: Batch,
    feed: Feed,
    judged: Judged,
    done: Split,
    since: datetime | None,
) -> None:
    rejected = judged.rejected.implode()
    for name, facts in judged.facts.items():
        table = tables.staged_table(house.lake, batch.partner, dataset(name))
        kept = facts.filter(~pl.col("row").is_in(rejected))
        kept = kept.select(*tables.staged_columns(dataset(name)))
        if len(kept):
            if name == "issue":
                zone = house.city.timezone
                done.cases = counted(kept, feed, zone, done.cases, since)
            written = table.write(kept, {"batch_id": batch.id})
            done.files.setdefault(name, []).extend(written)


def commit_split(
    house: House, batch: Batch, feed: Feed, done: Split, replaced: list[str]
) -> None:
    """Make staged facts, findings and quarantined rows visible.

    Args:
        replaced: ids of earlier batches whose place this one takes (replay).
    """
    app = f"{batch.partner}/{batch.feed}"
    stale = [{"batch_id": name} for name in (batch.id, *replaced)]
    names = {emit.dataset for emit in feed.emits}
    for name in sorted(names):
        table = tables.staged_table(house.lake, batch.partner, dataset(name))
        old = table.files(partitions=stale)
        _commit(table, app, batch, done.files.get(name, []), old)
    findings = tables.finding_table(house.lake, batch.partner)
    told = done.found.with_columns(
        batch_id=pl.lit(batch.id), feed=pl.lit(batch.feed)
    ).select(*tables.FINDINGS)
    written = findings.write(told, {"batch_id": batch.id}) if len(told) else []
    old = findings.files(partitions=stale)
    _commit(findings, app, batch, written, old)
    _commit_quarantine(house, batch, done, stale, app)


def _commit_quarantine(
    house: House,
    batch: Batch,
    done: Split,
    stale: list[dict[str, str]],
    app: str,
) -> None:
    table = tables.quarantine_table(house.lake, batch.partner, batch.feed)
    written: list[DataFile] = []
    for rows in quarantined_rows(house, batch, done):
        written += table.write(rows, {"batch_id": batch.id})
    old = table.files(partitions=stale)
    _commit(table, app, batch, written, old)


def _commit(
    table: LakeTable,
    app: str,
    batch: Batch,
    add: list[DataFile],
    remove: list[DataFile],
) -> None:
    """Put this attempt's files in the place of an interrupted one's.

    A second attempt of one batch cannot commit under its number again, so each
    attempt has an application id of its own; what counts is the batch's partition.
    """
    if not add and not remove:
        return
    if table.number(app) < batch.number:
        table.commit(app, batch.number, add=add, remove=remove)
        return
    again = f"{app}/again/{batch.id}"
    table.commit(again, table.number(again) + 1, add=add, remove=remove)


def quarantined_rows(house: House, batch: Batch, done: Split) -> Iterator[pl.DataFrame]:
    """Rejected rows as sent, each with its findings, one frame per part."""
    rejected = done.found.filter(pl.col("row").is_in(done.rejected.implode()))
    marked = rejected.group_by("row", maintain_order=True).agg(
        findings=pl.struct("rule", "severity", "dataset", "column"),
        keys=pl.col("key").drop_nulls().unique(),
        only_references=(
            pl.col("rule").str.starts_with("F") | (pl.col("severity") != "reject")
        ).all(),
    )
    missing = pl.concat(
        [pl.DataFrame(schema={"row": pl.Int64, "target": pl.String})]
        + [one.rows.select("row", "target") for one in done.lost if one.pointer.rejects]
    )
    wanted = missing.group_by("row").agg(missing=pl.col("target").unique())
    marked = marked.join(wanted, on="row", how="left").with_columns(
        pl.col("missing").fill_null(pl.lit([], dtype=pl.List(pl.String)))
    )
    for part in parts_of(house, batch):
        base = part.sequence * PART
        here = marked.filter(pl.col("row").is_between(base, base + PART - 1))
        if not len(here):
            continue
        with house.raw.open(part.sha256) as body:
            texts = row_texts(body, part_meta(part), here["row"] - base)
        sent = texts.select(row=pl.col(ROW) + base, text=pl.col("text"))
        yield (
            here.join(sent, on="row", how="left")
            .with_columns(batch_id=pl.lit(batch.id), part=pl.lit(part.sha256))
            .select(*tables.QUARANTINE)
        )
