"""The lives that cases can lead."""

from __future__ import annotations

import polars as pl
import pytest

from hub.demo.paths import PATHS, PLAIN_PATHS, SELF_PATHS, Path, catalogue
from hub.schemas.code_lists import stages

EVERY = [PATHS, PLAIN_PATHS, SELF_PATHS]


@pytest.mark.parametrize("paths", EVERY)
def test_shares_are_the_whole(paths: tuple[Path, ...]) -> None:
    assert sum(path.share for path in paths) == pytest.approx(1)


@pytest.mark.parametrize("paths", EVERY)
def test_every_step_leads_to_a_stage_that_a_case_can_have(
    paths: tuple[Path, ...],
) -> None:
    known = stages().filter(pl.col("kind").is_in(["MAIN", "END"]))["code"]

    assert set(catalogue(paths)["stage"]) <= set(known) - {"REWORK"}
