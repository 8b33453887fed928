"""The typed declaration of an assessment policy: what one TOML file may say.

What lives here: the tables of `<city>/policies/<id>.toml` for units of both levels.
What does not: rule kinds (`rules`), the file for persons (`chief_spec`), reading a
file (`loader`), judging whether it adds up (`check`).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, SerializeAsAny, StringConstraints

from hub.partners.base import Name, Strict
from hub.scoring.rules.base import Measure, NotNegative, Number, Rule

PolicyId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,59}$")]
Label = Annotated[str, StringConstraints(min_length=1)]
UnitLevel = Literal["DISTRICT_UNIT", "STREET_UNIT"]

# Assessment level → level of the figures.
FIGURE_LEVELS: dict[str, str] = {"DISTRICT_UNIT": "unit", "STREET_UNIT": "street_unit"}


class Item(Strict):
    """Table `[[dimension.item]]`: one line of the score sheet."""

    id: Name
    """Short name, once in a policy; manual inputs are entered under it."""
    title_zh: Label
    """Chinese name."""
    title_en: Label
    """English name."""
    value: Measure | None = None
    """What is looked at; `manual` looks at the inputs of its own item."""
    rule: SerializeAsAny[Rule]
    """Rule kind and its parameters."""
    factor: Number = Decimal(1)
    """What the rule's points are multiplied by, e.g. 0.2 for a score of 100 that
    makes up 20 %."""
    full: NotNegative | None = None
    """Points of a unit without fault, where they are not the rule's own."""
    least: Number | None = None
    """Fewest points of the item; nothing is clamped without it."""
    most: Number | None = None
    """Most points of the item; nothing is clamped without it."""
    missing: Literal["not_ranked", "left_out"] = "not_ranked"
    """What a unit without data is: not ranked, or scored without this item, which
    only items that add or take away may say."""
    every: Literal["period", "day"] = "period"
    """Whether the rule is applied once, or to each day of the month."""
    days: Literal["sum", "mean"] = "sum"
    """How the days of `every = "day"` are put together; days without data are left
    out of a mean."""

    @property
    def measure(self) -> Measure:
        """What is looked at and taken of it, where rule and item leave it unsaid."""
        if self.value is None:
            return Measure(input=self.id)
        if self.value.metric is None or self.value.takes is not None:
            return self.value
        return self.value.model_copy(update={"takes": self.rule.takes})

    @property
    def full_points(self) -> Fraction:
        """Points of a unit without fault."""
        if self.full is not None:
            return Fraction(self.full)
        return self.rule.full * Fraction(self.factor)


class Dimension(Strict):
    """Table `[[dimension]]`: items whose points are added up."""

    id: Name
    """Short name, once in a policy."""
    title_zh: Label
    """Chinese name."""
    title_en: Label
    """English name."""
    full: NotNegative = Decimal(100)
    """Points of a unit without fault; the items must add up to it."""
    weight: NotNegative | None = None
    """What the dimension's points are multiplied by in the total. Without weights
    the dimensions are shown and ranked one by one, and never added up."""
    is_counted: bool = True
    """Whether it is part of the total; another is only shown beside it."""
    least: Number | None = None
    """Fewest points of the dimension; nothing is clamped without it."""
    most: Number | None = None
    """Most points of the dimension; nothing is clamped without it."""
    items: tuple[Item, ...] = Field(alias="item", min_length=1)
    """The lines of the score sheet."""


class Total(Strict):
    """Table `[total]`: the sum over the dimensions."""

    full: NotNegative = Decimal(100)
    """Points of a unit without fault; weights and dimensions must add up to it."""
    least: Number | None = None
    """Fewest points; nothing is clamped without it."""
    most: Number | None = None
    """Most points; nothing is clamped without it."""


class Ranking(Strict):
    """Table `[ranking]`: who is compared with whom."""

    within: Literal["group", "parent", "all"] = "group"
    """`group`: units of one parent and one group; `parent`: of one parent, whatever
    their group; `all`: all units of the level."""
    ties: Literal["skip", "dense"] = "skip"
    """Equal points share a rank; the next rank is skipped (1, 1, 3) or not."""


class CategoryReview(Strict):
    """Table `[[review.category]]`: an exception for one category."""

    kind: Label
    """Kind of the standard category (std_category_kind_code)."""
    code: Label
    """Code of the standard category (std_category_code)."""
    required: bool
    """Whether a case of it needs a review."""


class Review(Strict):
    """Table `[review]`: which cases need a review before their loop is closed."""

    required: bool = True
    """Whether a case needs one that nothing else is said of."""
    self_handled: bool = False
    """Whether cases need one that their finder handled himself."""
    categories: tuple[CategoryReview, ...] = Field(default=(), alias="category")
    """Exceptions by standard category."""


class Cap(Strict):
    """Table `[[cap]]`: points lost by one item, limited by those of another."""

    item: Name
    """Item whose loss is limited."""
    not_above: Name
    """Item whose loss it may not exceed."""


class Heading(Strict):
    """What policies of every level say of themselves."""

    id: PolicyId
    """Short name; that of the file, where it lies in a folder `policies`."""
    version: int = Field(ge=1)
    """Raised whenever anything of the policy changes."""
    title_zh: Label
    """Chinese title."""
    title_en: Label
    """English title."""
    valid_from: date
    """First day that it may assess."""
    source: str = ""
    """Document or clause that it rests on."""
    approved_by: str | None = None
    """Who signed it; without it everything made with it says that it needs the
    city's sign-off."""

    @property
    def sign_off(self) -> tuple[str, str]:
        """Who signed it, or that nobody did, in Chinese and English."""
        if self.approved_by:
            return f"批准:{self.approved_by}", f"approved by {self.approved_by}"
        return "暂定:须经市里确认", "assumed: needs the city's sign-off"


class Policy(Heading):
    """Table `[policy]`: an assessment of units."""

    level: UnitLevel
    """Level of the units: the city assesses districts, a district its streets."""
    period: Literal["month", "day"] = "month"
    """Length of the period that one score is for."""
    decimals: int = Field(default=3, ge=0, le=3)
    """Decimals of points, rounded half up and away from zero, item by item."""
    total: Total = Total()
    """The sum over the dimensions."""
    ranking: Ranking = Ranking()
    """Who is compared with whom."""
    review: Review = Review()
    """Which cases need a review."""
    caps: tuple[Cap, ...] = Field(default=(), alias="cap")
    """Losses that are limited by other losses."""
    dimensions: tuple[Dimension, ...] = Field(alias="dimension", min_length=1)
    """The dimensions."""

    @property
    def counted(self) -> tuple[Dimension, ...]:
        """The dimensions of the total."""
        return tuple(one for one in self.dimensions if one.is_counted)

    @property
    def is_weighted(self) -> bool:
        """Whether the dimensions may be added up."""
        return all(one.weight is not None for one in self.counted)

    @property
    def item_ids(self) -> frozenset[str]:
        """Every item of every dimension."""
        return frozenset(item.id for one in self.dimensions for item in one.items)

    @property
    def input_ids(self) -> frozenset[str]:
        """Items under which manual inputs are looked for."""
        measures = [
            measure
            for one in self.dimensions
            for item in one.items
            for measure in (item.measure, *item.rule.measures)
        ]
        return frozenset(one.input for one in measures if one.input is not None)
