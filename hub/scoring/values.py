"""What a measure is worth for every unit: figures looked up, inputs added up.

What lives here: finding the one figure that a measure means, and making an exact
fraction of it. What does not: rules (`rules`), manual inputs as such (`inputs`).

A figure without denominator has no value: no data is never a zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

import polars as pl

from hub.errors import MisuseError
from hub.scoring.rules.base import Measure, Takes
from hub.scoring.vocabulary import Vocabulary, variant_of


class Value(NamedTuple):
    """A figure of one unit as a rule sees it.

    Attributes:
        numerator, denominator: as counted; null for inputs.
        amount: what is taken of them; None where there is nothing to go by.
    """

    numerator: int | None
    denominator: int | None
    amount: Fraction | None


NOTHING = Value(None, None, None)
Values = Mapping[tuple[str, str], Value]  # (period, unit) → value


def figure_values(
    measure: Measure,
    figures: pl.DataFrame,
    *,
    vocabulary: Vocabulary | None,
    about: str,
) -> Values:
    """The figures that a measure means, by period and unit.

    Args:
        measure: names a metric.
        figures: of one level and without breakdowns; metric, calibers, basis, period,
            unit_code, numerator, denominator, value_number.
        vocabulary: default calibers and basis; without it they have to be told apart
            by what the measure says.
        about: the item, for messages.

    Raises:
        MisuseError: no such figure was computed, or several fit.
    """
    named = figures.filter(pl.col("metric") == measure.metric)
    found = named.filter(*_chosen(measure, vocabulary))
    if found.is_empty():
        seen = "was not computed" if named.is_empty() else "has other calibers or basis"
        raise MisuseError(
            f"score {about}",
            seen=f"the figure {measure.metric} {seen}",
            next_step="Compute the month with the calibers and basis of the policy.",
        )
    if found.select("period", "unit_code").is_duplicated().any():
        raise MisuseError(
            f"score {about}",
            seen=f"several figures {measure.metric} fit, under different calibers",
            next_step="Name calibers and basis in the item's value.",
        )
    taken = measure.takes or "share"
    divisor = Fraction(measure.divide_by)
    return {
        (period, unit): _value(numerator, denominator, number, taken, divisor)
        for period, unit, numerator, denominator, number in found.select(
            "period", "unit_code", "numerator", "denominator", "value_number"
        ).iter_rows()
    }


def _chosen(measure: Measure, vocabulary: Vocabulary | None) -> list[pl.Expr]:
    """What tells the figure that is meant from its variants."""
    calibers = pl.col("calibers")
    if vocabulary is not None and measure.metric in vocabulary.metrics:
        variant = variant_of(measure, vocabulary)
        wanted = pl.lit(list(variant.calibers), dtype=pl.List(pl.String))
        differs = calibers.list.set_symmetric_difference(wanted)
        return [pl.col("basis") == variant.basis, differs.list.len() == 0]
    chosen = [calibers.list.contains(one) for one in measure.calibers]
    if measure.basis is not None:
        chosen.append(pl.col("basis") == measure.basis)
    return chosen


def _value(
    numerator: int,
    denominator: int,
    number: object,
    takes: Takes,
    divisor: Fraction,
) -> Value:
    if denominator == 0:
        return Value(numerator, denominator, None)
    match takes:
        case "share":
            amount = Fraction(numerator, denominator)
        case "numerator":
            amount = Fraction(numerator)
        case "denominator":
            amount = Fraction(denominator)
        case "rest":
            amount = Fraction(denominator - numerator)
        case "number" if number is None:
            return Value(numerator, denominator, None)
        case "number":
            amount = Fraction(str(number))
    return Value(numerator, denominator, amount / divisor)
