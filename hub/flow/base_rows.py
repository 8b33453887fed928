"""What figures count that is no case, as rows of one table.

What lives here: areas, communities, duty days and other subjects in one long form,
their flags by name. What does not: their making (`hub.metrics`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hub.metrics.levels import COLUMNS

BASE_ROW: dict[str, pl.DataType] = {
    "period": pl.String(),
    "subject": pl.String(),
    "subject_id": pl.String(),
    **dict.fromkeys(COLUMNS, pl.String()),
    "flags": pl.List(pl.String()),
    "amounts": pl.List(pl.String()),
}


def base_rows(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """BASE_ROW of rows of any subject; amounts as `name=number`, both by name."""
    return pl.concat(
        [pl.DataFrame(schema=BASE_ROW), *(_long(frame) for frame in frames)]
    ).sort("period", "subject", "subject_id", "flags", "amounts")


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
