"""The one engine: entries of the registry × issues → figures with their evidence.

What lives here: cohorts by period, attribution to units, counting. A figure is
counted from the very rows that are handed out as its evidence, so the two cannot
differ. Whole numbers only: neither the order of rows nor the number of threads
changes a digit. What does not: definitions (`rates`, `loop`), freezing months.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import polars as pl

from hub.metrics.calibers import in_force
from hub.metrics.flags import apply_calibers
from hub.metrics.metric import Basis, Metric, Reason
from hub.metrics.shares import share
from hub.metrics.units import DISTRICT_UNIT, last_days, place_in_units, units_of

CITY, UNIT = "city", "unit"
NO_BASIS = "NO_BASIS_INSTANT"
INSTANT = pl.Datetime("us", "UTC")


class Figures(NamedTuple):
    """What one computation says.

    `figures`: metric, version, calibers, basis, period, as_of, level ("city" or
    "unit"), unit_code (null for the city), numerator, denominator, value_share.

    `evidence`: metric, basis, period, unit_code (null where no unit claims the
    place), issue_id, is_numerator, left_out_reason (null in the denominator),
    missed_reason (why a row of the denominator is not in the numerator). One row
    per metric and issue of the cohort; a unit's rows are those with its code, the
    city's are all.

    `beside`: metric, basis, period, level, unit_code, reason, case_count: the rows
    left out, by reason; counts over the denominator; and under NO_BASIS_INSTANT
    the cases reported in the period that no period can claim. Zeros are omitted.
    """

    figures: pl.DataFrame
    evidence: pl.DataFrame
    beside: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a computation is told beyond the data.

    Attributes:
        zone: IANA zone in which months begin.
        as_of: instant of knowledge, written on every figure.
        calibers: choices that replace the metrics' defaults, family by family.
        basis: another cohort than the metrics' own.
    """

    zone: str
    as_of: datetime
    calibers: tuple[str, ...] = ()
    basis: Basis | None = None


def compute_figures(
    flags: pl.DataFrame,
    units: pl.DataFrame,
    members: pl.DataFrame,
    *,
    metrics: Sequence[Metric],
    periods: Iterable[str],
    terms: Terms,
) -> Figures:
    """Every metric for every month, for the city and each of its district units.

    Args:
        flags: `build_flags`, of all issues that are not deleted.
        units: rows of dataset assessment_unit.
        members: rows of dataset assessment_unit_member.
        metrics: entries of the registry.
        periods: months `YYYY-MM`.
        terms: the rest.
    """
    days = last_days(periods)
    existing = units_of(units, days, level=DISTRICT_UNIT)
    grid = pl.concat(
        [
            days.select(
                "period", level=pl.lit(CITY), unit_code=pl.lit(None, dtype=pl.String)
            ),
            existing.select("period", level=pl.lit(UNIT), unit_code="unit_code"),
        ]
    )
    counted = []
    for metric in metrics:
        calibers = in_force(metric.calibers, terms.calibers)
        basis = terms.basis or metric.basis
        placed = place_in_units(
            _dated(apply_calibers(flags, calibers), basis, terms.zone),
            existing,
            members,
            days,
        )
        cohort = _judge(
            placed.join(days.select("period"), on="period", how="semi"), metric
        )
        counted.append(
            Figures(
                _figures(cohort, grid, metric, calibers, basis, terms.as_of),
                _evidence(cohort, metric, basis),
                _beside(cohort, metric, basis),
            )
        )
    return Figures(
        figures=pl.concat([one.figures for one in counted]),
        evidence=pl.concat([one.evidence for one in counted]),
        beside=pl.concat([one.beside for one in counted]),
    )


def _dated(flags: pl.DataFrame, basis: Basis, zone: str) -> pl.DataFrame:
    """Issues with their month; those without a basis instant by their report."""
    instant = pl.col(f"{basis}_at")
    claimed = pl.coalesce(instant, "reported_at").dt.convert_time_zone(zone)
    return flags.with_columns(
        period=claimed.dt.to_string("%Y-%m"), is_dated=instant.is_not_null()
    )


def _first(reasons: Iterable[Reason]) -> pl.Expr:
    """The first reason that applies; null where none does."""
    texts = [
        pl.when(reason.applies.fill_null(value=False)).then(pl.lit(reason.code))
        for reason in reasons
    ]
    return pl.coalesce(*texts, pl.lit(None, dtype=pl.String))


def _judge(cohort: pl.DataFrame, metric: Metric) -> pl.DataFrame:
    """The cohort with is_denominator, is_numerator and both reasons."""
    undated = Reason(NO_BASIS, ~pl.col("is_dated"))
    left_out = _first((*metric.outside, undated, *metric.left_out))
    return (
        cohort.with_columns(left_out_reason=left_out)
        .with_columns(is_denominator=pl.col("left_out_reason").is_null())
        .with_columns(
            is_numerator=pl.col("is_denominator")
            & metric.numerator.fill_null(value=False)
        )
        .with_columns(
            missed_reason=pl.when(
                pl.col("is_denominator") & ~pl.col("is_numerator")
            ).then(_first(metric.missed))
        )
    )


def _by_level(rows: pl.DataFrame, *keys: str) -> list[pl.DataFrame]:
    """Rows once for the city and once for their unit, where they have one."""
    city = rows.with_columns(
        level=pl.lit(CITY), unit_code=pl.lit(None, dtype=pl.String)
    )
    unit = rows.filter(pl.col("unit_code").is_not_null()).with_columns(
        level=pl.lit(UNIT)
    )
    wanted = ("period", "level", "unit_code", *keys)
    return [city.select(wanted), unit.select(wanted)]


def _figures(
    cohort: pl.DataFrame,
    grid: pl.DataFrame,
    metric: Metric,
    calibers: tuple[str, ...],
    basis: Basis,
    as_of: datetime,
) -> pl.DataFrame:
    counted = (
        pl.concat(_by_level(cohort, "is_denominator", "is_numerator"))
        .group_by("period", "level", "unit_code")
        .agg(
            numerator=pl.col("is_numerator").sum().cast(pl.Int64),
            denominator=pl.col("is_denominator").sum().cast(pl.Int64),
        )
    )
    return (
        grid.join(
            counted,
            on=["period", "level", "unit_code"],
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        .with_columns(pl.col("numerator", "denominator").fill_null(0))
        .select(
            metric=pl.lit(metric.id),
            version=pl.lit(metric.version, dtype=pl.Int64),
            calibers=pl.lit(list(calibers), dtype=pl.List(pl.String)),
            basis=pl.lit(basis),
            period="period",
            as_of=pl.lit(as_of.astimezone(UTC)).cast(INSTANT),
            level="level",
            unit_code="unit_code",
            numerator="numerator",
            denominator="denominator",
            value_share=share("numerator", "denominator"),
        )
        .sort("period", "level", "unit_code")
    )


def _evidence(cohort: pl.DataFrame, metric: Metric, basis: Basis) -> pl.DataFrame:
    return (
        cohort.filter("is_dated")
        .select(
            pl.lit(metric.id).alias("metric"),
            pl.lit(basis).alias("basis"),
            "period",
            "unit_code",
            "issue_id",
            "is_numerator",
            "left_out_reason",
            "missed_reason",
        )
        .sort("period", "unit_code", "issue_id")
    )


def _beside(cohort: pl.DataFrame, metric: Metric, basis: Basis) -> pl.DataFrame:
    is_undated = pl.col("left_out_reason") == NO_BASIS
    left_out = cohort.filter(
        ~pl.col("is_denominator") & (pl.col("is_dated") | is_undated)
    ).select("period", "unit_code", reason="left_out_reason")
    shown = [
        cohort.filter(pl.col("is_denominator") & reason.applies).select(
            "period", "unit_code", reason=pl.lit(reason.code)
        )
        for reason in metric.beside
    ]
    return (
        pl.concat(_by_level(pl.concat([left_out, *shown]), "reason"))
        .group_by("period", "level", "unit_code", "reason")
        .agg(case_count=pl.len().cast(pl.Int64))
        .select(
            pl.lit(metric.id).alias("metric"),
            pl.lit(basis).alias("basis"),
            "period",
            "level",
            "unit_code",
            "reason",
            "case_count",
        )
        .sort("period", "level", "unit_code", "reason")
    )
