"""A deduction normalised by density: per head, per square kilometre, or both.

What lives here: `density`. What does not: plain deductions (`events`).
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import ClassVar, Literal

from pydantic import Field

from hub.scoring.rules.base import (
    Cell,
    Measure,
    NotNegative,
    Positive,
    Rule,
    Takes,
    Told,
    shown,
)


class Density(Rule):
    """`density`: points off per event, divided by the size of the unit."""

    takes: ClassVar[Takes | None] = "numerator"
    kind: Literal["density"]
    """`density`."""
    base: NotNegative = Decimal(0)
    """Points before anything is taken off."""
    each: Positive
    """Points off per event in a unit whose divisors make 1."""
    divisors: tuple[Measure, ...] = Field(min_length=1)
    """What the deduction is divided by, e.g. area and population; several are
    multiplied. Each says what it `takes`, or is an `input`."""
    cap: NotNegative | None = None
    """Most points that are taken off."""

    @property
    def full(self) -> Fraction:
        """The base."""
        return Fraction(self.base)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The divisors."""
        return self.divisors

    def judge(self, cell: Cell) -> Told | None:
        """Base − value × points ÷ divisors; nothing where a divisor is 0 or less."""
        if any(divisor <= 0 for divisor in cell.beside):
            return None
        wanted = cell.value * Fraction(self.each) / prod(cell.beside, start=Fraction(1))
        off = wanted if self.cap is None else min(wanted, Fraction(self.cap))
        size = " × ".join(map(shown, cell.beside))
        note = (
            f"{shown(self.base)} − {shown(cell.value)} × {shown(self.each)} ÷ ({size})"
        )
        zh = en = note
        if off < wanted:
            zh += f",扣分上限 {shown(off)}"
            en += f", at most {shown(off)} off"
        return Told(Fraction(self.base) - off, zh, en)
