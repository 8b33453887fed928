"""Counting a judged cohort: figures, evidence and what is shown beside them.

What lives here: the three tables of an answer, each taken from the same rows. What
does not: which rows there are and what each counts as (`figures`).
"""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from hub.metrics.levels import CHIEF, COLUMNS, LEVELS
from hub.metrics.metric import Basis, Metric
from hub.metrics.shares import share

NO_BASIS = "NO_BASIS_INSTANT"
UNATTRIBUTED = "UNATTRIBUTED"
INSTANT = pl.Datetime("us", "UTC")


def count_figures(
    cohort: pl.DataFrame,
    codes: pl.DataFrame,
    metric: Metric,
    *,
    calibers: tuple[str, ...],
    basis: Basis,
    as_of: datetime,
) -> pl.DataFrame:
    """Numerator and denominator of every code at every level of the metric."""
    counted = []
    for level in LEVELS:
        if level.name not in metric.levels:
            continue
        found = (
            cohort.filter(level.counts)
            .group_by("period", level.code)
            .agg(
                numerator=pl.col("numerator_amount").sum(),
                denominator=pl.col("denominator_amount").sum(),
            )
        )
        if level.is_listed:
            found = codes.filter(pl.col("level") == level.name).join(
                found, on=["period", "unit_code"], how="left", nulls_equal=True
            )
        else:
            found = found.filter(
                pl.col("unit_code").is_not_null() & (pl.col("denominator") > 0)
            ).with_columns(level=pl.lit(level.name))
        counted.append(
            found.select(
                "period",
                "level",
                "unit_code",
                pl.col("numerator", "denominator").fill_null(0),
            )
        )
    order = pl.col("level").cast(pl.Enum([level.name for level in LEVELS]))
    return (
        pl.concat(counted)
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
        .sort("period", order, "unit_code")
    )


def list_evidence(cohort: pl.DataFrame, metric: Metric, basis: Basis) -> pl.DataFrame:
    """The rows of the cohort, each with its codes and what it counts as."""
    return (
        cohort.filter("is_dated")
        .select(
            pl.lit(metric.id).alias("metric"),
            pl.lit(basis).alias("basis"),
            "period",
            *COLUMNS,
            "levels",
            "subject",
            "subject_id",
            "is_numerator",
            "numerator_amount",
            "denominator_amount",
            "left_out_reason",
            "missed_reason",
        )
        .sort("period", "unit_code", "subject", "subject_id")
    )


def count_beside(
    cohort: pl.DataFrame, codes: pl.DataFrame, metric: Metric, basis: Basis
) -> pl.DataFrame:
    """Rows left out by reason, counts over the denominator, rows without a code.

    At the level of persons only the last: the others are read off the evidence.
    """
    is_undated = pl.col("left_out_reason") == NO_BASIS
    kept = ("period", *COLUMNS, "levels")
    left_out = cohort.filter(
        ~pl.col("is_denominator") & (pl.col("is_dated") | is_undated)
    ).select(*kept, reason="left_out_reason")
    shown = pl.concat(
        [
            left_out,
            *(
                cohort.filter(pl.col("is_denominator") & reason.applies).select(
                    *kept, reason=pl.lit(reason.code)
                )
                for reason in metric.beside
            ),
        ]
    )
    homeless = cohort.filter("is_denominator").select(
        *kept, reason=pl.lit(UNATTRIBUTED)
    )
    counted = []
    for level in LEVELS:
        if level.name not in metric.levels:
            continue
        rows = shown.filter(level.counts)
        if level.column is not None:
            rows = rows.filter(pl.col(level.column).is_not_null())
            missing = homeless.filter(
                level.counts & pl.col(level.column).is_null()
            ).join(_told(level.name, level.column, cohort, codes), on="period")
            empty = rows.clear() if level.name == CHIEF else rows
            rows = pl.concat([empty, missing])
        counted.append(
            rows.group_by("period", level.code, "reason").agg(
                level=pl.lit(level.name), case_count=pl.len().cast(pl.Int64)
            )
        )
    order = pl.col("level").cast(pl.Enum([level.name for level in LEVELS]))
    return (
        pl.concat(counted)
        .select(
            pl.lit(metric.id).alias("metric"),
            pl.lit(basis).alias("basis"),
            "period",
            "level",
            "unit_code",
            "reason",
            "case_count",
        )
        .sort("period", order, "unit_code", "reason")
    )


def _told(
    level: str, column: str, cohort: pl.DataFrame, codes: pl.DataFrame
) -> pl.DataFrame:
    """Months in which the level has any code; a city may have no such level."""
    listed = codes.filter(pl.col("level") == level).select("period")
    met = cohort.filter(pl.col(column).is_not_null()).select("period")
    return pl.concat([listed, met]).unique()
