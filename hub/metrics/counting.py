"""Counting judged rows: figures, evidence and what is shown beside them.

What lives here: the three tables of an answer, each taken from the same rows, and the
columns that they have. What does not: which rows there are and what each counts as
(`judging`), cases under all variants (`cases`).
"""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from hub.metrics.judging import NO_BASIS
from hub.metrics.levels import COLUMNS, LEVELS
from hub.metrics.metric import Basis, Metric
from hub.metrics.ranking import rank_of
from hub.metrics.shares import NUMBER, SHARE, average, share

UNATTRIBUTED = "UNATTRIBUTED"
INSTANT = pl.Datetime("us", "UTC")
FIGURE: dict[str, pl.DataType] = {
    "metric": pl.String(),
    "version": pl.Int64(),
    "calibers": pl.List(pl.String()),
    "basis": pl.String(),
    "period": pl.String(),
    "as_of": INSTANT,
    "level": pl.String(),
    "unit_code": pl.String(),
    "by": pl.String(),
    "by_code": pl.String(),
    "numerator": pl.Int64(),
    "denominator": pl.Int64(),
    "value_share": SHARE,
    "value_number": NUMBER,
}
EVIDENCE: dict[str, pl.DataType] = {
    "metric": pl.String(),
    "basis": pl.String(),
    "period": pl.String(),
    **dict.fromkeys(COLUMNS, pl.String()),
    "levels": pl.List(pl.String()),
    "subject": pl.String(),
    "subject_id": pl.String(),
    "is_numerator": pl.Boolean(),
    "numerator_amount": pl.Int64(),
    "denominator_amount": pl.Int64(),
    "left_out_reason": pl.String(),
    "missed_reason": pl.String(),
}
BESIDE: dict[str, pl.DataType] = {
    "metric": pl.String(),
    "basis": pl.String(),
    "period": pl.String(),
    "level": pl.String(),
    "unit_code": pl.String(),
    "reason": pl.String(),
    "case_count": pl.Int64(),
}
ORDER = pl.col("level").cast(pl.Enum([level.name for level in LEVELS]))


def valued(told: pl.DataFrame) -> pl.DataFrame:
    """Numerator, denominator and `value` (how they make one) → the two values."""
    is_some = pl.col("denominator") > 0
    kind = pl.col("value")
    is_mean = kind == "average"
    is_plain = kind.is_in(["volume", "p50", "p90"])
    as_share = told.with_columns(
        numerator=pl.when(kind == "share").then("numerator").otherwise(0),
        denominator=pl.when(kind == "share").then("denominator").otherwise(0),
    ).select(value_share=share("numerator", "denominator"))
    return told.with_columns(
        as_share.to_series(),
        value_number=pl.when(is_plain & is_some)
        .then(pl.col("numerator").cast(NUMBER))
        .when(is_mean)
        .then(average("numerator", "denominator")),
    )


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
            cohort.lazy()
            .filter(level.counts)
            .group_by("period", level.code)
            .agg(
                numerator=rank_of(metric.value),
                denominator=pl.col("denominator_amount").sum(),
            )
        )
        if level.is_listed:
            listed = codes.lazy().filter(pl.col("level") == level.name)
            found = listed.select("period", "unit_code").join(
                found, on=["period", "unit_code"], how="left", nulls_equal=True
            )
        else:
            found = found.filter(
                pl.col("unit_code").is_not_null() & (pl.col("denominator") > 0)
            )
        counted.append(
            found.select(
                "period",
                pl.lit(level.name).alias("level"),
                "unit_code",
                pl.col("numerator", "denominator").fill_null(0),
            )
        )
    # One query for all levels: each of its own costs as much for ten rows.
    return valued(
        pl.concat(counted)
        .collect()
        .with_columns(
            metric=pl.lit(metric.id),
            version=pl.lit(metric.version, dtype=pl.Int64),
            calibers=pl.lit(list(calibers), dtype=pl.List(pl.String)),
            basis=pl.lit(basis),
            as_of=pl.lit(as_of.astimezone(UTC)).cast(INSTANT),
            by=pl.lit(None, dtype=pl.String),
            by_code=pl.lit(None, dtype=pl.String),
            value=pl.lit(metric.value),
        )
    ).select(FIGURE.keys())


def list_evidence(cohort: pl.DataFrame, metric: Metric, basis: Basis) -> pl.DataFrame:
    """The rows of the cohort, each with its codes and what it counts as."""
    rows = (
        cohort.lazy()  # the columns alone that are listed: others are not copied
        .filter("is_dated")
        .select(
            pl.lit(metric.id).alias("metric"),
            pl.lit(basis).alias("basis"),
            *list(EVIDENCE)[2:],
        )
        .collect()
    )
    # Long ids that lie in order already are not compared again, and of codes, which are
    # few, their ranks are.
    if rows["subject"].n_unique() <= 1 and rows["subject_id"].is_sorted():
        codes = pl.Enum(rows["unit_code"].drop_nulls().unique().sort())
        rank = pl.col("unit_code").cast(codes).to_physical()
        months = ["period"] if rows["period"].n_unique() > 1 else []
        return rows.sort(*months, rank, maintain_order=True)
    return rows.sort("period", "unit_code", "subject", "subject_id")


def count_beside(
    cohort: pl.DataFrame, codes: pl.DataFrame, metric: Metric, basis: Basis
) -> pl.DataFrame:
    """Rows left out by reason, counts over the denominator, rows without a code.

    At levels without a list of codes (areas, persons) only the last: the others are
    read off the evidence.
    """
    is_undated = pl.col("left_out_reason") == NO_BASIS
    kept = ("period", *COLUMNS, "levels")
    lazy = cohort.lazy()
    left_out = lazy.filter(
        ~pl.col("is_denominator") & (pl.col("is_dated") | is_undated)
    ).select(*kept, reason="left_out_reason")
    shown = pl.concat(
        [
            left_out,
            *(
                lazy.filter(pl.col("is_denominator") & reason.applies).select(
                    *kept, reason=pl.lit(reason.code)
                )
                for reason in metric.beside
            ),
        ]
    )
    homeless = lazy.filter("is_denominator").select(*kept, reason=pl.lit(UNATTRIBUTED))
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
            rows = pl.concat([rows, missing]) if level.is_listed else missing
        counted.append(
            rows.group_by("period", level.code, "reason").agg(
                level=pl.lit(level.name), case_count=pl.len().cast(pl.Int64)
            )
        )
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
        .collect()
    )


def _told(
    level: str, column: str, cohort: pl.DataFrame, codes: pl.DataFrame
) -> pl.LazyFrame:
    """Months in which the level has any code; a city may have no such level."""
    listed = codes.lazy().filter(pl.col("level") == level).select("period")
    met = cohort.lazy().filter(pl.col(column).is_not_null()).select("period")
    return pl.concat([listed, met]).unique()
