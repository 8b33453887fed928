"""What is known of cases at an instant, against a walk by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hub.demo.days import midnight
from hub.demo.lives import SECOND, choose_paths, known_at, walk
from hub.demo.paths import PATHS, TIME_FIELDS

BEGIN = int(midnight(1).timestamp())
HOUR = 3600


def _cases(count: int) -> tuple[pl.DataFrame, pl.DataFrame, np.ndarray]:
    rng = np.random.default_rng(11)
    created = BEGIN + np.arange(count) * 600
    chosen = choose_paths(PATHS, count, rng)
    steps = walk(0, created, chosen, PATHS, rng)
    cases = pl.DataFrame(
        {"case": np.arange(count), "created_at": created * SECOND},
        schema_overrides={"created_at": pl.Datetime("us", "UTC")},
    )
    return cases, steps, chosen


CASES, STEPS, CHOSEN = _cases(200)


@given(st.integers(min_value=0, max_value=20 * 24))
def test_known_state_is_that_of_the_last_step_before(hours: int) -> None:
    at = midnight(1) + timedelta(hours=hours)

    known = known_at(CASES, STEPS, PATHS, at)

    assert known.select("case", "state", "stage", *TIME_FIELDS, "rework").rows() == [
        row for case in range(200) if (row := _by_hand(case, at)) is not None
    ]


def _by_hand(case: int, at: datetime) -> tuple[object, ...] | None:
    if datetime.fromtimestamp(BEGIN + case * 600, at.tzinfo) >= at:
        return None
    own = STEPS.filter(pl.col("case") == case).sort("no")["at"].to_list()
    state, stage, rework = "1", "DISCOVERED", 0
    times: dict[str, datetime | None] = dict.fromkeys(TIME_FIELDS)
    for step, happened in zip(PATHS[CHOSEN[case]].steps, own, strict=True):
        if happened >= at:
            break
        state, stage = step.state, step.stage
        rework += step.counts == "rework"
        if step.sets:
            times[step.sets] = happened
    return case, state, stage, *times.values(), rework


def test_shares_decide_how_often_a_path_is_taken() -> None:
    drawn = choose_paths(PATHS, 20_000, np.random.default_rng(5))

    counts = np.bincount(drawn, minlength=len(PATHS)) / 20_000

    assert np.abs(counts - [path.share for path in PATHS]).max() < 0.01


def test_steps_of_a_case_follow_each_other() -> None:
    apart = STEPS.select(pl.col("at").diff().over("case")).drop_nulls()

    assert apart["at"].min() >= timedelta(minutes=1)  # type: ignore[operator]
