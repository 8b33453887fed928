"""Medians and other ranks of durations, by nearest rank: the value of rank ⌈p·n⌉.

What lives here: ranks per group and variant from values sorted once. What does not:
which cases count (`verdicts`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hub.metrics.groupings import Grouping, Whole

SMALL = 2**16


class Ordered(NamedTuple):
    """Rows by group, within a group by value.

    Attributes:
        rows: their numbers.
        sizes, starts: of each group among them; the last is of rows without a group.
    """

    rows: Whole
    sizes: Whole
    starts: Whole


def by_value(values: Whole, wanted: NDArray[np.bool_]) -> Whole:
    """Rows that are wanted at all, by value."""
    rows = np.flatnonzero(wanted)
    return rows[np.argsort(values[rows], kind="stable")]


def by_group(ordered: Whole, grouping: Grouping) -> Ordered:
    """Rows by group, within a group in the order given."""
    number = grouping.number[ordered]
    # Sixteen bits are sorted by radix, several times faster.
    small = number.astype(np.uint16) if len(grouping.codes) < SMALL else number
    return _sized(ordered[np.argsort(small, kind="stable")], grouping)


def counting(ordered: Whole, counts: NDArray[np.bool_], grouping: Grouping) -> Ordered:
    """Those of the ordered rows that count.

    Args:
        ordered: rows by group and value.
        counts: whether a row counts.
        grouping: groups by row.
    """
    return _sized(ordered[counts[ordered]], grouping)


def _sized(rows: Whole, grouping: Grouping) -> Ordered:
    groups = len(grouping.codes)
    sizes = np.bincount(grouping.number[rows], minlength=groups + 1)[: groups + 1]
    return Ordered(rows, sizes, np.cumsum(sizes) - sizes)


def ranks(kept: Ordered, values: Whole, percent: int) -> Whole:
    """The value of nearest rank in every group; 0 in an empty one.

    Args:
        kept: the rows that count.
        values: of every row.
        percent: e.g. 50 or 90.
    """
    sizes = kept.sizes[:-1]
    told = np.zeros(len(sizes), dtype=np.int64)
    filled = np.flatnonzero(sizes > 0)
    place = (sizes[filled] * percent + 99) // 100 - 1
    told[filled] = values[kept.rows[kept.starts[filled] + place]]
    return told
