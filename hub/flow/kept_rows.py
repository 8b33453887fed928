"""Rows that are kept of a month, as far as somebody asks for them.

What lives here: which files and columns of `metric/issue_loop` and `metric/base_row`
an explanation needs. A month's cases lie there in the order of their ids, so one case
lies in one file.
What does not: judging them (`hub.metrics`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hub.flow.base_rows import BASE_ROW, wide
from hub.flow.house import House
from hub.flow.metric_tables import metric_table
from hub.metrics.calibers import in_force
from hub.metrics.choices import FREQUENT, SPANS, columns_behind, minutes
from hub.metrics.issue_loop import COLUMNS as LOOP
from hub.metrics.judging import asked_of, judged_by
from hub.metrics.levels import COLUMNS as PLACES
from hub.metrics.metric import Basis, Metric
from hub.metrics.registry import amounts_of
from hub.storage.parts import DataFile

# What `metric/base_row` tells whole, each under its own name. Of others it does not
# keep the units or levels that rows bring, or two go by one name; they are few.
TOLD_WHOLE = ("chief", "duty_day", "patrol", "road_section", "service_object", "step")
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
        return case_of(house, period, issue, version).select(columns)
    files = kept_files(house, period, version)
    return metric_table(house, "issue_loop").read(files, columns)


def kept_others(
    house: House, metric: Metric, period: str, version: int | None = None
) -> pl.DataFrame:
    """The rows of a month by which a metric over no cases judges, where some are kept.

    Args:
        house: the hub.
        metric: over areas, days of duty, steps and the like.
        period: the month.
        version: of the table, as a release pins it.
    """
    subject = metric.subject
    asked, amounts = judged_by(metric), amounts_of(subject)
    flags = sorted(asked - amounts - set(BASE_ROW))
    table = metric_table(house, "base_row")
    files = table.files(partitions=[{"period": period}], version=version)
    mine = [
        one
        for one in files
        if subject in TOLD_WHOLE and _may_hold(one, "subject", subject)
    ]
    kept = table.read(mine).filter(subject=subject)
    return wide(kept, flags=flags, amounts=sorted(asked & amounts))


def case_of(
    house: House, period: str, issue: str, version: int | None = None
) -> pl.DataFrame:
    """One case of a month with all its columns; none where it is not kept."""
    files = [
        one
        for one in kept_files(house, period, version)
        if _may_hold(one, "issue_id", issue)
    ]
    found = metric_table(house, "issue_loop").read(files)
    return found.filter(issue_id=issue).select(list(LOOP))


def _may_hold(file: DataFile, column: str, value: str) -> bool:
    low, high = file.stats_min.get(column), file.stats_max.get(column)
    if not isinstance(low, str) or not isinstance(high, str):
        return True
    return low <= value <= high
