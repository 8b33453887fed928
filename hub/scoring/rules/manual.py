"""Manual adjustment: points that people give, with a reason and two names.

What lives here: `manual`. What does not: the entries themselves, which are inputs of
the scoring run (`hub.scoring.inputs`).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from hub.scoring.rules.base import Cell, Rule, Told, shown


class Manual(Rule):
    """`manual`: the points of the manual inputs of this item, added up."""

    kind: Literal["manual"]
    """`manual`."""

    @property
    def full(self) -> Fraction:
        """Nothing: an adjustment lies beside what was measured."""
        return Fraction(0)

    def judge(self, cell: Cell) -> Told:
        """The sum as it was entered; without entries nothing is adjusted."""
        note = shown(cell.value)
        return Told(cell.value, note, note)
