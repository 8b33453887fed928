"""What is odd about a delivery as a whole: warnings that no single row shows.

What lives here: fields that nobody mapped or ignored (P13), first days that the
hub had to assume (P27), and rows that say different things under one key and one
version (P18). What does not: anything that keeps a row out.
"""

from __future__ import annotations

from collections.abc import Set

import polars as pl

from hub.connectors.decode import Wanted
from hub.flow import tables
from hub.flow.house import House
from hub.flow.key_pieces import begins, cut
from hub.flow.outcome import FOUND, Split
from hub.partners.spec import Feed
from hub.schemas import dataset
from hub.storage.batches import Batch

FIRST_DAYS = ("valid_from_on", "start_on")


def add_remarks(house: House, batch: Batch, feed: Feed, done: Split) -> None:
    """Add the delivery's warnings to its findings."""
    done.findings.append(unmapped_fields(feed, done.fields))
    done.findings.append(assumed_days(feed, done))
    for name, files in done.files.items():
        if files:
            done.findings.append(conflicts(house, batch, name, done))


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


def conflicts(house: House, batch: Batch, name: str, done: Split) -> pl.DataFrame:
    """P18: one key, one version, two contents; the greater digest wins."""
    table = tables.staged_table(house.lake, batch.partner, dataset(name))
    files = done.files[name]
    version = ["key", "version_at"]
    found = []
    for digits in cut(sum(file.rows for file in files)):
        seen = [
            frame.filter(begins("key", digits))
            for frame in table.scan(files, ["row", *version, "row_digest"])
        ]
        told = pl.concat(seen)
        repeated = told.filter(pl.struct(version).is_duplicated())
        contents = pl.col("row_digest").n_unique().over(version)
        found.append(repeated.filter(contents > 1))
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
