"""Values that no value table of the partner file knows.

What lives here: which they are and how often they come. A value is shown only where
the column looks like one of codes; else its shape is. What does not: reading a column
(`hub.pipeline.columns`).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from hub.onboarding.probe_shapes import may_be_shown, shape_of
from hub.partners.spec import Emit, Feed
from hub.pipeline.columns import Context, read_column, text_of
from hub.pipeline.normalise import unfold
from hub.schemas import Column, dataset

SHOWN = 20  # values of one column
# So many different values that mostly come once are names or sentences, not codes.
FREE_DISTINCT, FREE_SHARE = 8, 0.5


@dataclass(frozen=True)
class UnknownCode:
    """One value that a table does not know; `is_shape` where the value is not told."""

    dataset: str
    column: str
    label: str
    table: str
    field: str
    value: str
    is_shape: bool
    count: int


def unknown_codes(
    frame: pl.DataFrame, feed: Feed, ctx: Context
) -> tuple[UnknownCode, ...]:
    """Unknown values of each column that a value table reads, most frequent first.

    Args:
        frame: rows as sent, laid out, without repeated ones.
        feed: their declaration.
        ctx: partner and city.
    """
    found: list[UnknownCode] = []
    for emit in feed.emits:
        source = unfold(frame, emit)
        columns = {column.name: column for column in dataset(emit.dataset).columns}
        for name, given in emit.columns.items():
            if given.codes is not None and len(source):
                found += _unknown(source, columns[name], emit, ctx)
    return tuple(found)


def _unknown(
    source: pl.DataFrame, column: Column, emit: Emit, ctx: Context
) -> list[UnknownCode]:
    given = emit.columns[column.name]
    faults = dict(read_column(source, column, given, emit, ctx).faults)
    unknown = faults.get("P06")
    if unknown is None or not unknown.any():
        return []
    texts = text_of(source, column, given).filter(unknown)
    counts = texts.alias("value").value_counts(sort=True, name="count")
    is_free = (
        len(counts) > FREE_DISTINCT and len(counts) > len(texts) * FREE_SHARE
    ) or column.personal is not None
    shown = pl.lit(value=False) if is_free else may_be_shown(pl.col("value"))
    told = (
        counts.with_columns(is_shape=~shown)
        .with_columns(
            value=pl.when("is_shape").then(shape_of(pl.col("value"))).otherwise("value")
        )
        .group_by("value", "is_shape")
        .agg(pl.col("count").sum())
        .sort("count", "value", descending=[True, False])
        .head(SHOWN)
    )
    return [
        UnknownCode(
            emit.dataset,
            column.name,
            column.label,
            given.codes or "",
            given.field or given.sql or "",
            value,
            is_shape,
            count,
        )
        for value, is_shape, count in told.select("value", "is_shape", "count").rows()
    ]
