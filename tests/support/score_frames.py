"""Figures, units, inputs and policies for tests of the scoring room.

What lives here: short ways to write them down. What does not: expectations.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl

from hub.scoring import INPUTS, Policy, Scores, Vocabulary, parse_policy, score
from hub.scoring.rules import RULES
from hub.scoring.rules.base import Cell, Rule, rounded

MONTH = "2026-10"
HEAD = """
[policy]
id = "test"
version = 1
title_zh = "测试"
title_en = "test"
level = "DISTRICT_UNIT"
valid_from = "2021-08-31"
"""
FIGURES = pl.Schema(
    {
        "metric": pl.String,
        "version": pl.Int64,
        "calibers": pl.List(pl.String),
        "basis": pl.String,
        "period": pl.String,
        "level": pl.String,
        "unit_code": pl.String,
        "by": pl.String,
        "by_code": pl.String,
        "numerator": pl.Int64,
        "denominator": pl.Int64,
        "value_number": pl.Decimal(18, 3),
    }
)


def figure(metric: str, unit: str, numerator: int, denominator: int, **more: Any):
    """One figure of the month at the level of district units."""
    return {
        "metric": metric,
        "version": 1,
        "calibers": ["FLAGS-EG"],
        "basis": "due_in_period",
        "period": MONTH,
        "level": "unit",
        "unit_code": unit,
        "by": None,
        "by_code": None,
        "numerator": numerator,
        "denominator": denominator,
        "value_number": None,
    } | more


def figures(*rows: dict[str, Any]) -> pl.DataFrame:
    """Figures as a frame."""
    return pl.DataFrame(list(rows), schema=FIGURES, orient="row")


def units(*codes: str, **more: Any) -> pl.DataFrame:
    """Units that exist all the time."""
    own = {
        "level_code": "DISTRICT_UNIT",
        "group_code": "CENTRAL",
        "parent_unit_code": None,
        "valid_from_on": "2021-08-31",
        "valid_to_on": None,
    } | more
    return unit_rows(*({"unit_code": code} | own for code in codes))


def unit_rows(*rows: dict[str, Any]) -> pl.DataFrame:
    """Units row by row, dates as text."""
    texts = [
        "unit_code", "level_code", "group_code", "parent_unit_code",
        "valid_from_on", "valid_to_on",
    ]  # fmt: skip
    return pl.DataFrame(
        list(rows), schema=dict.fromkeys(texts, pl.String), orient="row"
    ).with_columns(pl.col("valid_from_on", "valid_to_on").str.to_date())


def entry(item: str, unit: str | None, points: str, **more: Any) -> dict[str, Any]:
    """One manual input of the month."""
    return {
        "item": item,
        "period": MONTH,
        "unit_code": unit,
        "person_id": None,
        "points": Decimal(points),
        "reason": "reason",
        "author": "author",
        "approver": "approver",
    } | more


def inputs(*rows: dict[str, Any]) -> pl.DataFrame:
    """Manual inputs as a frame."""
    return pl.DataFrame(list(rows), schema=INPUTS, orient="row")


def policy(text: str, head: str = HEAD, vocabulary: Vocabulary | None = None) -> Policy:
    """A policy of that text below a heading."""
    return parse_policy(head + text, Path("test.toml"), vocabulary)


def one_item(rule: str, *, full: str = "100", value: str = "", more: str = "") -> str:
    """A policy of one dimension with one item, added up."""
    looks_at = value or '{ metric = "m" }'
    return f"""
[total]
full = {full}
[[dimension]]
id = "only"
title_zh = "唯一"
title_en = "only"
full = {full}
weight = 1
[[dimension.item]]
id = "item"
title_zh = "项目"
title_en = "item"
value = {looks_at}
rule = {rule}
{more}
"""


def run(text: str, *rows: dict[str, Any], entries: Any = (), where: Any = None):
    """Scores of a policy text over some figures."""
    found = policy(text)
    where = units("A", "B", "C") if where is None else where
    return score(figures(*rows), inputs(*entries), where, found, MONTH, found.level)


def item_points(scores: Scores, unit: str, item: str = "item") -> str | None:
    """Points of one item as text."""
    (points,) = scores.items.filter(unit_code=unit, item=item)["points"]
    return None if points is None else str(points)


def total(scores: Scores, unit: str, dimension: str | None = None) -> tuple[Any, ...]:
    """Points as text, rank and reason of one unit."""
    rows = scores.totals.filter(
        pl.col("unit_code") == unit, pl.col("dimension").eq_missing(pl.lit(dimension))
    )
    ((points, rank, reason),) = rows.select(
        "points", "rank", "not_ranked_reason"
    ).rows()
    return (None if points is None else str(points), rank, reason)


def rule(kind: str, **parameters: Any) -> Rule:
    """A rule as a policy file would hold it."""
    return RULES[kind].model_validate({"kind": kind} | parameters)


def judged(one: Rule, value: str, *beside: str, group: str | None = None) -> str | None:
    """Points of a value under a rule, as printed."""
    cell = Cell(Fraction(value), tuple(map(Fraction, beside)), group)
    told = one.judge(cell)
    return None if told is None else str(rounded(told.points, 3))
