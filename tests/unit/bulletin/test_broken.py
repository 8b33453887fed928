"""Which issues of a month stand on the broken-loop list."""

from __future__ import annotations

import polars as pl
import pytest
from support.bulletins import case, frame, small_month

from hub.bulletin.broken import broken_counts, broken_loops
from hub.bulletin.content import BROKEN_COLUMNS

FLAGS = {
    "in_population": True,
    "in_due": True,
    "in_due_instead": False,
    "duplicate": False,
    "ended": False,
    "hang": False,
}


def loops(**flags: bool | str | None) -> pl.DataFrame:
    row = frame(BROKEN_COLUMNS, case(1, "AU-A", "NOT_HANDLED"))
    given = FLAGS | flags
    return row.with_columns(
        pl.lit(
            value, dtype=pl.String if name.startswith("first") else pl.Boolean
        ).alias(name)
        for name, value in given.items()
    )


@pytest.mark.parametrize(
    ("flags", "is_listed"),
    [
        ({}, True),
        ({"in_due": False}, False),
        ({"in_due": False, "in_due_instead": True}, True),
        ({"in_population": False}, False),
        ({"duplicate": True}, False),
        ({"ended": True}, False),
        ({"hang": True}, False),
        ({"first_missing_link": None}, False),
    ],
)
def test_the_list_has_the_cohort_of_the_closed_loop_rate(
    flags: dict[str, bool], is_listed: bool
) -> None:
    assert broken_loops(loops(**flags)).height == is_listed


def test_counts_by_unit_add_up_to_the_list() -> None:
    month = small_month()

    counted = broken_counts(month)

    assert counted["total"].sum() == month.broken.height
    assert counted["unit_code"].to_list() == ["AU-B", "AU-C", "AU-A", None]
