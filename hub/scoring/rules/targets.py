"""Targets by class of unit: who has more is asked for more.

What lives here: `target`, with classes by group or by a measure (four tiers by the
number of shops, say). What does not: one target for all (`shares.Distance`).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field

from hub.partners.base import Strict
from hub.scoring.rules.base import (
    Cell,
    Flaw,
    Measure,
    Number,
    Positive,
    Rule,
    Takes,
    Told,
    ascending,
    shown,
)


class Tier(Strict):
    """One class of units and its target."""

    start: Number | None = Field(default=None, alias="from")
    """Least value of `class_by` in this class; the first class has none."""
    group: str | None = None
    """Group of the units (UNIT_GROUP), where no measure tells the class."""
    target: Positive
    """Value that earns the whole weight."""


class Target(Rule):
    """`target`: the part of a target that was reached, times a weight."""

    takes: ClassVar[Takes | None] = "numerator"
    kind: Literal["target"]
    """`target`."""
    weight: Positive
    """Points of a target that is reached."""
    tiers: tuple[Tier, ...] = Field(min_length=1)
    """The classes; in ascending order where a measure tells them."""
    class_by: Measure | None = None
    """What tells the class; without it the group of the unit does."""
    most_share: Positive | None = None
    """Most of the target that counts, 1 for no more than the weight; without it a
    surplus earns more."""

    @property
    def full(self) -> Fraction:
        """The weight."""
        return Fraction(self.weight)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What tells the class."""
        return () if self.class_by is None else (self.class_by,)

    def judge(self, cell: Cell) -> Told | None:
        """Weight × value ÷ target; nothing for a unit of no listed class."""
        tier = self._tier(cell)
        if tier is None:
            return None
        share = cell.value / Fraction(tier.target)
        text = f"{shown(cell.value)} ÷ {shown(tier.target)}"
        zh, en = f"{text} × {shown(self.weight)}", f"{text} × {shown(self.weight)}"
        if self.most_share is not None and share > self.most_share:
            share = Fraction(self.most_share)
            zh += f",最多按 {shown(share)} 计"
            en += f", counted as {shown(share)} at most"
        return Told(share * Fraction(self.weight), zh, en)

    def _tier(self, cell: Cell) -> Tier | None:
        if self.class_by is None:
            return next((t for t in self.tiers if t.group == cell.group_code), None)
        held = self.tiers[0]
        for tier in self.tiers[1:]:
            if tier.start is not None and cell.beside[0] >= Fraction(tier.start):
                held = tier
        return held

    def flaws(self) -> Iterator[Flaw]:
        """Classes that are told in two ways or in none."""
        groups = [tier.group for tier in self.tiers]
        if self.class_by is not None:
            if any(groups):
                yield Flaw(
                    "tiers", "name groups beside `class_by`", "use one of the two"
                )
            yield from ascending("tiers", [tier.start for tier in self.tiers])
            return
        if not all(groups) or any(tier.start is not None for tier in self.tiers):
            yield Flaw(
                "tiers",
                "do not all name a group",
                "give each a `group`, or say with `class_by` what tells the class",
            )
        if len(set(groups)) < len(groups):
            yield Flaw("tiers", "name a group twice", "keep one tier of each group")
