"""What happens in the simulated city."""

from __future__ import annotations

import polars as pl
import pytest

from hub.demo.days import ZONE_NAME, day_of, told_at
from hub.demo.ground.cases import PATHS_OF, SYSTEMS, Happenings
from hub.demo.ground.plan import read_plan

PLAN = read_plan(200)
MADE = Happenings(7, 200, 3, PLAN)


def test_shares_of_the_systems_are_the_whole() -> None:
    assert sum(one.share for one in SYSTEMS.values()) == pytest.approx(1)


@pytest.mark.parametrize("system", ["platform", "lzz", "jianghan"])
def test_a_day_is_the_same_however_many_there_are(system: str) -> None:
    fewer = Happenings(7, 200, 1, PLAN).of(system)

    assert MADE.of(system).cases.filter(day=1).equals(fewer.cases)
    first = MADE.of(system).steps.filter(
        pl.col("case").is_in(fewer.cases["case"].implode())
    )
    assert first.equals(fewer.steps)


def test_numbers_of_cases_never_meet() -> None:
    numbers = pl.concat([MADE.of(system).cases["case"] for system in SYSTEMS])

    assert numbers.is_unique().all()


def test_cases_are_reported_on_their_own_local_day() -> None:
    for system in SYSTEMS:
        local = pl.col("created_at").dt.convert_time_zone(ZONE_NAME).dt.date()
        days = MADE.of(system).cases.select("day", on=local).unique().sort("day")
        assert days["on"].to_list() == [day_of(day) for day in days["day"]]


def test_cases_of_a_district_lie_in_its_unit() -> None:
    for system, declared in SYSTEMS.items():
        if declared.unit is None:
            continue
        where = MADE.of(system).cases.join(PLAN.places, on="place")
        assert set(where["unit_code"]) == {declared.unit}


def test_a_twin_is_a_case_of_the_platform_in_the_same_place_and_later() -> None:
    twins = pl.concat(
        [
            MADE.of(system).cases.drop_nulls("twin")
            for system, declared in SYSTEMS.items()
            if declared.has_twins
        ]
    )
    both = twins.join(MADE.platform.cases, left_on="twin", right_on="case")

    assert len(both) == len(twins) > 0
    assert (both["place"] == both["place_right"]).all()
    assert (both["created_at"] > both["created_at_right"]).all()


def test_nothing_is_known_before_it_happens() -> None:
    known = MADE.of("platform").known(told_at(1))

    assert set(known["day"]) == {1}
    assert known["changed_at"].max() < told_at(1)  # type: ignore[operator]
    assert set(MADE.of("platform").steps["path"]) <= set(range(len(PATHS_OF["full"])))
