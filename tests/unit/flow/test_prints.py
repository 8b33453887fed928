"""Fingerprints are found again, and none is taken for another."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hub.flow.prints import Prints

# Few numbers, so that halves meet by chance.
HALF = st.integers(0, 3) | st.sampled_from([5 << 60, 15 << 60, 2**64 - 1])
BATCHES = st.lists(st.lists(st.tuples(HALF, HALF), max_size=12), max_size=12)


def halves(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    told = np.array(pairs, dtype=np.uint64).reshape(-1, 2)
    return told[:, 0], told[:, 1]


@given(BATCHES)
def test_what_is_found_was_there(batches: list[list[tuple[int, int]]]) -> None:
    prints = Prints()
    known: set[tuple[int, int]] = set()
    for pairs in batches:
        found = prints.holds(*halves(pairs))
        for pair, is_there in zip(pairs, found, strict=True):
            assert pair in known or not is_there
        prints.add(*halves(pairs))
        known |= set(pairs)


@given(st.lists(st.lists(st.integers(0, 40), max_size=12), max_size=12))
def test_what_was_there_is_found(batches: list[list[int]]) -> None:
    prints = Prints()
    known: set[int] = set()
    for numbers in batches:
        pairs = [(number, number + 7) for number in numbers]
        found = prints.holds(*halves(pairs))
        assert found.tolist() == [number in known for number in numbers]
        prints.add(*halves(pairs))
        known |= set(numbers)
