"""Figures × policy → score sheets, sums and ranks.

What lives here: `score`, and the shape of its answer. What does not: where figures,
units and inputs come from (`hub.flow`), the rules (`rules`), freezing a month.

Units and items are walked one by one: their number is that of a city's units times
the lines of a sheet, and it does not grow with the data behind the figures.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import polars as pl

from hub.errors import MisuseError
from hub.scoring.inputs import entries_of
from hub.scoring.periods import last_day, refuse_early
from hub.scoring.ranking import ranked
from hub.scoring.rules.base import Measure, rounded
from hub.scoring.sheet import Mark, Sources, Unit, marks_of
from hub.scoring.spec import FIGURE_LEVELS, Policy
from hub.scoring.totals import Sum, capped, sums_of
from hub.scoring.values import Values, figure_values
from hub.scoring.vocabulary import Vocabulary

POINTS = pl.Decimal(12, 3)
VALUE = pl.Decimal(18, 6)
KEYS = {
    "period": pl.String,
    "level": pl.String,
    "parent_unit_code": pl.String,
    "group_code": pl.String,
    "unit_code": pl.String,
    "dimension": pl.String,
}
ITEMS = pl.Schema(
    KEYS
    | {
        "item": pl.String,
        "kind": pl.String,
        "numerator": pl.Int64,
        "denominator": pl.Int64,
        "value": VALUE,
        "points": POINTS,
        "note_zh": pl.String,
        "note_en": pl.String,
    }
)
SUMS = pl.Schema(KEYS | {"points": POINTS, "not_ranked_reason": pl.String})


class Scores(NamedTuple):
    """What one scoring says.

    `items`: `ITEMS`, one row per unit and item in the order of the policy; points
    are null where there is no data. What a clamp took or gave is a row of kind
    "clamp", with a null dimension for the total's. So the points of a dimension's
    rows add up to its own.

    `totals`: period, level, parent_unit_code, group_code, unit_code, dimension (null:
    the total), points, rank, not_ranked_reason. A unit without points has no rank
    and a reason: NO_DENOMINATOR with the items that lack data, or
    WEIGHTS_NOT_CONFIGURED.
    """

    items: pl.DataFrame
    totals: pl.DataFrame


def score(
    figures: pl.DataFrame,
    inputs: pl.DataFrame,
    units: pl.DataFrame,
    policy: Policy,
    period: str,
    level: str,
    *,
    vocabulary: Vocabulary | None = None,
) -> Scores:
    """Every unit of a level under a policy (metrics §6, §7).

    Args:
        figures: metric, calibers, basis, period, level, unit_code, numerator,
            denominator; optionally value_number, by.
        inputs: `hub.scoring.inputs.INPUTS`.
        units: rows of dataset assessment_unit.
        policy: of that level.
        period: month `YYYY-MM`, or day where the policy's period is a day.
        level: DISTRICT_UNIT or STREET_UNIT.
        vocabulary: default calibers and basis of the metrics, which choose among
            the variants in `figures`.

    Raises:
        MisuseError: policy, period and level do not go together, there is no unit,
            a figure is not there, or an input is not answered for.
    """
    _refuse(policy, period, level)
    existing = units_on(units, period, level)
    codes = [unit.unit_code for unit in existing]
    sources = Sources(
        figures=_looked_up(policy, _of_level(figures, level), vocabulary),
        entries=entries_of(
            inputs,
            subject="unit_code",
            subjects=codes,
            items=policy.input_ids,
            period=period,
            policy=policy.id,
        ),
        period=period,
    )
    items, sums = [], []
    for unit in existing:
        marks = capped(policy, list(marks_of(policy, unit, sources)))
        found, clamps = sums_of(policy, marks)
        items += [_item_row(period, level, unit, one) for one in (*marks, *clamps)]
        sums += [_sum_row(period, level, unit, one) for one in found]
    totals = pl.DataFrame(sums, schema=SUMS, orient="row")
    return Scores(
        pl.DataFrame(items, schema=ITEMS, orient="row"),
        ranked(totals, policy.ranking),
    )


def _refuse(policy: Policy, period: str, level: str) -> None:
    refuse_early(policy, period, policy.period)
    if policy.level != level:
        raise MisuseError(
            f"score {level} in {period}",
            seen=f"the policy {policy.id} is for {policy.level}",
            next_step=f"Name one for {level}; `hub policy list` shows them.",
        )


def units_on(units: pl.DataFrame, period: str, level: str) -> list[Unit]:
    """The units of a level on the last day of a period, in a settled order.

    Raises:
        MisuseError: there is none.
    """
    day = pl.lit(last_day(period))
    until = pl.col("valid_to_on")
    found = (
        units.filter(
            pl.col("level_code") == level,
            pl.col("valid_from_on") <= day,
            until.is_null() | (until > day),
        )
        .sort("parent_unit_code", "group_code", "unit_code", "valid_from_on")
        .unique("unit_code", keep="last", maintain_order=True)
        .select("unit_code", "parent_unit_code", "group_code")
    )
    if found.is_empty():
        raise MisuseError(
            f"score {level} in {period}",
            seen="no unit of that level exists on its last day",
            next_step="Look at assessment_unit.csv of the city.",
        )
    return [Unit(*row) for row in found.iter_rows()]


def _of_level(figures: pl.DataFrame, level: str) -> pl.DataFrame:
    """Figures of the level without breakdowns, with a value_number."""
    found = figures.filter(pl.col("level") == FIGURE_LEVELS[level])
    if "by" in found.columns:
        found = found.filter(pl.col("by").is_null())
    if "value_number" not in found.columns:
        found = found.with_columns(value_number=pl.lit(None, dtype=pl.Decimal(18, 3)))
    return found


def _looked_up(
    policy: Policy, figures: pl.DataFrame, vocabulary: Vocabulary | None
) -> dict[Measure, Values]:
    """The figures of every measure of the policy."""
    return {
        measure: figure_values(
            measure,
            figures,
            vocabulary=vocabulary,
            about=f'item "{item.id}" of {policy.id}',
        )
        for dimension in policy.dimensions
        for item in dimension.items
        for measure in (item.measure, *item.rule.measures)
        if measure.metric is not None
    }


def _item_row(period: str, level: str, unit: Unit, mark: Mark) -> tuple[object, ...]:
    amount = mark.value.amount
    return (
        *_keys(period, level, unit, mark.dimension),
        mark.item,
        mark.kind,
        mark.value.numerator,
        mark.value.denominator,
        None if amount is None else fitting(rounded(amount, 6), VALUE, "a value"),
        _thousandths(mark.points),
        mark.note_zh,
        mark.note_en,
    )


def _sum_row(period: str, level: str, unit: Unit, found: Sum) -> tuple[object, ...]:
    keys = _keys(period, level, unit, found.dimension)
    return (*keys, _thousandths(found.points), found.reason)


def fitting(number: Decimal, column: pl.Decimal, what: str) -> Decimal:
    """A number that a column can hold.

    Raises:
        MisuseError: it cannot; nothing is cut off.
    """
    digits = column.precision - column.scale
    if abs(number) >= 10**digits:
        raise MisuseError(
            "score a unit",
            seen=f"{what} has more than {digits} digits before the point",
            next_step="Use smaller weights in the policy, or divide_by.",
        )
    return number


def _keys(
    period: str, level: str, unit: Unit, dimension: str | None
) -> tuple[str | None, ...]:
    places = (unit.parent_unit_code, unit.group_code, unit.unit_code)
    return (period, level, *places, dimension)


def _thousandths(points: Decimal | None) -> Decimal | None:
    """Points in the shape of a column.

    Raises:
        MisuseError: there are a thousand million of them or more.
    """
    if points is None:
        return None
    return fitting(points, POINTS, "points").quantize(Decimal("0.001"))
