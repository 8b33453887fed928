"""The platform's cases."""

from __future__ import annotations

import polars as pl
import pytest

from hub.demo.days import midnight, told_at
from hub.demo.places import QIAOKOU
from hub.demo.surroundings import Surroundings
from hub.demo.world import DEFECTS, RULES, World, make_world


def test_the_same_seed_makes_the_same_world(world: World, around: Surroundings) -> None:
    again = make_world(7, 200, 3, around)

    assert again.cases.equals(world.cases)
    assert again.steps.equals(world.steps)
    assert not make_world(8, 200, 3, around).cases.equals(world.cases)


def test_a_day_does_not_depend_on_the_number_of_days(
    world: World, around: Surroundings
) -> None:
    short = make_world(7, 200, 1, around)

    assert short.cases.equals(world.cases.filter(pl.col("day") == 1))


def test_cases_are_reported_on_their_day_and_before_the_evening(world: World) -> None:
    for day in (1, 2, 3):
        created = world.cases.filter(pl.col("day") == day)["created_at"]
        assert len(created) == 200
        assert midnight(day) <= created.min()  # type: ignore[operator]
        assert created.max() < told_at(day)  # type: ignore[operator]


def test_keys_are_unique_and_in_order(world: World) -> None:
    assert world.cases["case_id"].is_sorted()
    assert world.cases["case_id"].is_unique().all()
    assert world.cases["task_no"].is_unique().all()
    assert world.cases["case"].to_list() == list(range(600))


def test_every_day_has_each_defect_once(world: World) -> None:
    counts = world.cases.drop_nulls("defect").group_by("day", "defect").len()

    assert len(counts) == 3 * len(DEFECTS)
    assert counts["len"].unique().to_list() == [1]


def test_one_defect_is_repaired_by_the_next_evening(world: World) -> None:
    def broken(day: int) -> pl.DataFrame:
        known = world.known(told_at(day)).filter(pl.col("day") == 1)
        return known.filter(pl.col("defect").is_in(list(RULES)))

    assert set(broken(1)["defect"]) - set(broken(2)["defect"]) == {"state_once"}
    waiting = broken(1).filter(pl.col("defect") == "state_once")
    assert waiting["district"].to_list() == [QIAOKOU]
    assert waiting["disposeBeginTime"].is_not_null().all()


def test_a_case_is_found_by_its_id(world: World) -> None:
    case = world.case_of("420126100100000017")

    assert case is not None
    assert case.number == 216
    assert world.case_of("420126100100000999") is None
    assert world.case_of("9") is None


def test_the_life_of_a_case_is_cut_at_the_instant(world: World) -> None:
    steps = world.steps.filter(pl.col("case") == 5)["at"].to_list()

    assert world.life_of(5, steps[0]) == []
    assert [at for _, at in world.life_of(5, steps[2])] == [
        int(at.timestamp()) for at in steps[:2]
    ]


@pytest.mark.parametrize(("issues", "days"), [(59, 2), (60, 0), (60, 32)])
def test_worlds_too_small_or_too_long_are_refused(
    issues: int, days: int, around: Surroundings
) -> None:
    with pytest.raises(ValueError, match="60 issues a day and 1 to 31 days"):
        make_world(1, issues, days, around)
