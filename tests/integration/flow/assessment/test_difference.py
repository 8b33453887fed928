"""Two revisions: every figure that moved, and exactly the rows that moved it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from support.closed_month import (
    LATE_CASES,
    MONTH,
    closed_month,
    deliver,
    later,
    plain_policy,
)

from hub.errors import MisuseError
from hub.flow.assessment.difference import (
    COUNTED,
    Difference,
    causes,
    compare_revisions,
    compare_rows,
)
from hub.flow.assessment.freeze import freeze_month, revise_month
from hub.flow.assessment.frozen_rows import read_rows
from hub.flow.house import House
from hub.flow.published import published
from hub.schemas import dataset

NAME = "on_time_handling_rate"


@pytest.fixture
def revised(tmp_path: Path) -> tuple[House, Difference]:
    house = closed_month(tmp_path)
    first = freeze_month(house, MONTH, policies=[plain_policy()], author="甲")
    there = later(tmp_path)
    deliver(there, there.now(), LATE_CASES)
    second = revise_month(there, MONTH, reason="补报", author="乙")
    return there, compare_revisions(there, first, second)


def test_a_figure_is_told_with_both_values(revised: tuple[House, Difference]) -> None:
    _, told = revised

    (figure,) = told.figures.filter(metric=NAME, level="unit").rows(named=True)

    assert figure["unit_code"] == "AU-E"
    assert (figure["old_numerator"], figure["old_denominator"]) == (1, 3)
    assert (figure["new_numerator"], figure["new_denominator"]) == (3, 3)
    assert str(figure["old_value_share"]) == "0.333333"


def test_the_cases_that_caused_it_are_told_with_their_parts(
    revised: tuple[House, Difference],
) -> None:
    house, told = revised
    issues = published(house, dataset("issue")).select("issue_id", "source_id")

    found = causes(told, NAME, "due_in_period", "unit", "AU-E").join(
        issues, left_on="subject_id", right_on="issue_id", how="left"
    )

    parts = {
        key: (old, new)
        for key, old, new in found.select("source_id", "old_part", "new_part").rows()
    }
    # Case 2 was deleted, so nobody knows its key any more.
    assert parts == {
        "3": ("NOT_HANDLED", COUNTED),
        "5": (None, COUNTED),
        None: ("HANDLED_LATE", None),
    }
    assert len(causes(told, NAME, "due_in_period", "unit", "AU-W")) == 0


def test_rows_account_for_every_step_of_every_figure(
    revised: tuple[House, Difference],
) -> None:
    house, told = revised
    shared = read_rows(house, told.new, "figure").join(
        read_rows(house, told.old, "figure"),
        on=["metric", "basis", "level", "unit_code"],
        nulls_equal=True,
        suffix="_old",
    )
    assert len(shared) > len(told.figures) > 0

    for row in shared.rows(named=True):
        level, code = row["level"], row["unit_code"]
        moved = causes(told, row["metric"], row["basis"], level, code)
        come = (moved["new_part"] == COUNTED).sum()
        gone = (moved["old_part"] == COUNTED).sum()
        assert row["numerator"] - row["numerator_old"] == (come or 0) - (gone or 0)


def test_months_are_not_compared_with_others(
    revised: tuple[House, Difference],
) -> None:
    house, told = revised

    with pytest.raises(MisuseError, match="different months"):
        compare_revisions(house, told.old, replace(told.new, period="2026-08"))


def test_what_only_one_has_is_a_difference_and_null_is_no_zero() -> None:
    shape = {"metric": pl.String, "unit_code": pl.String, "numerator": pl.Int64}
    old = pl.DataFrame([("a", None, 1), ("b", "x", None)], schema=shape, orient="row")
    new = pl.DataFrame([("a", None, 1), ("b", "x", 0), ("c", "y", None)],
                       schema=shape, orient="row")  # fmt: skip

    told = compare_rows(old, new, ("metric", "unit_code"), ("numerator", "rank"))

    assert told.rows() == [("b", "x", None, 0), ("c", "y", None, None)]
