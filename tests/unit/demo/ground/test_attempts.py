"""Attempts at handling: how many a case has, and which cases have any."""

from __future__ import annotations

import polars as pl

from hub.demo.days import day_of
from hub.demo.ground.attempts import attempts_in
from hub.demo.ground.cases import LEAST_TROUBLED, Happenings
from hub.demo.ground.plan import read_plan

ISSUES = 600
MADE = Happenings(1, ISSUES, 2, read_plan(ISSUES))


def test_attempts_of_a_case_are_counted_from_one() -> None:
    found = attempts_in(MADE)

    numbers = found.sort("case", "attempt").group_by("case").agg("attempt")
    assert {tuple(one) for one in numbers["attempt"].to_list()} == {(1,), (1, 2)}
    assert (found["end"] > found["begin"]).all()


def test_a_unit_has_only_attempts_at_its_own_places() -> None:
    found = attempts_in(MADE, "AU-420104")

    assert found["district_code"].unique().to_list() == ["420104"]
    assert 0 < len(found) < len(attempts_in(MADE))


def test_cases_are_named_as_the_platform_names_them() -> None:
    found = attempts_in(MADE).filter(pl.col("day") == 1)

    assert found["case_id"].str.starts_with(f"4201{day_of(1):%y%m%d}").all()
    assert found["case_no"].str.starts_with(f"{day_of(1):%y%m%d}").all()


def test_cases_that_may_be_told_wrongly_have_no_attempts() -> None:
    assert attempts_in(MADE)["nth"].to_numpy().min() > LEAST_TROUBLED
