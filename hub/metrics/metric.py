"""What a metric is: a name, words, and expressions over flag columns.

What lives here: the shape of one entry of the registry and of a reason. A metric
says nothing about cities, months or units; the engine (`figures`) knows those.
What does not: the entries (`rates`, `loop`), the flags (`flags`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import polars as pl

Basis = Literal[
    "reported_in_period", "registered_in_period", "due_in_period", "closed_in_period"
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
    part of it.

    Attributes:
        id: stable name in snake_case.
        version: raised when the definition changes; the old one stays readable.
        name_zh, name_en: names.
        formula_zh, formula_en: the definition in words.
        numerator_zh, numerator_en, denominator_zh, denominator_en: both parts.
        numerator: Boolean expression over flags; null counts as false.
        outside: reasons why a case is not the metric's at all, in order.
        left_out: further reasons, in the order in which they are tested.
        missed: why a row of the denominator is not in the numerator, in order.
        beside: counts over the denominator that are shown next to the figure.
        basis: which instant puts a case into a period.
        calibers: ids of the calibers by default.
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
    attribution: Literal["place"] = "place"
    source: str
