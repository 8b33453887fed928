"""What a batch turned into while it is being split.

What lives here: the shapes that the steps of a split hand to each other. What
does not: any step.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from hub.pipeline.pointers import Pointer
from hub.storage.batches import CaseCounts
from hub.storage.parts import DataFile

FOUND: dict[str, pl.DataType] = {
    "row": pl.Int64(),
    "key": pl.String(),
    "dataset": pl.String(),
    "column": pl.String(),
    "rule": pl.String(),
    "severity": pl.String(),
}


class Lost(NamedTuple):
    """Rows of one pointer whose target is not there: row, key, target."""

    pointer: Pointer
    rows: pl.DataFrame


@dataclass
class Split:
    """What a batch turned into, before anything of it is visible.

    Attributes:
        files: dataset → written, not yet committed files of facts.
        findings: `FOUND`, of every row of the batch.
        received: rows as sent.
        duplicate: rows that repeat an earlier row of the batch.
        fields: every field name seen.
        lost: references that keep rows out until their target comes.
        cases: what its cases are like, as numbers; None where it tells of none.
    """

    files: dict[str, list[DataFile]] = field(default_factory=dict)
    findings: list[pl.DataFrame] = field(default_factory=list)
    received: int = 0
    duplicate: int = 0
    fields: set[str] = field(default_factory=set)
    lost: list[Lost] = field(default_factory=list)
    cases: CaseCounts | None = None

    @property
    def found(self) -> pl.DataFrame:
        """All findings in one frame."""
        return pl.concat([pl.DataFrame(schema=FOUND), *self.findings])

    @property
    def rejected(self) -> pl.Series:
        """Rows that stay out."""
        return self.found.filter(pl.col("severity") == "reject")["row"].unique()
