"""Medians and other ranks of durations, by nearest rank: the value of rank ⌈p·n⌉.

What lives here: ranks per group and variant from values sorted once. What does not:
which cases count (`verdicts`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hub.metrics.groupings import Grouping, Whole

SMALL = 2**16


def by_value(values: Whole, wanted: NDArray[np.bool_]) -> Whole:
    """Rows that are wanted at all, by value."""
    rows = np.flatnonzero(wanted)
    return rows[np.argsort(values[rows], kind="stable")]


def by_group(ordered: Whole, grouping: Grouping) -> Whole:
    """Those rows by group, within a group by value."""
    number = grouping.number[ordered]
    # Sixteen bits are sorted by radix, several times faster.
    small = number.astype(np.uint16) if len(grouping.codes) < SMALL else number
    return ordered[np.argsort(small, kind="stable")]


def ranks(
    ordered: Whole,
    values: Whole,
    counts: NDArray[np.bool_],
    grouping: Grouping,
    percent: tuple[int, ...],
) -> list[Whole]:
    """Per percentage, the value of nearest rank in every group; 0 in an empty one.

    Args:
        ordered: rows by group and value.
        values: of every row.
        counts: whether a row counts.
        grouping: groups by row.
        percent: e.g. 50 and 90.
    """
    kept = ordered[counts[ordered]]
    groups = len(grouping.codes)
    sizes = np.bincount(grouping.number[kept], minlength=groups + 1)[: groups + 1]
    starts = np.cumsum(sizes) - sizes
    found = []
    for part in percent:
        place = np.maximum((sizes * part + 99) // 100, 1) - 1
        told = np.zeros(groups, dtype=np.int64)
        filled = np.flatnonzero(sizes[:groups] > 0)
        told[filled] = values[kept[starts[filled] + place[filled]]]
        found.append(told)
    return found
