"""Hashes of rows, eight bytes each: which come more than once, which are among others.

What lives here: the arithmetic, over sorted numbers, so that a delivery of any size
costs memory by its rows and not by its texts. Two different rows may share a hash: what
is found here is looked at as text afterwards. What does not: fingerprints that decide
by themselves (`prints`).
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]


def hashes_of(frame: pl.DataFrame) -> Hashes:
    """A hash of every row, the same for the same values within one process."""
    return frame.hash_rows().to_numpy()


def repeated(hashes: Hashes) -> Hashes:
    """Those that come more than once, each once, in order."""
    ordered = np.sort(hashes)
    return np.unique(ordered[1:][ordered[1:] == ordered[:-1]])


def is_among(hashes: Hashes, ordered: Hashes) -> NDArray[np.bool_]:
    """Which hashes are in an ordered array; nothing is built from it."""
    if not len(ordered):
        return np.zeros(len(hashes), dtype=np.bool_)
    at = np.searchsorted(ordered, hashes).clip(max=len(ordered) - 1)
    hits: NDArray[np.bool_] = ordered[at] == hashes
    return hits


def rows_among(frame: pl.DataFrame, columns: list[str], ordered: Hashes) -> pl.Series:
    """Which rows of a frame have, by these columns, a hash in an ordered array."""
    return pl.Series(is_among(hashes_of(frame.select(columns)), ordered))
