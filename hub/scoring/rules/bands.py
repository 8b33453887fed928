"""Steps and thresholds: a value falls into one band, and the band has points.

What lives here: `bands`. What does not: targets that differ by class (`targets`).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import Field

from hub.partners.base import Strict
from hub.scoring.rules.base import Cell, Flaw, Number, Rule, Told, ascending, shown


class Band(Strict):
    """One band: from a value, included, up to the next band's."""

    start: Number | None = Field(default=None, alias="from")
    """Least value of the band; the first band has none."""
    points: Number
    """Points of every value in the band."""


class Bands(Rule):
    """`bands`: points by the band that a value falls into."""

    kind: Literal["bands"]
    """`bands`."""
    bands: tuple[Band, ...] = Field(min_length=1)
    """The bands, in ascending order."""

    @property
    def full(self) -> Fraction:
        """The best band's points."""
        return Fraction(max(band.points for band in self.bands))

    def judge(self, cell: Cell) -> Told:
        """Points of the last band that begins at or below the value."""
        held = self.bands[0]
        for band in self.bands[1:]:
            if band.start is not None and cell.value >= Fraction(band.start):
                held = band
        value, points = shown(cell.value), shown(held.points)
        if held.start is None:
            zh, en = "最低档", "the lowest band"
        else:
            zh, en = f"{shown(held.start)} 起的档", f"the band from {shown(held.start)}"
        return Told(
            Fraction(held.points),
            f"{value} 落在{zh}:{points} 分",
            f"{value} lies in {en}: {points} points",
        )

    def flaws(self) -> Iterator[Flaw]:
        """Gaps and disorder."""
        starts: list[Decimal | None] = [band.start for band in self.bands]
        return ascending("bands", starts)
