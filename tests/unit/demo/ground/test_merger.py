"""Which communities are merged, and who answers for them afterwards."""

from __future__ import annotations

import polars as pl
import pytest

from hub.demo.ground.people import CHANGE_DAY, is_replaced, is_vacant, make_people
from hub.demo.ground.plan import read_plan
from hub.demo.told.issues import placed


@pytest.mark.parametrize("issues", [60, 600, 5000])
def test_pairs_lie_side_by_side_in_one_street(issues: int) -> None:
    plan = read_plan(issues)
    merged = make_people(plan).merged
    places = plan.places
    both = merged.join(places, on="place").join(
        places, left_on="into", right_on="place", suffix="_into"
    )

    assert len(both) == len(merged) >= 1
    assert both["street"].equals(both["street_into"])
    assert both["west"].equals(both["east_into"])
    assert both["south"].equals(both["south_into"])


def test_a_place_with_another_story_is_left_alone() -> None:
    plan = read_plan(5000)
    merged = make_people(plan).merged
    storied = plan.places.filter(is_vacant() | is_replaced())["place"]

    assert not merged.filter(pl.col("place").is_in(storied.implode())).height
    assert not merged.filter(pl.col("into").is_in(storied.implode())).height


def test_one_chief_answers_for_both_from_the_day_on() -> None:
    people = make_people(read_plan(600))
    place, into = people.merged.row(0)

    def chief(day: int, at: int) -> list[str]:
        return people.chiefs(day).filter(pl.col("place") == at)["post"].to_list()

    assert chief(CHANGE_DAY - 1, place) != chief(CHANGE_DAY - 1, into)
    assert chief(CHANGE_DAY, place) == chief(CHANGE_DAY, into)
    assert len(chief(CHANGE_DAY, place)) == 1


def test_a_case_lies_in_the_area_of_its_day() -> None:
    plan = read_plan(600)
    place, into = make_people(plan).merged.row(0)
    names = dict(plan.places.select("place", "area_no").rows())
    cases = pl.DataFrame({"place": [place, place], "day": [CHANGE_DAY - 1, CHANGE_DAY]})

    assert placed(cases, plan)["area_no"].to_list() == [names[place], names[into]]
