"""Figures of the hub held against those counted from the makers' statements.

What lives here: the comparison, level by level. What does not: counting either side
(`figures`, `rosters`; `hub.metrics`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from hub.demo.days import day_of
from hub.demo.ground.plan import Plan
from hub.demo.told.compare import Check
from hub.demo.told.expected import Told
from hub.demo.told.figures import LEVELS, Counted, case_figures, totals
from hub.demo.told.rosters import communities, coverage, duty


def compare_figures(
    told: Sequence[Told], plan: Plan, days: int, found: pl.DataFrame
) -> Iterator[Check]:
    """Every figure of the month of the last day, at every level.

    Args:
        told: all statements.
        plan: the city's ground.
        days: how many days were lived through.
        found: metric, period, level, unit_code, numerator, denominator; each figure
            under its own calibers.
    """
    month = f"{day_of(days):%Y-%m}"
    here = found.filter(pl.col("period") == month)
    counted = [
        *case_figures(told, plan),
        coverage(told, plan, month, days),
        duty(told, plan, month, days),
    ]
    for one in counted:
        wanted = totals(one, month)
        if one.metric == "area_coverage_rate":
            wanted = pl.concat([wanted, _unfiled(wanted, month)])
        yield from _compare(one.metric, wanted, here.filter(metric=one.metric))


def _unfiled(filed: pl.DataFrame, month: str) -> pl.DataFrame:
    """A place without areas is counted by its communities; none of them is covered."""
    rows = communities().with_columns(month=pl.lit(month))
    stand_in = totals(Counted("area_coverage_rate", rows), month)
    return stand_in.join(filed, on=["level", "unit_code"], how="anti", nulls_equal=True)


def _compare(metric: str, wanted: pl.DataFrame, found: pl.DataFrame) -> Iterator[Check]:
    key = pl.col("unit_code").fill_null("").alias("code")
    counts = ["numerator", "denominator"]
    for level in LEVELS:
        mine = wanted.filter(level=level).select(key, *counts)
        theirs = found.filter(level=level).select(key, *counts)
        if level == "chief" and metric == "area_coverage_rate":
            continue
        if level == "city":
            for name in counts:
                value = theirs[name].item() if len(theirs) == 1 else None
                expected = mine[name].item() if len(mine) else 0
                yield Check(f"figure {metric} city {name}", expected, value)
            continue
        same = mine.join(theirs, on=["code", *counts], how="semi")
        yield Check(f"figures {metric} by {level}", len(mine), len(same))
        others = theirs.filter(pl.col("denominator") > 0)
        yield Check(
            f"figures {metric} by {level} too many",
            0,
            len(others.join(mine, on="code", how="anti")),
        )
