"""What a metric is: a name, words, and expressions over flag columns.

What lives here: the shape of one entry of the registry and of a reason. A metric
says nothing about cities, months or units; the engine (`figures`) knows those.
What does not: the entries (`rates`, `loop`, `coverage`, `action`), the columns that
they count by (`flags`, `area_rows`, `duty_days`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import polars as pl

from hub.metrics.levels import LEVELS

# What one row of a metric's evidence is, as its rows are called in `rows`; a choice
# of basis concerns issues only.
Subject = str
Basis = Literal[
    "reported_in_period",
    "registered_in_period",
    "due_in_period",
    "closed_in_period",
    "standing_on_last_day",
    "worked_in_period",
]


class Reason(NamedTuple):
    """Why a row does not count: a stable code and the flag that says so."""

    code: str
    applies: pl.Expr


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One entry of the registry.

    The denominator is the cohort of the period less every row that a reason of
    `outside` or `left_out` names; so each row left out has its reason by
    construction. The numerator is a flag *and* the denominator, hence always a
    part of it. All that holds whatever a row is: a case, an area, a day of duty.

    Attributes:
        id: stable name in snake_case.
        version: raised when the definition changes; the old one stays readable.
        name_zh, name_en: names.
        formula_zh, formula_en: the definition in words.
        numerator_zh, numerator_en, denominator_zh, denominator_en: both parts.
        numerator: Boolean expression over flags; null counts as false.
        numerator_amount: what a row of the numerator adds (Int64: metres, visits,
            minutes); None = as much as it adds to the denominator.
        denominator_amount: what a row of the denominator adds; None = 1.
        outside: reasons why a row is not the metric's at all, in order.
        left_out: further reasons, in the order in which they are tested.
        missed: why a row of the denominator is not in the numerator, in order.
        beside: counts over the denominator that are shown next to the figure.
        basis: what puts a row into a period.
        calibers: ids of the calibers by default.
        subject: what one row is.
        levels: levels that it is counted at.
        attribution: what decides the unit.
        source: clause that the definition rests on.
    """

    id: str
    version: int
    name_zh: str
    name_en: str
    formula_zh: str
    formula_en: str
    numerator_zh: str
    numerator_en: str
    denominator_zh: str
    denominator_en: str
    numerator: pl.Expr
    outside: tuple[Reason, ...]
    left_out: tuple[Reason, ...]
    missed: tuple[Reason, ...]
    beside: tuple[Reason, ...]
    basis: Basis
    calibers: tuple[str, ...]
    subject: Subject = "issue"
    levels: tuple[str, ...] = tuple(level.name for level in LEVELS)
    attribution: Literal["place"] = "place"
    source: str
    numerator_amount: pl.Expr | None = None
    denominator_amount: pl.Expr | None = None
