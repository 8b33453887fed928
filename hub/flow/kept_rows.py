"""Cases that are kept of a month, as far as somebody asks for them.

What lives here: which files and columns of `metric/issue_loop` an explanation needs.
A month's cases lie there in the order of their ids, so one case lies in one file.
What does not: judging them (`hub.metrics`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hub.flow.house import House
from hub.flow.metric_tables import metric_table
from hub.metrics.calibers import in_force
from hub.metrics.choices import SPANS, UNDATED, minutes
from hub.metrics.issue_loop import COLUMNS as LOOP
from hub.metrics.levels import COLUMNS as PLACES
from hub.metrics.metric import Metric
from hub.storage.parts import DataFile

# Whether a case is of a frequent one of these is known from all cases of the month.
COMPARED = ("top_category", "top_area")
ALWAYS = (
    "period", "issue_id", "category", "dispatched_at", "handled_at", "registered_at",
    *UNDATED.values(), *PLACES,
)  # fmt: skip


def kept_files(house: House, period: str, version: int | None = None) -> list[DataFile]:
    """The files that hold a month's cases, at a version of the table."""
    table = metric_table(house, "issue_loop")
    return table.files(partitions=[{"period": period}], version=version)


def kept_cases(
    house: House,
    metric: Metric,
    period: str,
    *,
    calibers: Sequence[str],
    issue: str | None,
    version: int | None = None,
) -> pl.DataFrame:
    """The cases from which a metric is explained, and the columns that this needs.

    Args:
        house: the hub.
        metric: over cases.
        period: the month.
        calibers: chosen in place of its defaults.
        issue: only this case, where the others make no difference to it.
        version: of the table, as a release pins it.
    """
    rests_on = {name for one in _expressions(metric) for name in one.meta.root_names()}
    chosen = in_force(metric.calibers, calibers)
    lengths = {minutes(span, chosen) for span in SPANS}
    columns = [
        name
        for name, kind in LOOP.items()
        if kind == pl.Boolean or name in {*ALWAYS, *lengths, *_numbers(rests_on)}
    ]
    if issue is not None and rests_on.isdisjoint(COMPARED):
        return case_of(house, period, issue).select(columns)
    files = kept_files(house, period, version)
    return metric_table(house, "issue_loop").read(files, columns)


def case_of(house: House, period: str, issue: str) -> pl.DataFrame:
    """One case of a month with all its columns; none where it is not kept."""
    files = [one for one in kept_files(house, period) if _may_hold(one, issue)]
    found = metric_table(house, "issue_loop").read(files)
    return found.filter(issue_id=issue).select(list(LOOP))


def _may_hold(file: DataFile, issue: str) -> bool:
    low, high = file.stats_min.get("issue_id"), file.stats_max.get("issue_id")
    if not isinstance(low, str) or not isinstance(high, str):
        return True
    return low <= issue <= high


def _expressions(metric: Metric) -> list[pl.Expr]:
    reasons = (*metric.outside, *metric.left_out, *metric.missed, *metric.beside)
    amounts = (metric.numerator_amount, metric.denominator_amount)
    return [
        metric.numerator,
        *(one.applies for one in reasons),
        *(one for one in amounts if one is not None),
    ]


def _numbers(rests_on: set[str]) -> set[str]:
    """The columns themselves, and those of which it is asked whether they are known."""
    return rests_on | {name.removeprefix("knows_") for name in rests_on}
