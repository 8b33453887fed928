"""Rate × weight, and the distance to a target.

What lives here: rules that are linear in their value. What does not: steps
(`bands`), events (`events`), targets by class of unit (`targets`).
"""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar, Literal

from hub.scoring.rules.base import Cell, Number, Positive, Rule, Takes, Told, shown


class Rate(Rule):
    """`rate`: a share times a weight."""

    takes: ClassVar[Takes | None] = "share"
    kind: Literal["rate"]
    """`rate`."""
    weight: Positive
    """Points of a share of 1."""
    complement: bool = False
    """Whether 1 less the share is taken: for shares that are better when small."""

    @property
    def full(self) -> Fraction:
        """The weight."""
        return Fraction(self.weight)

    def judge(self, cell: Cell) -> Told:
        """Weight × share."""
        if self.complement:
            share, text = 1 - cell.value, f"(1 − {shown(cell.value)})"
        else:
            share, text = cell.value, shown(cell.value)
        note = f"{text} × {shown(self.weight)}"
        return Told(share * self.full, note, note)


class Distance(Rule):
    """`distance`: how far the value stays off a target, times points."""

    takes: ClassVar[Takes | None] = None
    kind: Literal["distance"]
    """`distance`."""
    target: Number
    """Value that gives no points."""
    each: Positive
    """Points for each unit of the distance."""
    good: Literal["below", "above"] = "below"
    """On which side of the target points are gained; on the other they are lost."""

    @property
    def full(self) -> Fraction:
        """Points of the value 0 where less is better; else the file must say."""
        return Fraction(self.target) * Fraction(self.each) * (self.good == "below")

    def judge(self, cell: Cell) -> Told:
        """(target − value) × points, or the other way round."""
        target, value = shown(self.target), shown(cell.value)
        distance = Fraction(self.target) - cell.value
        if self.good == "above":
            distance, target, value = -distance, value, target
        note = f"({target} − {value}) × {shown(self.each)}"
        return Told(distance * Fraction(self.each), note, note)
