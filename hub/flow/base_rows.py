"""What figures count that is no case, as rows of one table.

What lives here: areas, communities, duty days and other subjects in one long form,
their flags by name, and back. What does not: their making (`hub.metrics`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import polars as pl

from hub.metrics.levels import COLUMNS

ABOUT = ("period", "subject")
PIECE = 100_000  # rows whose flags are listed at a time
BASE_ROW: dict[str, pl.DataType] = {
    "period": pl.String(),
    "subject": pl.String(),
    "subject_id": pl.String(),
    **dict.fromkeys(COLUMNS, pl.String()),
    "flags": pl.List(pl.String()),
    "amounts": pl.List(pl.String()),
}


def base_rows(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """BASE_ROW of rows of any subject; amounts as `name=number`, both by name.

    A subject of a month is sorted by itself, which takes less memory than all of them.
    """
    told: dict[tuple[Any, ...], list[pl.DataFrame]] = {}
    for frame in frames:
        pieces = [_long(one) for one in (frame.clear(), *frame.iter_slices(PIECE))]
        both = pl.concat(pieces)
        for key, part in both.partition_by(ABOUT, as_dict=True).items():
            told.setdefault(key, []).append(part)
    parts = (
        pl.concat(told.pop(key)).sort("subject_id", "flags", "amounts")
        for key in sorted(told)
    )
    return pl.concat([pl.DataFrame(schema=BASE_ROW), *parts])


def _long(frame: pl.DataFrame) -> pl.DataFrame:
    kinds = sorted(frame.schema.items())
    none = pl.lit(None, dtype=pl.String)
    flags = [
        pl.when(name).then(pl.lit(name)) for name, kind in kinds if kind == pl.Boolean
    ]
    amounts = [
        pl.format(f"{name}={{}}", name) for name, kind in kinds if kind == pl.Int64
    ]
    return frame.select(
        "period",
        "subject",
        "subject_id",
        *(name if name in frame.columns else none.alias(name) for name in COLUMNS),
        flags=pl.concat_list(flags or [none]).list.drop_nulls(),
        amounts=pl.concat_list(amounts or [none]).list.drop_nulls(),
    )


def wide(
    rows: pl.DataFrame, *, flags: Collection[str], amounts: Collection[str]
) -> pl.DataFrame:
    """Rows of BASE_ROW with some of their flags and amounts as columns again.

    A flag that is not listed is false, an amount that is not listed is null. Only what
    the table tells: `levels` of rows that bring their own are not among it.
    """
    return rows.select(
        "period",
        "subject",
        "subject_id",
        *COLUMNS,
        *(pl.col("flags").list.contains(pl.lit(name)).alias(name) for name in flags),
        *(
            pl.col("amounts")
            .list.join(" ")
            .str.extract(rf"(?:^| ){name}=(-?\d+)")
            .cast(pl.Int64)
            .alias(name)
            for name in amounts
        ),
    )
