"""What comes more than once is found, and what is among others is told."""

from __future__ import annotations

from collections import Counter

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hub.flow.row_hashes import hashes_of, is_among, repeated, rows_among

NUMBERS = st.lists(st.integers(0, 9) | st.just(2**64 - 1), max_size=20)


@given(NUMBERS)
def test_repeated_are_those_that_come_more_than_once(numbers: list[int]) -> None:
    told = repeated(np.array(numbers, dtype=np.uint64))

    assert told.tolist() == sorted(
        n for n, times in Counter(numbers).items() if times > 1
    )


@given(NUMBERS, NUMBERS)
def test_what_is_among_others_is_told(asked: list[int], others: list[int]) -> None:
    ordered = np.unique(np.array(others, dtype=np.uint64))

    told = is_among(np.array(asked, dtype=np.uint64), ordered)

    assert told.tolist() == [one in others for one in asked]


def test_rows_are_told_apart_by_every_column_and_by_null() -> None:
    frame = pl.DataFrame(
        {"a": ["x", "x", None, "x"], "b": [1, 2, 1, 1], "c": [1, 2, 3, 4]}
    )

    often = repeated(hashes_of(frame.select("a", "b")))

    assert rows_among(frame, ["a", "b"], often).to_list() == [True, False, False, True]
