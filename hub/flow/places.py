"""Where a row stands in what the partner sent: file and line, page and entry.

What lives here: from the number of a row to words that the partner can look up. What
does not: numbering rows (`hub.flow.split`), the row itself.

A file's row is the one that a spreadsheet shows. In a CSV it is counted from the
header on, so blank lines above it are not counted; in a workbook of several sheets
only the file is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import orjson
import polars as pl

from hub.flow.context import part_meta, parts_of
from hub.flow.split import PART

if TYPE_CHECKING:
    from hub.connectors.base import PartMeta
    from hub.flow.house import House
    from hub.storage.batches import Batch


class Way(NamedTuple):
    """How rows of a part are named: words before and after, number of the first."""

    before: str
    first: int | None
    after: str = "行"


def way_to(meta: PartMeta) -> Way:
    """How the partner finds the rows of a part again."""
    origin = meta.origin
    if "file" in origin:
        name = origin["file"]
        if meta.media == "csv":
            return Way(name, 2)
        if meta.media == "jsonl":
            return Way(name, 1)
        if meta.media == "xlsx":
            sheets = orjson.loads(origin.get("header", "{}"))
            return Way(name, 1 if len(sheets) == 1 else None)
        return Way(name, 1, "条")
    if "page" in origin:
        window = f" {origin['from']}起" if "from" in origin else ""
        path = origin.get("path", "")
        return Way(f"{path}{window} 第{origin['page']}页", 1, "条")
    return Way(origin.get("source", ""), 1, "条")


def with_places(house: House, batch: Batch, rows: pl.DataFrame) -> pl.DataFrame:
    """The frame with `place`, text, beside its `row`."""
    return placed([part_meta(part) for part in parts_of(house, batch)], rows)


def placed(parts: Iterable[PartMeta], rows: pl.DataFrame) -> pl.DataFrame:
    """The frame with `place`, text, beside its `row`, by what the parts are."""
    ways = [(meta.sequence, *way_to(meta)) for meta in parts]
    known = pl.DataFrame(
        ways,
        schema={
            "sequence": pl.Int64,
            "before": pl.String,
            "first": pl.Int64,
            "after": pl.String,
        },
        orient="row",
    )
    number = pl.col("row") % PART + pl.col("first")
    exact = pl.format("{} 第{}{}", "before", number, "after")
    return (
        rows.with_columns(sequence=pl.col("row") // PART)
        .join(known, on="sequence", how="left", maintain_order="left")
        .with_columns(
            place=pl.when(pl.col("first").is_null())
            .then("before")
            .otherwise(exact.str.strip_chars())
        )
        .drop("sequence", "before", "first", "after")
    )
