"""Two revisions: every figure that moved, and exactly the rows that moved it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from support.closed_month import (
    MONTH,
    later,
)

from hub.cli.assessment_units import usual_figures
from hub.errors import MisuseError
from hub.flow.assessment.difference import (
    COUNTED,
    Difference,
    all_causes,
    causes,
    compare_revisions,
    compare_rows,
)
from hub.flow.assessment.freeze import revise_month
from hub.flow.assessment.frozen_rows import read_rows
from hub.flow.assessment.revisions import find_revision
from hub.flow.house import House
from hub.flow.published import published
from hub.schemas import dataset

NAME = "on_time_handling_rate"


@pytest.fixture(scope="module")
def revised(
    late_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[House, Difference]:
    folder = tmp_path_factory.mktemp("revised")
    shutil.copytree(late_folder, folder, dirs_exist_ok=True)
    there = later(folder)
    first = find_revision(there, MONTH)
    second = revise_month(there, MONTH, reason="补报", author="乙")
    return there, compare_revisions(there, first, second)


def test_a_figure_is_told_with_both_values(revised: tuple[House, Difference]) -> None:
    _, told = revised

    (figure,) = usual_figures(told.figures.filter(metric=NAME, level="unit")).rows(
        named=True
    )

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
        on=["metric", "calibers", "basis", "level", "unit_code", "by", "by_code"],
        nulls_equal=True,
        suffix="_old",
    )
    usual = usual_figures(shared.filter(pl.col("value_share").is_not_null()))
    assert len(usual) > 50
    at_once = all_causes(told, usual)

    for row in usual.rows(named=True):
        level, code = row["level"], row["unit_code"]
        moved = causes(told, row["metric"], row["basis"], level, code)
        own = at_once.filter(
            pl.col("unit_code").eq_missing(pl.lit(code)),
            metric=row["metric"],
            basis=row["basis"],
            level=level,
        )
        assert own.select(moved.columns).equals(moved)
        for what in ("numerator", "denominator"):
            come = moved[f"new_{what}_amount"].sum() - moved[f"old_{what}_amount"].sum()
            assert row[what] - row[f"{what}_old"] == come, (row["metric"], level)


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
