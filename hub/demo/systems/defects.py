"""Defects of cases: which rows of a day a system will tell wrongly.

What lives here: choosing them, a few of each kind a day, never two on one case. What
does not: what a defect looks like; the system writes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from hub.demo.ground.cases import Cases

CASES_PER_DEFECT = 300


def mark(made: Cases, kinds: Iterable[str]) -> Cases:
    """The cases with a column `defect`: a kind, or null.

    The first cases of a day that are nobody's twin take one defect each, and one more
    for every CASES_PER_DEFECT cases of the day.
    """
    names = list(kinds)
    free = pl.col("twin").is_null()
    nth = free.cum_sum().over("day") - 1
    each = pl.max_horizontal(1, pl.len().over("day") // CASES_PER_DEFECT)
    at = nth // each
    chosen = free & (at < len(names))
    defect = pl.when(chosen).then(
        at.replace_strict(
            list(range(len(names))), names, default=None, return_dtype=pl.String
        )
    )
    return replace(made, cases=made.cases.with_columns(defect=defect))
