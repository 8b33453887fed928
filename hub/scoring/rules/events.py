"""Points per event: deductions, floor division and bonus.

What lives here: rules that count. A cap is a number of the rule; nothing is limited
that no cap limits. What does not: deductions by density (`density`), a cap that one
item sets to another (`hub.scoring.caps`).
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import ClassVar, Literal

from hub.scoring.rules.base import (
    Cell,
    NotNegative,
    Positive,
    Rule,
    Takes,
    Told,
    shown,
)


class Deduction(Rule):
    """`deduction`: points off per event, down to a cap where there is one."""

    takes: ClassVar[Takes | None] = "numerator"
    kind: Literal["deduction"]
    """`deduction`."""
    base: NotNegative = Decimal(0)
    """Points before anything is taken off."""
    each: Positive
    """Points off per event."""
    free: NotNegative = Decimal(0)
    """Events that cost nothing."""
    cap: NotNegative | None = None
    """Most points that are taken off."""

    @property
    def full(self) -> Fraction:
        """The base."""
        return Fraction(self.base)

    def judge(self, cell: Cell) -> Told:
        """Base less points per event beyond the free ones."""
        events = max(Fraction(0), cell.value - Fraction(self.free))
        return taken_off(self.full, events, self.each, self.cap)


class PerFull(Rule):
    """`per_full`: points off for every full lot above a quota (floor division)."""

    takes: ClassVar[Takes | None] = "numerator"
    kind: Literal["per_full"]
    """`per_full`."""
    base: NotNegative = Decimal(0)
    """Points before anything is taken off."""
    each: Positive
    """Points off per full lot."""
    size: Positive
    """How many make a lot; a lot that is not full costs nothing."""
    quota: NotNegative = Decimal(0)
    """Number that costs nothing; lots are counted above it."""
    cap: NotNegative | None = None
    """Most points that are taken off."""

    @property
    def full(self) -> Fraction:
        """The base."""
        return Fraction(self.base)

    def judge(self, cell: Cell) -> Told:
        """Base less points per full lot."""
        over = max(Fraction(0), cell.value - Fraction(self.quota))
        lots = over // Fraction(self.size)
        told = taken_off(self.full, Fraction(lots), self.each, self.cap)
        size = shown(self.size)
        return Told(
            told.points,
            f"{shown(over)} 含 {lots} 个满 {size}:{told.note_zh}",
            f"{shown(over)} holds {lots} full {size}: {told.note_en}",
        )


class Bonus(Rule):
    """`bonus`: points on top per event, up to a cap."""

    takes: ClassVar[Takes | None] = "numerator"
    kind: Literal["bonus"]
    """`bonus`."""
    each: Positive
    """Points per event, or per full lot where `size` is given."""
    size: Positive | None = None
    """How many make a lot; without it every event counts, parts included."""
    above: NotNegative = Decimal(0)
    """Number that earns nothing yet."""
    cap: NotNegative
    """Most points that are given."""

    @property
    def full(self) -> Fraction:
        """Nothing: a bonus lies beyond a faultless unit."""
        return Fraction(0)

    def judge(self, cell: Cell) -> Told:
        """Points per event beyond the first, not more than the cap."""
        events = max(Fraction(0), cell.value - Fraction(self.above))
        if self.size is not None:
            events = Fraction(events // Fraction(self.size))
        earned = events * Fraction(self.each)
        given = min(earned, Fraction(self.cap))
        zh = f"{shown(events)} × {shown(self.each)} = {shown(earned)}"
        en = zh
        if given < earned:
            zh += f",上限 {shown(self.cap)}"
            en += f", capped at {shown(self.cap)}"
        return Told(given, zh, en)


def taken_off(
    base: Fraction, events: Fraction, each: Decimal, cap: Decimal | None
) -> Told:
    """Base less points per event; the cap is said where it holds."""
    wanted = events * Fraction(each)
    off = wanted if cap is None else min(wanted, Fraction(cap))
    zh = f"{shown(base)} − {shown(events)} × {shown(each)}"
    en = zh
    if off < wanted:
        zh += f",扣分上限 {shown(off)}"
        en += f", at most {shown(off)} off"
    return Told(base - off, zh, en)
