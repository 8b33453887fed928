"""The typed declaration of a ranking of persons (十佳路长, metrics §9).

What lives here: the tables of a policy file whose level is PERSON. What does not:
policies of units (`spec`), the ranking itself (`best_chiefs`).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from hub.partners.base import Name, Strict
from hub.scoring.rules.base import Measure, Positive
from hub.scoring.spec import Heading, Label

Share = Annotated[Decimal, Field(ge=0, le=1, decimal_places=6)]


class Criterion(Strict):
    """Table `[[criterion]]`: one share that a person is ranked by."""

    id: Name
    """Short name, once in a policy."""
    title_zh: Label
    """Chinese name."""
    title_en: Label
    """English name."""
    value: Measure
    """The figure, told at the level of chiefs."""
    weight: Positive
    """Points of a share of 1."""


class Disqualifier(Strict):
    """Table `[[disqualifier]]`: manual entries that take a person out."""

    input: Name
    """Item of the entries, e.g. discipline."""
    title_zh: Label
    """Chinese name."""
    title_en: Label
    """English name."""


class BestChiefs(Heading):
    """Table `[policy]`: a ranking of persons."""

    level: Literal["PERSON"]
    """Persons."""
    size: int = Field(default=10, ge=1)
    """How many are named; more where the last rank is shared."""
    full: Positive = Decimal(100)
    """Points of a person without fault; the weights must add up to it."""
    decimals: int = Field(default=3, ge=0, le=3)
    """Decimals of points, rounded half up."""
    min_cases: int = Field(default=20, ge=0)
    """Fewest cases in the period; who has fewer is listed, not ranked."""
    cases_of: Name
    """Criterion whose denominator is the number of cases."""
    tie_breakers: tuple[Name, ...] = ()
    """Criteria that part equal points, in order; then the number of cases does, and
    who is still equal shares a rank."""
    min_in_post: Share = Decimal("0.5")
    """Least share of the period's days in post."""
    criteria: tuple[Criterion, ...] = Field(alias="criterion", min_length=1)
    """The shares."""
    disqualifiers: tuple[Disqualifier, ...] = Field(default=(), alias="disqualifier")
    """What takes a person out."""
