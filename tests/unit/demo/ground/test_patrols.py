"""Patrols: one per chief and day, the same whatever else there is."""

from __future__ import annotations

import polars as pl

from hub.demo.ground.cases import Happenings
from hub.demo.ground.patrols import patrols, patrols_on
from hub.demo.ground.people import CHANGE_DAY, make_people
from hub.demo.ground.plan import read_plan
from hub.demo.ground.rechecks import rechecks

PLAN = read_plan(600)
PEOPLE = make_people(PLAN)


def test_every_chief_in_post_has_one_patrol_a_day() -> None:
    for day in (1, CHANGE_DAY):
        made = patrols_on(7, PLAN, PEOPLE, day)

        assert set(made["person"]) == set(PEOPLE.chiefs(day)["person"])
        assert made["patrol"].is_unique().all()


def test_a_day_is_the_same_however_many_days_there_are() -> None:
    several = patrols(7, PLAN, PEOPLE, 3).filter(pl.col("day") == 2)

    assert several.equals(patrols_on(7, PLAN, PEOPLE, 2))


def test_most_are_done_and_only_those_have_minutes() -> None:
    made = patrols(7, PLAN, PEOPLE, 3)
    done = made.filter(pl.col("status") == "DONE")

    assert 0.75 < len(done) / len(made) < 0.95
    assert done["minutes"].null_count() == 0
    assert made.filter(pl.col("status") != "DONE")["minutes"].null_count() == len(
        made
    ) - len(done)


def test_a_second_look_comes_after_the_last_check_and_the_closing() -> None:
    made = Happenings(7, 600, 3, PLAN).platform

    looks = rechecks(made)
    last = made.steps.group_by("case").agg(pl.col("at").max().alias("over"))

    closed = looks.join(last, on="case")
    is_closed = closed["at"] > closed["over"]
    assert set(looks["result"]) == {"PASS", "FAIL", "UNABLE"}
    assert is_closed.mean() > 0.8  # the others are called back later still
