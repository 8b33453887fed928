"""What is odd about a delivery as a whole: warnings that no single row shows.

What lives here: fields that nobody mapped or ignored (P13), first days that the
hub had to assume (P27), rows that say different things under one key and one
version (P18), fields that were cut before landing (T50), listings that the partner
counts otherwise (B09), and axes exchanged throughout (P30). What does not: numbers that
several cases bear (`shared_numbers`), anything that keeps a row out.
"""

from __future__ import annotations

from collections.abc import Set

import numpy as np
import polars as pl

from hub.connectors.decode import Wanted
from hub.flow import tables
from hub.flow.context import part_meta, parts_of
from hub.flow.house import House
from hub.flow.key_pieces import compact, cut, piece_of
from hub.flow.outcome import FOUND, Split
from hub.flow.row_hashes import hashes_of, is_among, repeated, rows_among
from hub.flow.shared_numbers import shared_numbers
from hub.partners.spec import Feed
from hub.schemas import dataset
from hub.storage.batches import Batch

FEWEST_POINTS = 10  # fewer say nothing about a mapping
MOST_SWAPPED = 9, 10
QUALITY = "coord_quality_code"
FIRST_DAYS = ("valid_from_on", "start_on")


def add_remarks(house: House, batch: Batch, feed: Feed, done: Split) -> None:
    """Add the delivery's warnings to its findings."""
    done.findings.append(unmapped_fields(feed, done.fields))
    done.findings.append(assumed_days(feed, done))
    done.findings.append(cut_fields(house, batch))
    done.findings.append(differing_counts(house, batch))
    if cases := done.files.get("issue"):
        done.findings.append(shared_numbers(house, batch.partner, cases))
    for name, files in done.files.items():
        if files:
            done.findings.append(conflicts(house, batch, name, done))
            done.findings.append(exchanged_axes(house, batch, name, done))


def unmapped_fields(feed: Feed, fields: Set[str]) -> pl.DataFrame:
    """P13, once per field: it came, and is neither mapped nor set aside (T67).

    Setting aside an object sets aside everything in it; an object of which something
    is mapped may come as null.
    """
    mapped, aside = Wanted.of(feed).names, {*feed.ignore, *feed.never_land}
    inside = tuple(f"{name}." for name in aside)
    around = {name[:at] for name in mapped for at, c in enumerate(name) if c == "."}
    astray = [
        name
        for name in sorted(fields - mapped - aside - around)
        if not name.startswith(inside)
    ]
    return _remarks([(None, name, "P13") for name in astray])


def assumed_days(feed: Feed, done: Split) -> pl.DataFrame:
    """P27, once per column: the first day is the day on which a row was first seen."""
    return _remarks(
        [
            (emit.dataset, column, "P27")
            for emit in feed.emits
            if emit.dataset in done.files
            for column in FIRST_DAYS
            if column in dataset(emit.dataset).polars_schema()
            and column not in emit.columns
        ]
    )


def cut_fields(house: House, batch: Batch) -> pl.DataFrame:
    """T50, once per field: it had values, and they were cut before landing."""
    came = {
        name
        for part in parts_of(house, batch)
        for name, count in part_meta(part).cut.items()
        if count
    }
    return _remarks([(None, name, "T50") for name in sorted(came)])


def differing_counts(house: House, batch: Batch) -> pl.DataFrame:
    """B09, once per listing: the partner counts another number than it lists (T4)."""
    metas = (part_meta(part) for part in parts_of(house, batch))
    told = [
        meta.origin["path"]
        for meta in metas
        if meta.counts and meta.counts["listed"] != meta.counts["counted"]
    ]
    return _remarks([(None, path, "B09") for path in dict.fromkeys(told)])


def exchanged_axes(house: House, batch: Batch, name: str, done: Split) -> pl.DataFrame:
    """P30, once: nearly every point had its axes in each other's place (T34)."""
    if QUALITY not in dataset(name).polars_schema():
        return _remarks([])
    table = tables.staged_table(house.lake, batch.partner, dataset(name))
    told = table.read(files=done.files[name], columns=[QUALITY])[QUALITY]
    points = told.filter(told != "MISSING")
    swapped = (points == "SWAPPED_FIXED").sum()
    of, out_of = MOST_SWAPPED
    is_throughout = swapped * out_of >= len(points) * of
    if len(points) < FEWEST_POINTS or not is_throughout:
        return _remarks([])
    return _remarks([(name, "lon", "P30")])


def conflicts(house: House, batch: Batch, name: str, done: Split) -> pl.DataFrame:
    """P18: one key, one version, two contents; the greater digest wins."""
    table = tables.staged_table(house.lake, batch.partner, dataset(name))
    files = done.files[name]
    version = ["key", "version_at"]
    every = np.concatenate([hashes_of(one) for one in table.scan(files, version)])
    often = repeated(every)
    columns = ["row", *version, "row_digest"]
    found = [table.read(files=[], columns=columns)]
    # Only what may be repeated is looked at, and where that is much, in pieces.
    for digits in cut(int(is_among(every, often).sum())) if len(often) else ():
        frames = (
            compact(one.filter(rows_among(one, version, often)))
            for one in table.scan(files, columns)
        )
        told = piece_of(frames, "key", digits)
        same = told.filter(pl.struct(version).is_duplicated())
        contents = pl.col("row_digest").n_unique().over(version)
        found.append(same.filter(contents > 1))
    torn = pl.concat(found).sort("row")
    return torn.select(
        "row",
        "key",
        dataset=pl.lit(name),
        column=pl.lit("source_id"),
        rule=pl.lit("P18"),
        severity=pl.lit("warn"),
    ).cast(pl.Schema(FOUND))


def _remarks(told: list[tuple[str | None, str, str]]) -> pl.DataFrame:
    rows = [(None, None, name, column, rule, "warn") for name, column, rule in told]
    return pl.DataFrame(rows, schema=FOUND, orient="row")
