"""What must not change a digit of a figure, and what adds up to the whole."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import polars as pl
import pytest
from support.slow.hub_figures import digest_of, everything
from support.slow.hub_side import loop_rows
from support.slow.towns import Batch, batch
from support.source_tree import ROOT

from hub.metrics.figures import Figures
from hub.metrics.registry import METRICS

SEED, TOWNS = 3, 6
ADDITIVE = ("share", "volume", "average")


@pytest.fixture(scope="module")
def towns() -> Batch:
    return batch(SEED, TOWNS)


@pytest.fixture(scope="module")
def told(towns: Batch) -> Figures:
    return everything(towns)


@pytest.mark.parametrize("order", [1, 2])
def test_the_order_of_rows_changes_no_digit(
    towns: Batch, told: Figures, order: int
) -> None:
    assert digest_of(everything(replace(towns, order=order))) == digest_of(told)


@pytest.mark.parametrize("threads", [1, 3])
def test_the_number_of_threads_changes_no_digit(told: Figures, threads: int) -> None:
    child = subprocess.run(
        [sys.executable, "-m", "support.run_figures", str(SEED), str(TOWNS)],
        check=True,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "POLARS_MAX_THREADS": str(threads),
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
        },
    )

    assert child.stdout.split() == [str(threads), digest_of(told)]


def test_cases_read_in_parts_have_the_same_flags(towns: Batch) -> None:
    parts = [loop_rows(replace(towns, towns=[town])) for town in towns.towns]

    assert pl.concat(parts).sort("issue_id").equals(loop_rows(towns).sort("issue_id"))


def test_figures_of_parts_add_up_to_those_of_the_whole(
    towns: Batch, told: Figures
) -> None:
    halves = [
        replace(towns, towns=towns.towns[: TOWNS // 2]),
        replace(towns, towns=towns.towns[TOWNS // 2 :]),
    ]

    parts = pl.concat([everything(half).figures for half in halves])

    assert added(parts).equals(added(told.figures))


def added(figures: pl.DataFrame) -> pl.DataFrame:
    """Numerators and denominators of the city, of figures that can be added up.

    Ranks cannot; nor can a figure for which something stands in where none was filed,
    nor one whose most frequent places are those of the whole.
    """
    apart = ("area_coverage_rate", "top_category_share", "top_area_share")
    names = [
        id_
        for id_, one in METRICS.items()
        if one.value in ADDITIVE and id_ not in apart
    ]
    key = ["metric", "basis", pl.col("calibers").list.join(" ")]
    return (
        figures.filter(
            pl.col("metric").is_in(names)
            & (pl.col("level") == "city")
            & pl.col("by").is_null()
        )
        .group_by(key)
        .agg(pl.col("numerator", "denominator").sum())
        .sort("metric", "basis", "calibers")
    )


@pytest.mark.parametrize("level", ["unit", "street_unit", "district", "street", "org"])
def test_the_codes_of_a_level_and_the_unattributed_add_up_to_the_city(
    told: Figures, level: str
) -> None:
    names = [
        id_
        for id_, one in METRICS.items()
        if one.subject == "issue" and one.value in ("share", "volume")
    ]
    figures = told.figures.filter(
        pl.col("metric").is_in(names) & pl.col("by").is_null()
    )
    lost = told.beside.filter(
        pl.col("metric").is_in(names)
        & (pl.col("level") == level)
        & (pl.col("reason") == "UNATTRIBUTED")
    ).select("metric", pl.col("case_count").alias("denominator"))

    parts = pl.concat(
        [figures.filter(level=level).select("metric", "denominator"), lost]
    )

    sums = parts.group_by("metric").agg(pl.col("denominator").sum()).sort("metric")
    city = figures.filter(level="city").select("metric", "denominator").sort("metric")
    assert sums.filter(pl.col("denominator") > 0).equals(
        city.filter(pl.col("denominator") > 0)
    )
