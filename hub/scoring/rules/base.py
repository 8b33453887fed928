"""The ground of every rule kind: what a rule is asked, and what it answers.

What lives here: numbers of a policy file, the measure that a rule looks at, and the
base class of rules. What does not: the kinds (`shares`, `bands`, `events`,
`density`, `targets`), finding the values of measures (`hub.scoring.values`).

A rule works on fractions, one cell (unit × item) at a time: exact whatever is
divided by what, and there are only as many cells as units times items.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, ClassVar, Literal, NamedTuple

from pydantic import Field

from hub.partners.base import Name, Strict

Number = Annotated[Decimal, Field(max_digits=15, decimal_places=6)]
NotNegative = Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=6)]
Positive = Annotated[Decimal, Field(gt=0, max_digits=15, decimal_places=6)]
Takes = Literal["share", "numerator", "denominator", "rest", "number"]
Basis = Literal[
    "reported_in_period",
    "registered_in_period",
    "due_in_period",
    "closed_in_period",
    "standing_on_last_day",
    "worked_in_period",
]


class Measure(Strict):
    """What is looked at: a figure of the registry, or a manual input."""

    metric: str | None = None
    """Id of a metric (`hub metric list`)."""
    input: Name | None = None
    """Item of manual inputs whose points are added up, instead of a metric."""
    calibers: tuple[str, ...] = ()
    """Calibers that replace the metric's defaults, family by family."""
    basis: Basis | None = None
    """Cohort of cases, where it is not the metric's own."""
    takes: Takes | None = None
    """What of the figure is taken; the rule kind's own choice by default. `rest` is
    the denominator less the numerator, `number` a figure that is no share."""
    divide_by: Positive = Decimal(1)
    """What the value is divided by, e.g. 1440 to make days of minutes."""

    @property
    def name(self) -> str:
        """Metric or input, as messages name it."""
        return self.metric or self.input or "?"


class Cell(NamedTuple):
    """What a rule is asked about one unit: values of its measures, and the group."""

    value: Fraction
    beside: tuple[Fraction, ...]
    group_code: str | None


class Told(NamedTuple):
    """What a rule answers: points, unrounded, and how they came about."""

    points: Fraction
    note_zh: str
    note_en: str


class Flaw(NamedTuple):
    """What is wrong with a rule's own parameters: key, what, remedy."""

    key: str
    what: str
    remedy: str


class Rule(Strict):
    """One rule kind with its parameters."""

    kind: str
    """Word of the kind."""
    takes: ClassVar[Takes | None] = None
    """What of a figure the kind looks at by itself; None: the file must say."""

    @property
    @abstractmethod
    def full(self) -> Fraction:
        """Points of a unit without fault; 0 for what only adds or takes away."""

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Measures beside the item's own value, in the order of `Cell.beside`."""
        return ()

    @abstractmethod
    def judge(self, cell: Cell) -> Told | None:
        """Points of one unit; None where the rule has nothing to go by."""

    def flaws(self) -> Iterator[Flaw]:
        """What contradicts itself in the parameters."""
        return iter(())


def whole(number: Decimal) -> Fraction:
    """A number of the file as an exact fraction."""
    return Fraction(number)


def rounded(value: Fraction, decimals: int) -> Decimal:
    """Half up, away from zero on both sides: 0.0005 → 0.001, -0.0005 → -0.001."""
    scale = 10**decimals
    units = (abs(value.numerator) * scale * 2 + value.denominator) // (
        value.denominator * 2
    )
    return Decimal(units if value >= 0 else -units).scaleb(-decimals)


def shown(value: Fraction | Decimal) -> str:
    """A number in a note: at most six decimals, none that say nothing."""
    text = format(rounded(Fraction(value), 6), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def ascending(key: str, starts: list[Decimal | None]) -> Iterator[Flaw]:
    """The flaw that steps leave a gap or overlap, if they do.

    The first step has no `from`: it holds everything below the second.
    """
    remedy = "leave `from` out of the first, and let it grow from step to step"
    if not starts or starts[0] is not None:
        yield Flaw(key, "does not begin with a step for the least values", remedy)
    later = starts[1:]
    known = [start for start in later if start is not None]
    if len(known) < len(later):
        yield Flaw(key, "has a later step without `from`", remedy)
    if any(a >= b for a, b in pairwise(known)):
        yield Flaw(key, "is not in ascending order", remedy)
