"""The ground that simulated systems stand on, made once for all their tests."""

from __future__ import annotations

import pytest

from hub.demo.ground.cases import Happenings
from hub.demo.ground.people import make_people
from hub.demo.ground.plan import read_plan
from hub.demo.systems.base import Surroundings

ISSUES, DAYS = 2000, 3


@pytest.fixture(scope="session")
def ground() -> Surroundings:
    plan = read_plan(ISSUES)
    return Surroundings(plan, make_people(plan), Happenings(7, ISSUES, DAYS, plan))
