"""The ground that simulated systems stand on, for tests of single systems.

What lives here: plan, people and happenings of a small city. What does not: any
system, the hub.
"""

from __future__ import annotations

from hub.demo.ground.cases import Happenings
from hub.demo.ground.people import make_people
from hub.demo.ground.plan import read_plan
from hub.demo.systems.base import Surroundings

SEED = 7


def surroundings(*, issues: int = 200, days: int = 3) -> Surroundings:
    """What all systems of a small city share."""
    plan = read_plan(issues)
    return Surroundings(
        plan=plan,
        people=make_people(plan),
        happenings=Happenings(SEED, issues, days, plan),
    )
