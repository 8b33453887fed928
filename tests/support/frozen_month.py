"""A small city whose month is frozen, and what the frozen month says."""

from __future__ import annotations

from pathlib import Path

from support.closed_month import MONTH, closed_month, plain_policy

from hub.cli.assessment_units import usual_figures
from hub.flow.assessment.freeze import freeze_month
from hub.flow.assessment.frozen_rows import read_rows
from hub.flow.house import House
from hub.storage.assessments import Revision

METRIC = "on_time_handling_rate"


def frozen_month(folder: Path) -> House:
    """A hub whose month is over and frozen."""
    house = closed_month(folder)
    freeze_month(house, MONTH, policies=[plain_policy()], author="甲")
    return house


def denominator(house: House, revision: Revision) -> int:
    """Cases of the city that a revision counts as due."""
    rows = usual_figures(read_rows(house, revision, "figure"))
    return int(rows.filter(metric=METRIC, level="city")["denominator"].item())
