"""Rows told now against rows that are kept, whatever frames either comes in."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hub.flow.keep_months import is_same

CUTS = st.lists(st.integers(0, 12), max_size=4)


def frames(values: list[int], cuts: list[int], as_of: int) -> list[pl.DataFrame]:
    whole = pl.DataFrame(
        {"value": values, "as_of": [as_of] * len(values)},
        schema={"value": pl.Int64, "as_of": pl.Int64},
    )
    ends = [0, *sorted(min(one, len(values)) for one in cuts), len(values)]
    return [whole.slice(a, b - a) for a, b in pairwise(ends)]


@given(st.lists(st.integers(0, 2), max_size=12), CUTS, CUTS)
def test_frames_and_the_instant_make_no_difference(
    values: list[int], mine: list[int], theirs: list[int]
) -> None:
    other = [one.select("as_of", "value") for one in frames(values, theirs, 2)]

    assert is_same(frames(values, mine, 1), other)


@given(
    st.lists(st.integers(0, 2), max_size=6),
    st.lists(st.integers(0, 2), max_size=6),
    CUTS,
    CUTS,
)
def test_rows_that_differ_are_told_apart(
    one: list[int], other: list[int], mine: list[int], theirs: list[int]
) -> None:
    assert is_same(frames(one, mine, 1), frames(other, theirs, 1)) is (one == other)
