"""Which figures a bulletin tells, out of all variants that are kept.

What lives here: each metric once, under its own basis and calibers, by level; and
the small print behind them. What does not: definitions (`hub.metrics`).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

import polars as pl

from hub.bulletin.content import FIGURE_LEVELS, BulletinContent
from hub.metrics.calibers import CALIBERS, Caliber
from hub.metrics.registry import METRICS

CITY = "city"


class Told(NamedTuple):
    """One figure; share and number are null where there is nothing to divide by."""

    metric: str
    unit_code: str | None
    calibers: tuple[str, ...]
    basis: str
    numerator: int | None
    denominator: int | None
    share: Decimal | None
    number: Decimal | None


def told(content: BulletinContent, level: str | None = None) -> list[Told]:
    """The figures of a level under the metrics' own calibers; the units' if None.

    A metric whose own variant is not there is told under the first that is.
    """
    wanted = FIGURE_LEVELS[content.head.level] if level is None else level
    here = content.figures.filter(
        (pl.col("level") == wanted)
        & pl.col("by").is_null()
        & (pl.col("period") == content.head.period)
    )
    variant = pl.concat_list(
        pl.col("calibers"), pl.concat_list(pl.col("basis"))
    ).list.join("|")
    own = {name: "|".join((*one.calibers, one.basis)) for name, one in METRICS.items()}
    ordered = {name: number for number, name in enumerate(METRICS)}
    chosen = (
        here.with_columns(variant=variant)
        .with_columns(
            is_own=pl.col("variant")
            == pl.col("metric").replace_strict(
                own, default=None, return_dtype=pl.String
            ),
            place=pl.col("metric").replace_strict(
                ordered, default=len(ordered), return_dtype=pl.Int64
            ),
        )
        .sort(
            "place",
            "metric",
            "is_own",
            "variant",
            "unit_code",
            descending=[False, False, True, False, False],
            nulls_last=True,
        )
        .filter(pl.col("variant") == pl.col("variant").first().over("metric"))
    )
    columns = (
        "metric", "unit_code", "calibers", "basis",
        "numerator", "denominator", "value_share", "value_number",
    )  # fmt: skip
    return [
        Told(name, unit, tuple(calibers), *rest)
        for name, unit, calibers, *rest in chosen.select(columns).rows()
    ]


def small_print(figures: Iterable[Told]) -> list[Caliber]:
    """The calibers that the figures rest on, each once, in order of id."""
    used = {id_ for one in figures for id_ in one.calibers}
    return [CALIBERS[id_] for id_ in sorted(used) if id_ in CALIBERS]


def beside_counts(content: BulletinContent) -> list[tuple[str, str, int]]:
    """Metric, reason and cases of the whole city that stand beside its figures."""
    rows = (
        content.beside.filter(pl.col("level") == CITY)
        .group_by("metric", "reason")
        .agg(pl.col("case_count").max())
        .filter(pl.col("case_count") > 0)
        .sort("metric", "reason")
        .rows()
    )
    return [(metric, reason, count) for metric, reason, count in rows]
