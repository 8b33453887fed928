"""Tables of counts of which some are hidden, and how a hidden count may differ.

What lives here: the arrays, and for each cell whether one more or one less would look
the same to a reader. What does not: which cells are hidden in the end (`protection`).

Each count comes with a part of it (closed of all cases). There are three ways to
differ: the part against the rest, the part with the whole, the rest with the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
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

    def hidden(self, kind: Kind) -> Yes:
        """Cells that may differ in this way."""
        if kind == "within":
            return self.hides_part
        if kind == "rest":
            return self.hides_whole
        return self.hides_part & self.hides_whole

    def slack(self, kind: Kind, *, relaxed: bool = False) -> tuple[Yes, Yes]:
        """Where one more, and where one less, would show the same if hidden.

        Args:
            relaxed: as if no hidden count were told to be small or none.
        """
        free = {
            "within": self.free_part,
            "rest": self.free_whole,
            "part": self.free_part & self.free_whole,
        }[kind] | relaxed
        rest = self.whole - self.part
        steps = {"within": (1, -1, 0), "part": (1, 0, 1), "rest": (0, 1, 1)}[kind]
        counts = (self.part, rest, self.whole)

        def alike(sign: int) -> Yes:
            same = self.told.copy()
            for count, step in zip(counts, steps, strict=True):
                if step:
                    same &= self._alike(count, sign * step, free)
            return same

        return alike(1), alike(-1)

    def arcs(self, kind: Kind) -> tuple[Yes, Yes]:
        """Hidden cells that may grow, and those that may shrink."""
        up, down = self.slack(kind)
        hidden = self.hidden(kind)
        return up & hidden, down & hidden

    def hide(self, kind: Kind, *cells: tuple[int, int, bool]) -> None:
        """Hide cells so that each may differ in this way: row, column, by growing.

        Where the size of one stands in the way, nothing is told of the size of any:
        else a star beside a small count would be known to be none.
        """
        up, down = self.slack(kind)
        fits = all((up if grows else down)[row, at] for row, at, grows in cells)
        for row, column, _ in cells:
            at = row, column
            if kind != "rest":
                self.hides_part[at] = True
                self.free_part[at] |= not fits
            if kind != "within":
                self.hides_whole[at] = True
                self.free_whole[at] |= not fits

    def cost(
        self, kind: Kind, *, up: bool, relaxed: bool = False
    ) -> NDArray[np.float64]:
        """What hiding a cell costs: its count; nothing if hidden, ∞ without slack.

        Relaxed, a cell whose size has to go untold costs more than any other.
        """
        fit = self.slack(kind)[0 if up else 1]
        price = np.where(self.hidden(kind), 0.0, self.whole + 1.0)
        if not relaxed:
            return np.where(fit, price, np.inf)
        loose = self.slack(kind, relaxed=True)[0 if up else 1]
        dear = price + 1.0 + self.whole.sum()
        return np.where(fit, price, np.where(loose, dear, np.inf))

    def _alike(self, count: Whole, step: int, free: Yes) -> Yes:
        other = count + step
        alike: Yes = other >= 0
        same: Yes = self._size(other) == self._size(count)
        return alike & (free | same)

    def _size(self, count: Whole) -> Whole:
        return np.where(count == 0, 0, np.where(count < self.least, 1, 2))


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
