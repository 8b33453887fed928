"""Points of a month: counted from its figures, frozen, revised and simulated."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from support.closed_month import (
    MONTH,
    POLICY,
    later,
    plain_policy,
)

from hub.cli.assessment_simulate import because, simulation_shape
from hub.errors import MisuseError
from hub.flow.assessment.difference import compare_revisions
from hub.flow.assessment.draft import draft_month
from hub.flow.assessment.freeze import freeze_month, revise_month
from hub.flow.assessment.frozen_rows import read_rows
from hub.flow.assessment.inputs import add_inputs
from hub.flow.assessment.policies import GivenPolicy, read_policy
from hub.flow.assessment.revisions import find_revision
from hub.flow.assessment.scores import days_in_post
from hub.flow.assessment.simulate import simulate
from hub.flow.house import House

PERSONS = """\
[policy]
id = "best"
version = 1
title_zh = "十佳"
title_en = "best"
level = "PERSON"
valid_from = "2021-08-31"
min_cases = 2
cases_of = "on_time"

[[criterion]]
id = "on_time"
title_zh = "按期处置率"
title_en = "handled in time"
value = { metric = "on_time_handling_rate" }
weight = 100
"""
GIFT = {
    "item": "discipline",
    "unit_code": "AU-E",
    "points": "-5",
    "reason": "查实",
    "author": "甲",
    "approver": "乙",
}


def policy(text: str) -> GivenPolicy:
    return read_policy(text, Path("other.toml"))


def points(scores: pl.DataFrame) -> dict[str, tuple[object, object, object]]:
    told = scores.filter(pl.col("dimension").is_null())
    return {
        unit: (total, rank, reason)
        for unit, total, rank, reason in told.select(
            "unit_code", "points", "rank", "not_ranked_reason"
        ).rows()
    }


def test_points_follow_figures_and_inputs_and_no_data_is_no_zero(house: House) -> None:
    add_inputs(house, MONTH, [GIFT])

    draft = draft_month(house, MONTH, policies=[plain_policy()])

    # One case of three handled in time: 33.333 of 100, less 5.
    told = points(draft.tables["score"])
    assert told["AU-E"] == (Decimal("28.333"), 1, None)
    assert told["AU-W"] == (None, None, "NO_DENOMINATOR:on_time")


def test_a_revision_tells_old_and_new_points_and_ranks(
    late: House,
) -> None:
    first = find_revision(late, MONTH)
    second = revise_month(late, MONTH, reason="补报", author="乙")

    told = compare_revisions(late, first, second)

    total = told.totals.filter(told.totals["dimension"].is_null()).row(0, named=True)
    assert total["unit_code"] == "AU-E"
    assert (total["old_points"], total["new_points"]) == (
        Decimal("33.333"),
        Decimal("100.000"),
    )
    assert told.items["item"].unique().to_list() == ["on_time"]


def test_another_policy_is_tried_on_the_frozen_figures(
    frozen: House, tmp_path: Path
) -> None:
    other = POLICY.replace('id = "plain"', 'id = "other"').replace(
        '"on_time_handling_rate" }',
        '"on_time_handling_rate" }\nleast = 40',
    )

    found = simulate(later(tmp_path), MONTH, policy(other))

    assert found.revision == 1
    moved = found.moves.filter(unit_code="AU-E", dimension="cases").row(0, named=True)
    assert (moved["points_a"], moved["points_b"]) == (Decimal("33.333"), Decimal(40))
    assert [one["item"] for one in moved["causes"]] == ["on_time"]


def test_new_weights_are_told_where_no_item_differs(house: House) -> None:
    half = POLICY.replace("weight = 1\n", "weight = 0.5\n", 1)
    half += "\n[total]\nfull = 50\n"

    found = simulate(house, MONTH, policy(half), old=plain_policy())

    told = simulation_shape(found)["weights"]
    assert told == [{"dimension": "cases", "old": Decimal(1), "new": Decimal("0.5")}]
    totals = found.moves.filter(pl.col("dimension").is_null(), unit_code="AU-E")
    (moved,) = totals.rows(named=True)
    assert moved["points_b"] == Decimal("16.667")
    assert because(moved, is_weighed_anew=True) == "weights 权重"
    unmoved = moved | {"points_b": moved["points_a"], "rank_b": 2}
    assert because(unmoved, is_weighed_anew=False) == "others moved 他人变动"


def test_a_month_that_is_not_frozen_is_simulated_against_a_named_policy(
    house: House,
) -> None:
    with pytest.raises(MisuseError, match="--against"):
        simulate(house, MONTH, plain_policy())

    found = simulate(house, MONTH, plain_policy(), old=plain_policy())

    assert found.revision is None
    assert found.moves["rank_change"].drop_nulls().to_list() == [0, 0]


def test_policies_of_other_levels_are_not_compared(house: House) -> None:
    streets = policy(POLICY.replace("DISTRICT_UNIT", "STREET_UNIT"))

    with pytest.raises(MisuseError, match="of one level"):
        simulate(house, MONTH, streets, old=plain_policy())
    with pytest.raises(MisuseError, match="ranks persons"):
        simulate(house, MONTH, policy(PERSONS), old=plain_policy())


def test_persons_are_ranked_with_the_steps_behind_their_rank(house: House) -> None:
    draft = draft_month(house, MONTH, policies=[plain_policy(), policy(PERSONS)])

    ranked = draft.tables["chief"].filter(policy="best")
    told = {
        reason: (points, cases)
        for reason, points, cases in ranked.select(
            "not_ranked_reason", "points", "case_count"
        ).rows()
    }
    # The three cases of the first street have the road chief of its area.
    assert told[None] == (Decimal("33.333"), 3)
    assert set(draft.tables["chief_step"]["person_id"]) == set(ranked["person_id"])


def test_days_in_post_are_those_of_the_month(house: House) -> None:
    assert days_in_post(house, "2026-09")["days_in_post"].to_list() == [30, 30]
    assert len(days_in_post(house, "2025-12")) == 0


def test_an_input_for_an_item_that_no_policy_has_is_refused(house: House) -> None:
    add_inputs(house, MONTH, [{**GIFT, "item": "disciplin"}])

    with pytest.raises(MisuseError, match="discipline"):
        freeze_month(house, MONTH, policies=[plain_policy()], author="甲")


def test_frozen_points_are_read_back(frozen: House) -> None:
    made = find_revision(frozen, MONTH)

    assert points(read_rows(frozen, made, "score"))["AU-E"][0] == Decimal("33.333")
