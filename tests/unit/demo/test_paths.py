"""The lives of cases, against the partner file that has to understand them."""

from __future__ import annotations

import polars as pl
import pytest

from hub.demo.district_api import STATUS
from hub.demo.paths import PATHS, PLAIN_PATHS, Path, Step, catalogue
from hub.demo.platform_rows import CHANNELS, ITEMS, STATES
from hub.partners.loader import load_city
from hub.schemas.code_lists import stages

GROUPS = {1: "1-2", 2: "1-2", 3: "3-4", 4: "3-4", 5: "5-6", 6: "5-6", 7: "7-8",
          8: "7-8", 11: "11|13", 12: "12|14"}  # fmt: skip


@pytest.mark.parametrize("paths", [PATHS, PLAIN_PATHS])
def test_shares_are_the_whole(paths: tuple[Path, ...]) -> None:
    assert sum(path.share for path in paths) == pytest.approx(1)


@pytest.mark.parametrize("paths", [PATHS, PLAIN_PATHS])
def test_every_step_leads_to_a_stage_that_a_case_can_have(
    paths: tuple[Path, ...],
) -> None:
    known = stages().filter(pl.col("kind").is_in(["MAIN", "END"]))["code"]

    assert set(catalogue(paths)["stage"]) <= set(known) - {"REWORK"}


def test_the_site_knows_every_step_that_leaves_a_line() -> None:
    issue, event, *_ = (
        load_city("wuhan", strict=True).partners["platform"].feeds[0].emits
    )
    steps = [step for path in PATHS for step in path.steps if step.item]

    actions = {_key(step) for step in steps}

    assert actions <= set(event.codes["action"])
    assert {step.state for step in steps} <= set(issue.codes["stage"])
    assert {step.item for step in steps} <= set(ITEMS)
    assert set(CHANNELS) == set(issue.codes["source_channel"])
    assert set(STATES) - {"2"} == set(issue.codes["stage"])


def test_the_hub_reads_each_state_as_the_stage_that_it_stands_for() -> None:
    """Every state of the product allows the stage that its author sees in it."""
    issue = load_city("wuhan").partners["platform"].feeds[0].emits[0]
    overlays = {"8", "9"}
    late = {"VERIFIED", "CHECKED"}  # finer than any state of the product
    seen = {(step.state, step.stage) for path in PATHS for step in path.steps}

    odd = [
        (state, stage)
        for state, stage in seen
        if state not in overlays
        and stage not in late
        and stage not in issue.codes["stage"][state]
    ]

    assert odd == []


def test_the_district_has_a_word_for_every_stage_of_its_lives() -> None:
    table = load_city("wuhan").partners["jianghan"].feeds[0].emits[0].codes["stage"]
    reached = set(catalogue(PLAIN_PATHS)["stage"]) | {"DISCOVERED"}

    assert reached <= set(STATUS)
    assert all(stage in table[STATUS[stage]] for stage in reached)


def _key(step: Step) -> str:
    """The key that the profile's expression makes of a step."""
    assert step.item is not None
    if step.item != "610":
        return step.item
    left, entered = (GROUPS.get(one, str(one)) for one in (step.left, step.entered))
    return f"610:{left}>{entered}"
