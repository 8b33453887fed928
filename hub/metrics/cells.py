"""Counts of a month: group × signature, and from them group × variant.

What lives here: how many cases of each signature every group has, and the product of
those counts with the verdicts. Products run in 64-bit floats because those are fast;
every count, amount and partial sum is a whole number below 2^53, which is guarded, so
each product is exact and no order of addition changes a digit. What does not:
verdicts (`verdicts`), values of ranks (`ranks`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hub.errors import DeclarationError
from hub.metrics.groupings import Grouping, Whole

EXACT = 2**53
PIECE = 2**22  # cells of one product, so that memory does not grow with groups
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Cells:
    """Cases of a grouping by signature, in the order of groups.

    Attributes:
        group, signature: of each cell.
        sums: `count`, and the sum of each amount.
    """

    group: Whole
    signature: Whole
    sums: dict[str, Whole]


@dataclass(frozen=True)
class Classes:
    """Signatures that no variant of a metric tells apart.

    Attributes:
        of_signature: class of each signature.
        flags: class × column, 0 or 1.
    """

    of_signature: Whole
    flags: Numbers

    def part(self, signatures: slice) -> Classes:
        """The classes of some of the signatures."""
        return Classes(self.of_signature[signatures], self.flags)


def cells_of(
    grouping: Grouping, signature: pl.Series, amounts: Sequence[pl.Series], total: int
) -> Cells:
    """Cells of one grouping.

    Args:
        grouping: groups by row.
        signature: signature of each row.
        amounts: Int64 columns; null adds nothing.
        total: how many signatures there are.
    """
    keys = (pl.Series(grouping.number) * total + signature).alias("key")
    found = (
        pl.DataFrame([keys, *amounts])
        .group_by("key")
        .agg(pl.all().sum(), count=pl.len().cast(pl.Int64))
        .sort("key")
    )
    key = found["key"].to_numpy()
    sums = {name: found[name].to_numpy() for name in found.columns if name != "key"}
    for name, values in sums.items():
        if len(values) and int(np.abs(values).sum()) >= EXACT:
            raise DeclarationError(
                f"add up {name}",
                seen="the sum of one month is beyond 2^53",
                next_step="Look for a duration of thousands of years in the cases.",
            )
    return Cells(key // total, key % total, sums)


def classes_of(flags: Sequence[pl.Series]) -> Classes:
    """Signatures by what they count as, over all columns of a metric."""
    matrix = np.stack([one.to_numpy() for one in flags], axis=1).astype(np.int64)
    number = np.zeros(len(matrix), dtype=np.int64)
    for at in range(0, matrix.shape[1], 40):
        word = matrix[:, at : at + 40]
        packed = word @ (np.int64(1) << np.arange(word.shape[1], dtype=np.int64))
        _, packed = np.unique(packed, return_inverse=True)
        width = int(packed.max(initial=0)) + 1
        _, number = np.unique(number * width + packed, return_inverse=True)
    _, first = np.unique(number, return_index=True)
    return Classes(number, matrix[first].astype(np.float64))


def counted(
    cells: Cells, groups: int, classes: Classes, name: str, columns: slice
) -> Whole:
    """Group × column: the sum of `name` over the cases that a column marks.

    The last line is of cases that belong to no group.
    """
    flags = classes.flags[:, columns]
    width = len(flags)
    step = max(1, PIECE // max(width, 1))
    found = np.zeros((groups + 1, flags.shape[1]), dtype=np.int64)
    classed = classes.of_signature[cells.signature]
    for low in range(0, groups + 1, step):
        high = min(low + step, groups + 1)
        here = slice(*np.searchsorted(cells.group, [low, high]))
        key = (cells.group[here] - low) * width + classed[here]
        table: Any = np.bincount(
            key, weights=cells.sums[name][here], minlength=(high - low) * width
        )
        found[low:high] = np.rint(table.reshape(high - low, width) @ flags)
    return found
