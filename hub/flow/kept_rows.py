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
from hub.metrics.choices import FREQUENT, SPANS, columns_behind, minutes
from hub.metrics.issue_loop import COLUMNS as LOOP
from hub.metrics.judging import asked_of
from hub.metrics.levels import COLUMNS as PLACES
from hub.metrics.metric import Basis, Metric
from hub.storage.parts import DataFile

ALWAYS = ("period", "issue_id", *PLACES)


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
    basis: Basis,
    issue: str | None,
    version: int | None = None,
) -> pl.DataFrame:
    """The cases from which a metric is explained, and the columns that this needs.

    Args:
        house: the hub.
        metric: over cases.
        period: the month.
        calibers: chosen in place of its defaults.
        basis: what puts a case into the month.
        issue: only this case, where the others make no difference to it.
        version: of the table, as a release pins it.
    """
    chosen = in_force(metric.calibers, calibers)
    rests_on = asked_of(metric, basis, chosen)
    lengths = {f"{span}_duration": minutes(span, chosen) for span in SPANS}
    needed = columns_behind((lengths.get(name, name) for name in rests_on), chosen)
    columns = [name for name in LOOP if name in {*ALWAYS, *needed}]
    if issue is not None and rests_on.isdisjoint(FREQUENT):
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
