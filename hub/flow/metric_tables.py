"""The tables in which figures and their rows are kept, one partition per month.

What lives here: their columns and their opening. What does not: filling them
(`figures`, `exceptions`), months that are frozen (`assessment`).
"""

from __future__ import annotations

import polars as pl

from hub.flow import tables
from hub.flow.base_rows import BASE_ROW
from hub.flow.house import House
from hub.metrics.counting import BESIDE, FIGURE
from hub.metrics.exceptions.lists import COLUMNS as EXCEPTION
from hub.metrics.issue_loop import COLUMNS as LOOP
from hub.storage.lake import LakeTable

METRIC_COLUMNS: dict[str, dict[str, pl.DataType]] = {
    "figure": FIGURE,
    "beside": BESIDE,
    "issue_loop": LOOP,
    "base_row": BASE_ROW,
}
KEPT = tuple(METRIC_COLUMNS)
# Kept beside them by another step (`exceptions`).
OTHER_COLUMNS = {"exception": dict(EXCEPTION)}


def metric_table(house: House, name: str) -> LakeTable:
    """`metric/<name>`, one partition per month."""
    schema = tables.to_arrow((METRIC_COLUMNS | OTHER_COLUMNS)[name])
    return house.lake.table(f"metric/{name}", schema, ("period",))


def frozen_mark(month: str) -> str:
    """Under which a metric table's log tells what revision it says of a frozen month.

    The number of the commit is that of the revision.
    """
    return f"frozen/{month}"
