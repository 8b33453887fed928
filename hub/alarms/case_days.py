"""What the cases of a feed were like, day by day, as the ledger keeps it per batch.

What lives here: adding the numbers of batches up to local days, each delivery by what
its newest replay says. What does not: counting cases (`hub.flow.case_counts`), judging
days (`shares`, `hours`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from hub.alarms.past import Past

CASES: dict[str, pl.DataType] = {
    "speaks": pl.Int64(),
    "cases": pl.Int64(),
    "hours": pl.List(pl.Int64),
    "without_deadline": pl.Int64(),
}
HOURS = 24


@dataclass(frozen=True)
class CaseDay:
    """What came of cases on one local day.

    Attributes:
        cases: how many.
        hours: of these, reported in each hour of the day.
        without_deadline: of these, without a delivered deadline; None: never delivered.
    """

    cases: int
    hours: tuple[int, ...]
    without_deadline: int | None


def case_days(past: Past, cases: pl.DataFrame, *, whole: bool) -> dict[date, CaseDay]:
    """Local day → its cases; days without cases have none.

    Args:
        past: of the feed.
        cases: the numbers of batches (CASES).
        whole: each delivery is everything there is, so the last of a day counts.
    """
    told = past.measured.join(
        cases, on="speaks", how="inner", maintain_order="left"
    ).filter(pl.col("cases") > 0)
    hours = [pl.col("hours").list.get(n).alias(f"h{n}") for n in range(HOURS)]
    numbers = told.select("day", "cases", "without_deadline", *hours)
    lacks = pl.col("without_deadline")
    found = numbers.group_by("day", maintain_order=True).agg(
        pl.exclude("without_deadline").last()
        if whole
        else pl.exclude("without_deadline").sum(),
        # Of a day on which the declaration changed nothing is known.
        (lacks.last() if whole else pl.when(lacks.null_count() == 0).then(lacks.sum())),
    )
    own = (found[name].to_list() for name in ("cases", "without_deadline"))
    profile = zip(*(found[f"h{n}"].to_list() for n in range(HOURS)), strict=True)
    return {
        day: CaseDay(count, by_hour, lacking)
        for day, count, lacking, by_hour in zip(
            found["day"].to_list(), *own, profile, strict=True
        )
    }
