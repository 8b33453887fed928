"""Chunks of a result → parts: Arrow streams of text columns.

What lives here: cutting frames to size, the one form of instants, and the
description that says which types the database had. What does not: statements and
their order (`sql`).
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator

import polars as pl
import pyarrow as pa

from hub.connectors.base import Part, PartMeta
from hub.connectors.sql_dialects import written
from hub.connectors.sql_shape import Selection
from hub.partners.spec import Feed


def rechunk(frames: Iterator[pl.DataFrame], size: int) -> Iterator[pl.DataFrame]:
    """Frames of exactly `size` rows, the last one smaller."""
    held: list[pl.DataFrame] = []
    for frame in frames:
        held.append(frame)
        while sum(map(len, held)) >= size:
            whole = pl.concat(held)
            yield whole.head(size)
            held = [whole.slice(size)]
    rest = pl.concat(held) if held else pl.DataFrame()
    if len(rest):
        yield rest


def tidy(frame: pl.DataFrame, selection: Selection) -> pl.DataFrame:
    """Instants that the database wrote itself, in the form that all others have."""
    if not (selection.casts or selection.offset):
        return frame
    names = [f.name for f in selection.fields if f.kind in {"zoned", "instant"}]
    whole = pl.col(names).str.replace(r"\.0+(\D|$)", "${1}")
    frame = frame.with_columns(whole.str.replace(r"([+-]\d\d)$", "${1}:00"))
    micros = [
        pl.when(pl.col(name).str.contains(r"\.\d{1,5}(\D|$)"))
        .then(
            pl.concat_str(
                pl.col(name).str.extract(r"^([^.]*\.)"),
                pl.col(name).str.extract(r"\.(\d+)").str.pad_end(6, "0"),
                pl.col(name).str.extract(r"\.\d+(.*)$"),
            )
        )
        .otherwise(pl.col(name))
        .alias(name)
        for name in names
    ]
    frame = frame.with_columns(micros)
    if selection.offset is None:
        return frame
    zoned = [field.name for field in selection.fields if field.kind == "zoned"]
    return frame.with_columns(pl.col(zoned) + written(selection.offset))


def schema_of(selection: Selection) -> pl.Schema:
    """All columns, as text."""
    return pl.Schema({field.name: pl.String for field in selection.fields})


def make_part(
    frame: pl.DataFrame, selection: Selection, feed: Feed, number: int
) -> Part:
    """One chunk as a part; `number` is its place in the delivery."""
    table = frame.cast(schema_of(selection)).to_arrow(
        compat_level=pl.CompatLevel.oldest()
    )
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    body = sink.getvalue()
    types = {field.name: field.type_name for field in selection.fields}
    meta = PartMeta(
        sequence=number,
        media="arrow",
        received_sha256=hashlib.sha256(body).hexdigest(),
        origin={
            "source": selection.name,
            "types": json.dumps(types, ensure_ascii=False),
        },
        cut=dict.fromkeys(feed.never_land, 0)
        | dict.fromkeys(selection.never, len(frame)),
    )
    return Part(meta, body)
