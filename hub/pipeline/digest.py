"""Digests: hub ids, row digests, content digests.

What lives here: the three SHA-256 rules that make the hub's content comparable
byte for byte, as Polars expressions and one fold, and which columns of a delivered
fact count. What does not: which columns of a published table do; callers say so.

A value is written canonically: instants as microseconds since 1970 UTC, dates
ISO, decimals with all their places, lists joined by U+241E, structs as JSON.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import polars as pl
import polars_hash as plh

from hub.schemas import Dataset

UNIT = "\u241f"
ITEM = "\u241e"
# A reported deletion sorts after every hex digest: at one instant, gone wins. One
# that is only inferred from absence sorts before: a row that was seen was there.
TOMBSTONE = "~"
ABSENT = ""
HUB_ID_LENGTH = 32
PIECE = 20_000  # rows whose fields are texts at a time
JOINED = 100_000  # digests that are one text at a time


def sha256(expression: pl.Expr) -> pl.Expr:
    """SHA-256 of a text expression, 64 hex digits; null stays null."""
    return plh.CryptographicHashingNameSpace(expression).sha2_256()


def hub_id(dataset: str, partner: pl.Expr | str, source_id: pl.Expr) -> pl.Expr:
    """The hub's identifier of a key: stable over every delivery (design §4).

    First 32 hex digits of SHA-256 over dataset, partner and source key, joined
    by U+241F. Null where the source key is null.
    """
    owner = pl.lit(partner) if isinstance(partner, str) else partner
    joined = pl.concat_str(pl.lit(dataset), owner, source_id, separator=UNIT)
    return sha256(joined).str.slice(0, HUB_ID_LENGTH)


def canonical(name: str, dtype: pl.DataType) -> pl.Expr:
    """One column as canonical text; null stays null."""
    value = pl.col(name)
    if isinstance(dtype, pl.Datetime):
        return value.dt.epoch("us").cast(pl.String)
    if isinstance(dtype, pl.List):
        if isinstance(dtype.inner, pl.Struct):
            return value.list.eval(pl.element().struct.json_encode()).list.join(ITEM)
        return value.list.join(ITEM, ignore_nulls=True)
    if isinstance(dtype, pl.Struct):
        return value.struct.json_encode()
    return value.cast(pl.String)


def row_digest(schema: Mapping[str, pl.DataType], columns: Sequence[str]) -> pl.Expr:
    """SHA-256 of a row: `name=value` of its non-null columns, joined by U+241F."""
    fields = [
        pl.concat_str(pl.lit(f"{name}="), canonical(name, schema[name]))
        for name in columns
    ]
    return sha256(pl.concat_str(fields, separator=UNIT, ignore_nulls=True))


def row_digests(
    frame: pl.DataFrame, schema: Mapping[str, pl.DataType], columns: Sequence[str]
) -> pl.Series:
    """`row_digest` of every row, some rows at a time: all fields are texts by then."""
    digest = row_digest(schema, columns).alias("digest")
    pieces = [frame.clear(), *frame.iter_slices(PIECE)]
    return pl.concat(piece.select(digest).to_series() for piece in pieces)


def digested_columns(ds: Dataset) -> list[str]:
    """The columns of a fact that its row digest covers, in their order."""
    names = [column.name for column in ds.columns if not column.derived]
    return [*names, "evidence"] if ds.name == "issue" else names


def content_digest(rows: pl.Series) -> str:
    """Digest of a table from its row digests: order of rows does not matter."""
    ordered, made = rows.sort(), hashlib.sha256()
    for first in range(0, len(ordered), JOINED):
        if first:
            made.update(b"\n")
        joined = ordered.slice(first, JOINED).str.join("\n").item()
        made.update((joined or "").encode())
    return made.hexdigest()
