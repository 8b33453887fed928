"""The engine against a slow one, and what must not matter: order and threads."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from support.score_reference import slow_points, slow_ranks
from support.scored_city import POLICY, scored

THREE = Decimal("0.001")


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int]:
    whole = draw(st.integers(0, 60))
    return draw(st.integers(0, whole)), whole


BONUS = st.lists(
    st.decimals(min_value=-3, max_value=9, places=3, allow_nan=False), max_size=3
)
UNIT = st.tuples(counts(), counts(), BONUS)
CITY = st.lists(UNIT, min_size=1, max_size=6)


@given(CITY)
@settings(max_examples=150)
def test_a_slow_engine_agrees(city: list[Any]) -> None:
    found = scored(city)

    in_all: dict[str, Decimal | None] = {}
    for number, (good, bad, bonus) in enumerate(city):
        unit = f"U{number}"
        items, sums = slow_points({"good": good, "bad": bad}, bonus)
        lines = found.items.filter(pl.col("kind") != "clamp", unit_code=unit)
        assert dict(lines.select("item", "points").rows()) == items
        rows = found.totals.filter(unit_code=unit).select("dimension", "points").rows()
        assert dict(rows) == sums
        in_all[unit] = sums[None]
    ranks = found.totals.filter(pl.col("dimension").is_null())
    assert dict(ranks.select("unit_code", "rank").rows()) == slow_ranks(in_all)


@given(CITY, st.integers(1, 1000))
@settings(max_examples=60)
def test_the_order_of_rows_changes_no_digit(city: list[Any], seed: int) -> None:
    straight, shuffled = scored(city), scored(city, seed)

    assert straight.items.equals(shuffled.items)
    assert straight.totals.equals(shuffled.totals)


@given(CITY)
@settings(max_examples=60)
def test_items_add_up_to_dimensions_and_these_to_the_total(city: list[Any]) -> None:
    found = scored(city)

    weights = {one.id: one.weight for one in POLICY.dimensions}
    keys = ["unit_code", "dimension"]
    added = found.items.group_by(keys).agg(pl.col("points").sum().alias("added"))
    by_dimension = found.totals.drop_nulls("dimension").drop_nulls("points")
    both = by_dimension.join(added, on=keys)
    assert both.filter(pl.col("points") != pl.col("added")).is_empty()
    for unit, points in (
        found.totals.filter(pl.col("dimension").is_null())
        .drop_nulls("points")
        .select("unit_code", "points")
        .rows()
    ):
        parts = by_dimension.filter(unit_code=unit).select("dimension", "points").rows()
        exact = sum(((weights[d] or 0) * p for d, p in parts), Decimal(0))
        assert abs(points - exact) <= THREE / 2


@given(CITY)
@settings(max_examples=60)
def test_who_is_not_ranked_has_a_reason_and_no_points(city: list[Any]) -> None:
    totals = scored(city).totals

    unranked = pl.col("rank").is_null()
    assert totals.filter(unranked != pl.col("points").is_null()).is_empty()
    assert totals.filter(unranked == pl.col("not_ranked_reason").is_null()).is_empty()


PROGRAM = """
from support.scored_city import scored
found = scored([((3, 7), (1, 9), []), ((7, 9), (5, 9), []), ((0, 0), (1, 3), [])])
print(*(frame.write_json() for frame in found))
"""


def test_the_number_of_threads_changes_no_digit() -> None:
    told = [_told_with_threads(number) for number in ("1", "4")]

    assert told[0] == told[1]
    assert "NO_DENOMINATOR" in told[0]


def _told_with_threads(number: str) -> str:
    folders = Path(__file__).parents
    path = os.pathsep.join([str(folders[3]), str(folders[2])])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONPATH": path, "POLARS_MAX_THREADS": number},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
