"""Tables of counts of which some are hidden, and how a hidden count may differ.

What lives here: the arrays, and for each cell whether one more or one less would look
the same to a reader. What does not: which cells are hidden in the end (`protection`).

Each count comes with a part of it (closed of all cases). There are three ways to
differ: the part against the rest, the part with the whole, the rest with the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from types import EllipsisType
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hub.sharing.ways import Yes

Whole = NDArray[np.int64]
Kind = Literal["within", "part", "rest"]
# Ways in which a whole, a part, a rest may differ; and a count without parts.
OF_WHOLE: tuple[Kind, ...] = ("rest", "part")
OF_PART: tuple[Kind, ...] = ("within", "part")
OF_REST: tuple[Kind, ...] = ("within", "rest")
OF_COUNT: tuple[Kind, ...] = ("rest",)
# By how much a part, a rest and a whole differ where a cell differs in a way.
MOVES: dict[Kind, tuple[int, int, int]] = {
    "within": (1, -1, 0), "part": (1, 0, 1), "rest": (0, 1, 1),
}  # fmt: skip
Where = EllipsisType | tuple[list[int], list[int]]


@dataclass
class Table:
    """Counts by row and column; one column only where there is no breakdown.

    Attributes:
        part, whole: the counts, 0 ≤ part ≤ whole.
        told: which cells there are; others are known to hold nothing.
        least: a count from 1 to `least` - 1 is small.
        hides_part, hides_whole: what is hidden.
        free_part, free_whole: what is hidden without a word on size, zeros too.
    """

    part: Whole
    whole: Whole
    told: Yes
    least: int
    hides_part: Yes
    hides_whole: Yes
    free_part: Yes
    free_whole: Yes

    def hidden(self, kind: Kind, at: Where = ...) -> Yes:
        """Cells that may differ in this way."""
        if kind == "within":
            return self.hides_part[at]
        if kind == "rest":
            return self.hides_whole[at]
        return self.hides_part[at] & self.hides_whole[at]

    def slack(
        self, kind: Kind, *, relaxed: bool = False, at: Where = ...
    ) -> tuple[Yes, Yes]:
        """Where one more, and where one less, would show the same if hidden.

        Args:
            relaxed: as if no hidden count were told to be small or none.
            at: of these cells alone; of all without it.
        """
        if kind == "within":
            free = self.free_part[at]
        elif kind == "rest":
            free = self.free_whole[at]
        else:
            free = self.free_part[at] & self.free_whole[at]
        up, down = self._steps[kind]
        if relaxed:
            return up.possible[at].copy(), down.possible[at].copy()
        return (
            up.possible[at] & (free | up.alike[at]),
            down.possible[at] & (free | down.alike[at]),
        )

    def arcs(self, kind: Kind) -> tuple[Yes, Yes]:
        """Hidden cells that may grow, and those that may shrink."""
        up, down = self.slack(kind)
        hidden = self.hidden(kind)
        return up & hidden, down & hidden

    def hide(self, kind: Kind, *cells: tuple[int, int, bool]) -> bool:
        """Hide cells so that each may differ in this way: row, column, by growing.

        Where the size of one stands in the way, nothing is told of the size of any:
        else a star beside a small count would be known to be none.

        Returns:
            Whether more is hidden, or told of less, than before.
        """
        rows, columns, grows = (list(one) for one in zip(*cells, strict=True))
        at = rows, columns
        up, down = self.slack(kind, at=at)
        fits = bool(np.where(grows, up, down).all())
        if fits and self.hidden(kind, at).all():
            return False
        if kind != "rest":
            self.hides_part[at] = True
            self.free_part[at] |= not fits
        if kind != "within":
            self.hides_whole[at] = True
            self.free_whole[at] |= not fits
        return True

    def cost(
        self, kind: Kind, *, up: bool, relaxed: bool = False, at: Where = ...
    ) -> NDArray[np.float64]:
        """What hiding a cell costs: its count; nothing if hidden, ∞ without slack.

        Relaxed, a cell whose size has to go untold costs more than any other.
        """
        side = 0 if up else 1
        fit = self.slack(kind, at=at)[side]
        price = np.where(self.hidden(kind, at), 0.0, self.whole[at] + 1.0)
        if not relaxed:
            return np.where(fit, price, np.inf)
        loose = self.slack(kind, relaxed=True, at=at)[side]
        dear = price + 1.0 + self._total
        return np.where(fit, price, np.where(loose, dear, np.inf))

    @cached_property
    def _total(self) -> int:
        return int(self.whole.sum())

    @cached_property
    def _steps(self) -> dict[Kind, tuple[_Step, _Step]]:
        """One more and one less in each way; counts do not change, what hides does."""
        return {kind: (self._step(kind, 1), self._step(kind, -1)) for kind in MOVES}

    def _step(self, kind: Kind, sign: int) -> _Step:
        counts = (self.part, self.whole - self.part, self.whole)
        possible, alike = self.told.copy(), np.ones_like(self.told)
        for count, move in zip(counts, MOVES[kind], strict=True):
            if move:
                other = count + sign * move
                possible &= other >= 0
                alike &= self._size(other) == self._size(count)
        return _Step(possible, alike)

    def _size(self, count: Whole) -> Whole:
        return np.where(count == 0, 0, np.where(count < self.least, 1, 2))


class _Step(NamedTuple):
    """Where a step can be taken at all, and where each size stays what it is told."""

    possible: Yes
    alike: Yes


class Pair(NamedTuple):
    """Two totals of which one may be one more while the other is one less."""

    kind: Kind
    more: int
    less: int


def first_hidden(part: Whole, whole: Whole, least: int) -> tuple[Yes, Yes]:
    """Parts hidden because they or the rest are small, and small wholes; zero is not.

    A part of nothing is shown, whatever the rest: sharing §8.
    """
    rest = whole - part
    of_part, of_rest, of_whole = (
        (count > 0) & (count < least) for count in (part, rest, whole)
    )
    return (of_part | of_rest) & (part > 0), of_whole
