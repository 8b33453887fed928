"""Geometry of a page's charts: bars and courses, exact and without any script.

What lives here: from points to coordinates inside a drawing of WIDTH × HEIGHT. What
does not: the drawing itself (`charts.html.j2`). Every number that is drawn also
stands in words beside its chart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

WIDTH, HEIGHT = 100, 32
MARGIN = 3
FINE = Decimal("0.01")


class Bar(NamedTuple):
    """Left edge and width in hundredths of the drawing, and where zero lies."""

    left: Decimal
    width: Decimal
    zero: Decimal
    is_negative: bool


class Scale(NamedTuple):
    """The range that bars of one chart share; zero always lies inside."""

    least: Decimal
    most: Decimal

    def bar(self, value: Decimal | None) -> Bar | None:
        """The bar of a value; None where there is no value."""
        if value is None:
            return None
        zero, end = self._at(Decimal(0)), self._at(value)
        left, right = sorted((zero, end))
        return Bar(left, right - left, zero, value < 0)

    def _at(self, value: Decimal) -> Decimal:
        span = self.most - self.least
        if not span:
            return Decimal(0)
        return ((value - self.least) * WIDTH / span).quantize(FINE, ROUND_HALF_UP)


def scale_of(values: Iterable[Decimal | None], full: Decimal | None = None) -> Scale:
    """The scale of some values, reaching to `full` at least."""
    known = [Decimal(0), *(value for value in values if value is not None)]
    most = max(known)
    return Scale(min(known), most if full is None else max(most, full))


class Line(NamedTuple):
    """Runs of connected months as points of a polyline, and the last month's dot.

    A month without data breaks the line: it is no zero.
    """

    runs: tuple[str, ...]
    dots: tuple[tuple[Decimal, Decimal], ...]


def line_of(course: Sequence[tuple[str, Decimal | None]], scale: Scale) -> Line:
    """The course of a unit under a scale that all units share."""
    span = scale.most - scale.least
    step = Decimal(WIDTH - 2 * MARGIN) / max(len(course) - 1, 1)
    inner = HEIGHT - 2 * MARGIN
    runs: list[list[tuple[Decimal, Decimal]]] = [[]]
    for number, (_, value) in enumerate(course):
        if value is None:
            runs.append([])
            continue
        part = (value - scale.least) / span if span else Decimal("0.5")
        across = (MARGIN + number * step).quantize(FINE, ROUND_HALF_UP)
        down = (HEIGHT - MARGIN - part * inner).quantize(FINE, ROUND_HALF_UP)
        runs[-1].append((across, down))
    kept = [run for run in runs if run]
    return Line(
        runs=tuple(" ".join(f"{x},{y}" for x, y in run) for run in kept),
        dots=tuple(run[-1] for run in kept if len(run) == 1 or run is kept[-1]),
    )


def course_scale(courses: Iterable[Sequence[tuple[str, Decimal | None]]]) -> Scale:
    """The scale of courses: from the least to the most of all of them."""
    known = [value for one in courses for _, value in one if value is not None]
    return Scale(min(known), max(known)) if known else Scale(Decimal(0), Decimal(0))
