"""Rows as sent → facts in canonical form, with a finding for every bad cell.

What lives here: keys, versions, provenance and the row digest. What does not: several
facts out of one row (`unfolding`), rules over whole facts (`validate`), references to
other rows (`hub.flow`), storage.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from hub.partners import spec
from hub.pipeline import text as words
from hub.pipeline.cells import Cells
from hub.pipeline.columns import Context, read_column, source_text
from hub.pipeline.coordinates import Box, coordinate_findings, settle_coordinates
from hub.pipeline.digest import TOMBSTONE, digested_columns, hub_id, row_digest
from hub.pipeline.division_names import LOST, keeps_out, read_divisions
from hub.pipeline.evidence import EVIDENCE, stage_evidence
from hub.pipeline.instants import EPOCHS, INSTANT, read_instants
from hub.pipeline.successors import carry_over
from hub.pipeline.unfolding import ROW, unfold
from hub.schemas import Dataset, dataset

__all__ = [
    "FINDING",
    "ROW",
    "Facts",
    "read_changed",
    "read_facts",
    "read_keys",
    "unfold",
]

FINDING: dict[str, type[pl.DataType]] = {
    ROW: pl.Int64,
    "dataset": pl.String,
    "column": pl.String,
    "rule": pl.String,
    "severity": pl.String,
}


class Facts(NamedTuple):
    """The facts of one emit.

    `frame` has ROW, `key` (hub id), `from_on`, `to_on`, `dated`, the dataset's
    columns, provenance and, for issues, `evidence`. `findings` has ROW, dataset,
    column, rule and severity, null where it is the rule's own.
    """

    dataset: Dataset
    frame: pl.DataFrame
    findings: pl.DataFrame


def read_facts(frame: pl.DataFrame, emit: spec.Emit, ctx: Context) -> Facts:
    """Turn rows as sent into the facts of one emit.

    Args:
        frame: ROW and the source fields as text, lists of structs for `explode`.
        emit: the dataset and its columns.
        ctx: partner, feed, delivery, city.
    """
    ds = dataset(emit.dataset)
    source = unfold(frame, emit)
    keys = read_keys(source, emit.key or ctx.feed.key, emit.part)
    changed = read_changed(source, ctx)
    faults: dict[str, Cells] = {"source_id": keys, "source_updated_at": changed}
    columns: dict[str, pl.Series] = {}
    for column in ds.columns:
        given = emit.columns.get(column.name)
        if given is None:
            continue
        cells = read_column(source, column, given, emit, ctx)
        faults[column.name] = cells
        columns[column.name] = cells.values
    made = source.select(ROW).with_columns(
        values.alias(name) for name, values in columns.items()
    )
    made = _with_provenance(made, keys.values, changed.values, ds, ctx)
    # First the codes: a name may be bounded by one.
    if ctx.succession is not None and not ctx.succession.is_empty:
        taken = carry_over(
            made, ds, emit, succession=ctx.succession, zone=ctx.city_zone
        )
        for name, read in taken.items():
            faults[name] = Cells(read.values, faults[name].faults + read.faults)
            made = made.with_columns(read.values.alias(name))
    if ctx.divisions is not None:
        named = read_divisions(made, ds, emit, forms=ctx.divisions, zone=ctx.city_zone)
        faults |= named
        made = made.with_columns(read.values.alias(at) for at, read in named.items())
    made, placed = _with_place(made, source, ds, emit, ctx)
    made = _with_rest(made, source, ds, emit, ctx)
    made = _with_deletions(made, source, ctx)
    found = _findings(source[ROW], ds, faults, made["row_digest"] == TOMBSTONE)
    return Facts(ds, made, pl.concat([found, placed]))


def read_keys(
    frame: pl.DataFrame, fields: tuple[str, ...], part: spec.Part | None
) -> Cells:
    """The source key of every row: key fields joined by `|`, then `#part`."""
    plain = frame.select(ROW).with_columns(
        source_text(frame, name, free=False).str.replace_all(r"\s+", "").alias(f"k{i}")
        for i, name in enumerate(fields)
    )
    key = pl.concat_str(pl.exclude(ROW), separator="|")
    if part is not None:
        tail = (
            source_text(frame, part.field, free=False)
            if part.field
            else pl.Series([part.value], dtype=pl.String).new_from_index(0, len(frame))
        )
        plain = plain.with_columns(tail.alias("tail"))
        key = pl.concat_str(
            pl.concat_str(pl.exclude(ROW, "tail"), separator="|"), "tail", separator="#"
        )
    parts = pl.exclude(ROW)
    read = plain.select(
        key=key,
        ruined=pl.any_horizontal(words.is_ruined(parts)).fill_null(value=False),
        damaged=pl.any_horizontal(parts.str.contains(words.DAMAGED)).fill_null(
            value=False
        ),
    )
    missing = read["key"].is_null()
    return Cells(
        read["key"],
        (("P07", missing), ("P08", read["ruined"]), ("P21", read["damaged"])),
    )


def read_changed(source: pl.DataFrame, ctx: Context) -> Cells:
    """The rows' own change time; null where the feed has none."""
    feed = ctx.feed
    if feed.changed is None:
        return Cells(pl.Series([None], dtype=INSTANT).new_from_index(0, len(source)))
    name = feed.changed if feed.changed in source.columns else f"../{feed.changed}"
    form = feed.changed_format
    read = read_instants(
        source_text(source, name, free=False),
        zone=ctx.partner.timezone,
        formats=(form,) if form and form not in EPOCHS else (),
        epoch=form if form in EPOCHS else None,
    )
    return Cells(read.values, (("P03", read.unreadable),))


def _with_provenance(
    made: pl.DataFrame,
    keys: pl.Series,
    changed: pl.Series,
    ds: Dataset,
    ctx: Context,
) -> pl.DataFrame:
    """Partner, feed, key, batch and the date of this version (model §2)."""
    feed = ctx.feed
    delivered = pl.lit(ctx.as_of or ctx.landed_at, dtype=INSTANT)
    made = made.with_columns(
        keys.alias("source_id"),
        changed.alias("source_updated_at"),
        partner=pl.lit(ctx.partner.id),
        feed=pl.lit(feed.name),
        batch_id=pl.lit(ctx.batch_id),
        ingested_at=pl.lit(ctx.landed_at, dtype=INSTANT),
        version_at=pl.lit(changed).fill_null(delivered),
        deleted_at=pl.lit(None, dtype=INSTANT),
    )
    made = made.with_columns(key=hub_id(ds.name, ctx.partner.id, pl.col("source_id")))
    return (
        made.with_columns(pl.col("key").alias(ds.id_column)) if ds.id_column else made
    )


def _with_place(
    made: pl.DataFrame, source: pl.DataFrame, ds: Dataset, emit: spec.Emit, ctx: Context
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Coordinates in CGCS2000 with their quality, where the dataset has a place."""
    none = pl.DataFrame(schema=FINDING)
    names = {column.name for column in ds.columns}
    if "coord_quality_code" not in names:
        return made, none
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(made))
    texts = {
        name: source_text(source, given.field, free=False)
        if given is not None and given.field
        else nothing
        for name, given in ((name, emit.columns.get(name)) for name in ("lon", "lat"))
    }
    settled = settle_coordinates(
        pl.DataFrame(texts),
        lon="lon",
        lat="lat",
        system=ctx.partner.coordinates or "unknown",
        box=Box(*ctx.bbox),
    )
    warned = coordinate_findings(settled.with_columns(made[ROW]))
    found = warned.select(
        ROW, pl.lit(ds.name).alias("dataset"), pl.lit("lon").alias("column"), "rule"
    ).with_columns(severity=None)
    return made.with_columns(settled.get_columns()), found.cast(pl.Schema(FINDING))


def _with_rest(
    made: pl.DataFrame, source: pl.DataFrame, ds: Dataset, emit: spec.Emit, ctx: Context
) -> pl.DataFrame:
    """Missing columns as nulls, claimed days, evidence and the row digest."""
    feed = ctx.feed
    if "category_system_code" in {c.name for c in ds.columns} and feed.category_system:
        made = made.with_columns(category_system_code=pl.lit(feed.category_system))
    schema = ds.polars_schema()
    made = made.with_columns(
        pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in schema.items()
        if name not in made.columns
    )
    seen_on = pl.col("version_at").dt.convert_time_zone(ctx.city_zone).dt.date()
    given = emit.columns
    dated = "valid_from_on" in given
    made = made.with_columns(
        from_on=pl.col("valid_from_on").fill_null(seen_on) if dated else seen_on,
        to_on=pl.col("valid_to_on")
        if "valid_to_on" in given
        else pl.lit(None, pl.Date),
        dated=pl.col("valid_from_on").is_not_null() if dated else pl.lit(value=False),
    )
    digested = digested_columns(ds)
    if ds.name == "issue":
        twin = (
            source_text(source, feed.same_as.field, free=False)
            if feed.same_as
            else pl.Series([None], dtype=pl.String).new_from_index(0, len(made))
        )
        evidence = stage_evidence(
            made["source_stage_id"], emit, complete=feed.events_complete, same_as=twin
        )
        made = made.with_columns(evidence)
        schema = {**schema, "evidence": EVIDENCE}
    made = made.with_columns(row_digest=row_digest(schema, digested))
    # A first day that nobody delivered is the day the row was first seen (T49):
    # outside the digest, or every day would make another version.
    for first_day in ("valid_from_on", "start_on"):
        if first_day in schema and first_day not in given:
            made = made.with_columns(pl.col("from_on").alias(first_day))
    extra = ["key", "from_on", "to_on", "dated"]
    return made.select(ROW, *extra, *schema)


def _with_deletions(
    made: pl.DataFrame, source: pl.DataFrame, ctx: Context
) -> pl.DataFrame:
    """Rows that the partner marks as deleted become tombstones."""
    deletes = ctx.feed.deletes
    if deletes.kind != "marker" or deletes.field is None:
        return made
    name = deletes.field if deletes.field in source.columns else f"../{deletes.field}"
    gone = source_text(source, name, free=False).is_in(list(deletes.values))
    gone = gone.fill_null(value=False)
    return made.with_columns(
        row_digest=pl.when(gone).then(pl.lit(TOMBSTONE)).otherwise("row_digest"),
        deleted_at=pl.when(gone).then("version_at"),
        to_on=pl.when(~gone).then("to_on"),
        dated=pl.col("dated") & ~gone,
    )


def _findings(
    rows: pl.Series, ds: Dataset, cells: Mapping[str, Cells], gone: pl.Series
) -> pl.DataFrame:
    """One row per broken cell; a tombstone needs nothing but its key."""
    milder = {column.name for column in ds.columns if not keeps_out(column)}
    found = [
        pl.DataFrame(
            {ROW: rows.filter(mask & (~gone | (name == "source_id")))}
        ).with_columns(
            dataset=pl.lit(ds.name),
            column=pl.lit(name),
            rule=pl.lit(rule),
            severity=pl.lit("warn" if rule == LOST and name in milder else None),
        )
        for name, read in cells.items()
        for rule, mask in read.faults
        if mask.any()
    ]
    empty = pl.DataFrame(schema=FINDING)
    return pl.concat([empty, *(frame.cast(pl.Schema(FINDING)) for frame in found)])
