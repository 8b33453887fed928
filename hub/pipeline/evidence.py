"""What a delivered case says about its own stage and about its twin elsewhere.

What lives here: reading the feed's value table of source states into the sets
M and N and the overlays (codes.md §6 step 1), kept beside the issue in the
column `evidence`. What does not: deriving the stage from it (`stage`).
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from hub.partners import spec
from hub.pipeline import text as words
from hub.schemas.code_lists import stages

EVIDENCE = pl.Struct(
    {
        "main": pl.List(pl.String),
        "end": pl.List(pl.String),
        "suspended": pl.Boolean,
        "supervised": pl.Boolean,
        "complete": pl.Boolean,
        "same_as": pl.String,
    }
)
NO_STATE: dict[str, tuple[str, ...]] = {}


def state_table(table: dict[str, tuple[str, ...]]) -> pl.DataFrame:
    """One row per source state: state, main, end, suspended, supervised."""
    kinds = dict(stages().select("code", "kind").rows())

    def of(kind: str, codes: Iterable[str]) -> list[str]:
        return [code for code in codes if kinds.get(code) == kind]

    overlays = [set(codes) for codes in table.values()]
    return pl.DataFrame(
        {
            "state": list(table),
            "main": [of("MAIN", codes) for codes in table.values()],
            "end": [of("END", codes) for codes in table.values()],
            "suspended": [True if "SUSPENDED" in codes else None for codes in overlays],
            "supervised": [
                True if "ESCALATED" in codes else None for codes in overlays
            ],
        },
        schema={
            "state": pl.String,
            "main": pl.List(pl.String),
            "end": pl.List(pl.String),
            "suspended": pl.Boolean,
            "supervised": pl.Boolean,
        },
    ).with_columns(words.fold(pl.col("state")))


def stage_evidence(
    state: pl.Series, emit: spec.Emit, *, complete: bool, same_as: pl.Series
) -> pl.Series:
    """The `evidence` of every issue, from its folded source state."""
    given = emit.columns.get("source_stage_id")
    table = emit.codes[given.codes] if given and given.codes else NO_STATE
    joined = state.to_frame("state").join(
        state_table(table), on="state", how="left", maintain_order="left"
    )
    empty = pl.lit([], dtype=pl.List(pl.String))
    return joined.with_columns(
        pl.col("main", "end").fill_null(empty),
        complete=pl.lit(complete),
        same_as=same_as,
    ).select(pl.struct(*EVIDENCE.to_schema()).cast(EVIDENCE).alias("evidence"))[
        "evidence"
    ]
